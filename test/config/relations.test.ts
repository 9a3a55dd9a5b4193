/** What may depend on what, of several parents: refused in words where rows could not be told. */
import {deepStrictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {ConfigError} from '../../src/core/errors.ts';
import {parseConfig} from '../helpers/parse-config.ts';

const base = [
	{name: 'accounts'},
	{name: 'posts', endpoint: 'a/{resources.accounts.id}/posts'},
	{name: 'pages', endpoint: 'a/{resources.accounts.id}/pages'},
	{name: 'tags', endpoint: 'p/{resources.pages.id}/tags'},
	{name: 'comments', endpoint: 'c/{resources.posts|pages.id}'},
	{name: 'stores'},
	{name: 'groups', batch: {size: 2}, endpoint: 'g/{resources.accounts.id}'},
];

function problems(resource: object): string[] {
	try {
		parseConfig({client: {base_url: 'http://x'}, resources: [...base, {name: 'x', ...resource}]});
		return [];
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		return error.issues.map(({path, message}) => `${path}: ${message}`);
	}
}

const at = (path: string, more: object = {}): object => ({endpoint: {path}, ...more});
const here = 'resources[7].endpoint.path';
const next = 'name the same resources in every placeholder, or leave one out';

const refused: [what: string, resource: object, message: string][] = [
	[
		'an ancestor of only some of several in turn',
		at('x/{resources.posts|stores.id}/{resources.accounts.id}'),
		`${here}: refers to posts|stores and to accounts, but not every row of posts|stores has one of ` +
			`accounts; ${next}`,
	],
	[
		'one of several in turn beside all of them',
		at('x/{resources.posts|pages.id}/{resources.posts.id}'),
		`${here}: refers to posts|pages and to posts, but not every row of posts|pages has one of posts; ${next}`,
	],
	[
		'another list of the same resources',
		at('x/{resources.posts|pages.id}/{resources.pages|posts.id}'),
		`${here}: refers to posts|pages and to pages|posts, but not every row of posts|pages has one of ` +
			`posts; ${next}`,
	],
	[
		'a grandparent that only some parents have',
		at('x/{resources.comments.id}/{resources.posts.id}'),
		`${here}: refers to comments and to posts, but not every row of comments has one of posts; ${next}`,
	],
	[
		'a child of one of several in turn beside them',
		at('x/{resources.tags.id}/{resources.posts|pages.id}'),
		`${here}: refers to tags and to posts|pages, but not every row of posts|pages has one of pages; ${next}`,
	],
	[
		'one of several that is not there',
		at('x/{resources.posts|sites.id}'),
		`${here}: no resource "sites"; there are: accounts, posts, pages, tags, comments, stores, groups, x`,
	],
	[
		'one that comes twice',
		at('x/{resources.posts|posts.id}'),
		`${here}: {resources.posts|posts.id} names posts twice`,
	],
	[
		'a bar with nothing behind it',
		at('x/{resources.posts|.id}'),
		`${here}: cannot read {resources.posts|.id}; write {resources.<one>|<other>.<field>}`,
	],
	['itself as one of several', at('x/{resources.posts|x.id}'), `${here}: x depends on itself: x → x`],
	[
		'a batch of combinations',
		at('x/{resources.stores.id}/{resources.posts.id}', {batch: {size: 2}}),
		'resources[7].batch: a batch takes several rows of one parent, and x is read for each combination ' +
			'of stores and posts; leave out batch',
	],
	[
		'a batch between two parents and what they share',
		at('x/{resources.groups.id}/{resources.posts.id}'),
		`${here}: rows of groups come in batches, so each has several accounts`,
	],
	[
		'a field of one of several parents without its name',
		at('x/{resources.stores.id}/{resources.posts.id}', {include_from_parent: ['id']}),
		'resources[7].include_from_parent[0]: there are several parents; write {resources.stores.id} or ' +
			'{resources.posts.id}',
	],
	[
		'a field of a resource that the request does not refer to',
		at('x/{resources.posts.id}', {include_from_parent: ['{resources.stores.id}']}),
		'resources[7].include_from_parent[0]: no row of posts has one of stores; refer to it in the ' +
			'request, or leave it out',
	],
	[
		'a list among the fields of parents',
		at('x/{resources.posts.id}', {include_from_parent: ['{partitions.n}']}),
		'resources[7].include_from_parent[0]: {partitions.n} is no value of a row; write ' +
			'{resources.<parent>.<field>}',
	],
];

for (const [what, resource, message] of refused)
	test(`${what} is refused in words`, () => {
		deepStrictEqual(problems(resource), [message]);
	});

test('lines that share nothing, or an ancestor of all their rows, are combined', () => {
	for (const path of [
		'x/{resources.stores.id}/{resources.posts.id}/{resources.accounts.id}',
		'x/{resources.posts.id}/{resources.pages.id}',
		'x/{resources.posts|pages.id}/{resources.accounts.id}/{resources.stores.id}',
		'x/{resources.comments.id}/{resources.posts|pages.id}/{resources.accounts.id}',
		'x/{resources.tags.id}/{resources.posts.id}',
		'x/{resources.groups.id}/{resources.stores.id}',
	])
		deepStrictEqual(problems(at(path)), [], path);
});
