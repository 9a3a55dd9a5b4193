import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

async function children(path: string, rows: readonly object[], auth = {}) {
	const other = await startServer(
		['/blob/a%2Fb/x.json'].map(route => ({path: route, respond: {json: [{n: 1}]}})),
	);
	const filled = rows.map(row => JSON.parse(JSON.stringify(row).replace('OTHER', other.url)));
	const api = await startServer([
		{path: '/parents', respond: {json: filled}},
		...['/x/a/b%20c', '/x/a%2Fb%20c', '/x/2026/11/27'].map(route => ({
			path: route,
			respond: {json: [{n: 1}]},
		})),
	]);
	try {
		const config = {
			client: {base_url: api.url, paginator: 'single_page', ...auth},
			resources: ['parents', {name: 'kids', endpoint: {path, data_selector: '$'}}],
			output: {format: 'jsonl'},
		};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.sluice(['run']);
		return {code, stderr, asked: api.requests.slice(1).map(each => each.path), other: [...other.requests]};
	} finally {
		await Promise.all([api.close(), other.close()]);
	}
}

test('slashes of a value stay in a path, and |segment makes one segment of it', async () => {
	const several = await children('/x/{resources.parents.v}', [{v: 'a/b c'}]);
	deepEqual([several.code, several.asked], [0, ['/x/a/b%20c']], several.stderr);
	const one = await children('/x/{resources.parents.v|segment}', [{v: 'a/b c'}]);
	deepEqual([one.code, one.asked], [0, ['/x/a%2Fb%20c']], one.stderr);
});

test('a value whose segments lead elsewhere is refused before it is sent', async () => {
	for (const v of ['..', 'a/../../admin', './a']) {
		const {code, stderr, asked} = await children('/x/{resources.parents.v}', [{v}]);
		equal(code, 5, stderr);
		match(stderr, /cannot stand in a path; leave such rows of parents out/);
		deepEqual(asked, []);
	}
});

test('a URL of a row that is the whole path is followed as it is, and another host gets no credentials', async () => {
	const rows = [{v: 'OTHER/blob/a%2Fb/x.json?sig=A%2Bb%3D'}];
	const {code, stderr, other} = await children('{resources.parents.v}', rows, {
		auth: {token: 't0ken-abcdef'},
	});
	equal(code, 0, stderr);
	deepEqual(
		other.map(({path, query, headers}) => [path, query, headers.authorization]),
		[['/blob/a%2Fb/x.json', {sig: ['A+b=']}, undefined]],
	);
});
