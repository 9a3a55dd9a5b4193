import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {planOf} from '../../src/config/relations/plan.ts';
import {type PlannedResource, rootOf} from '../../src/resource/partitions/plan.ts';
import {parseConfig} from '../helpers/parse-config.ts';

function planFor(resources: object[]): (name: string) => PlannedResource {
	const client = {base_url: 'https://api.example.com'};
	const plan = planOf(resolveResources(parseConfig({client, resources} as never)));
	return name => plan.get(name)!;
}

const branchesOf = ({branches}: PlannedResource) =>
	branches.map(({name, parents, ancestors}) => [name, parents.map(parent => parent.name), [...ancestors]]);

const users = {name: 'users', endpoint: '/users'};
const posts = {name: 'posts', endpoint: '/users/{resources.users.id}/posts'};
const pages = {name: 'pages', endpoint: '/users/{resources.users.id}/pages'};
const tags = {name: 'tags', endpoint: '/tags'};

test('an ancestor that comes with a parent makes no branch of its own', () => {
	const plan = planFor([
		{
			name: 'comments',
			endpoint: {
				path: '/posts/{resources.posts.id}/comments',
				params: {by: '{resources.users.name}', in: '{partitions.language}'},
			},
			partitions: {language: ['en', 'de']},
		},
		posts,
		users,
	]);
	const comments = plan('comments');
	deepEqual(branchesOf(comments), [['posts', ['posts'], ['posts', 'users']]]);
	deepEqual(comments.lists, {language: ['en', 'de']});
	equal(rootOf(comments), 'users');
	deepEqual(branchesOf(plan('users')), []);
	equal(plan('users').template, undefined);
});

test('parents that do not come with one another are branches, in the order of their placeholders', () => {
	const plan = planFor([
		users,
		posts,
		tags,
		{name: 'marks', endpoint: '/tags/{resources.tags.id}/posts/{resources.posts.id}'},
	]);
	deepEqual(branchesOf(plan('marks')), [
		['tags', ['tags'], ['tags']],
		['posts', ['posts'], ['posts', 'users']],
	]);
	equal(rootOf(plan('marks')), 'tags');
});

test('parents in turn are one branch, and each resource is in the plan once', () => {
	const plan = planFor([
		users,
		posts,
		pages,
		{name: 'comments', endpoint: '/{resources.posts|pages.id}/comments'},
		{name: 'likes', endpoint: '/posts/{resources.posts.id}/likes'},
	]);
	deepEqual(branchesOf(plan('comments')), [
		['posts|pages', ['posts', 'pages'], ['posts|pages', 'posts', 'users', 'pages']],
	]);
	equal(plan('comments').branches[0]?.parents[0], plan('likes').branches[0]?.parents[0]);
});
