/** Objects of objects: rows under their keys are never read as one record without a word; records are. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {withRows} from '../../src/http/decode/rows-from.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import {walk} from '../resource/walk.ts';

async function read(json: unknown, options: Partial<ResourceOptions> = {}) {
	const warnings: string[] = [];
	const {rows, message} = await walk(
		{json},
		{onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`), ...options},
	);
	return {rows, message, warnings};
}

const ann = {id: 'u1', name: 'Ann'};
const bob = {id: 'u2', name: 'Bob'};
const cy = {id: 'u3', name: 'Cy'};
const users = {u1: ann, u2: bob};
const post = (title: string) => ({title, body: `About ${title}`});

/** What stands there, under which path, and the path to its values. */
const keyed: Readonly<Record<string, readonly [body: unknown, selector: string | undefined, each: string]>> =
	{
		'users by u1, at a declared path': [{data: users}, 'data', 'data.*'],
		'users by u1, at the root': [users, undefined, '$.*'],
		'users by u1, at a declared root': [users, '$', '$.*'],
		'users by u1, at a usual key': [{data: users, total: 2}, undefined, 'data.*'],
		'three users at a usual key': [{data: {...users, u3: cy}}, undefined, 'data.*'],
		'users by u1, at their own key': [{users, total: 2}, undefined, 'users.*'],
		'users by u1, two levels down': [{response: {users}}, undefined, 'response.users.*'],
		'rows with ids by user_17': [{data: {user_17: {id: 17}, user_18: {id: 18, nick: 'x'}}}, 'data', 'data.*'],
		'rows that hold their slug': [
			{data: {first: {slug: 'first', n: 1}, second: {slug: 'second', n: 2}}},
			'data',
			'data.*',
		],
		'rows by address': [{results: {'a@x.org': {name: 'A'}, 'b@x.org': {name: 'B'}}}, 'results', 'results.*'],
		'rows by number, at their own key': [{users: {1: {name: 'A'}, 2: {name: 'B'}}}, undefined, 'users.*'],
		'posts by slug, at a usual key': [{data: {'my-post': post('a'), other: post('b')}}, undefined, 'data.*'],
	};

for (const [what, [body, selector, each]] of Object.entries(keyed)) {
	test(`${what} are refused, with the line that reads them`, async () => {
		const given = selector === undefined ? {} : {selector};
		const {rows, message} = await read(body, given);
		deepStrictEqual(rows, []);
		const line = /data_selector: (?:"([^"]+)"|([\w.*$]+))/.exec(message);
		strictEqual(line?.[1] ?? line?.[2], each, message);
		const right = await read(body, {selector: each});
		strictEqual(right.message, '');
		strictEqual(right.rows.length > 1, true);
	});
}

test('objects of one shape under words are read as one record, and told', async () => {
	const all = [
		[{'my-post': post('a'), 'your-post': post('b')}, undefined],
		[{data: {'my-post': post('a'), 'your-post': post('b')}}, 'data'],
		[{posts: {'my-post': post('a'), 'your-post': post('b')}}, undefined],
		[{data: {alpha: {id: 1}, beta: {id: 2}}}, 'data'],
		[{bitcoin: {usd: 1}, ethereum: {usd: 2}}, undefined],
	] as const;
	for (const [body, selector] of all) {
		const got = await read(body, selector === undefined ? {} : {selector});
		deepStrictEqual([got.message, got.rows.length, got.warnings.length], ['', 1, 1]);
		match(got.warnings[0] ?? '', /^looks-keyed: .*data_selector: .*from: object.*from: record/);
	}
});

test('one record that looks like rows is read in silence where the config says so', async () => {
	const body = {data: {q1: {id: 1, sum: 2}, q2: {id: 2, sum: 3}}};
	match((await read(body, {selector: 'data'})).message, /rows: \{from: record\}/);
	const right = await read(body, {selector: 'data', decoder: withRows({from: 'record'}, 'data')});
	deepStrictEqual([right.message, right.rows, right.warnings], ['', [body.data], []]);
});

/** Records that APIs give, which hold objects. */
const records: Readonly<Record<string, readonly [body: unknown, selector?: string]>> = {
	'an order with two addresses': [{id: 1, billing: {city: 'A'}, shipping: {city: 'B'}}],
	'an order below data': [{data: {id: 1, billing: {city: 'A'}, shipping: {city: 'B'}}}, 'data'],
	'a match with two teams': [{id: 9, home: {id: 1, name: 'H'}, away: {id: 2, name: 'A'}}],
	'the weather': [
		{coord: {lon: 1, lat: 2}, main: {temp: 3, humidity: 4}, wind: {speed: 5, deg: 6}, name: 'X'},
	],
	'limits of GitHub': [
		{
			resources: {core: {limit: 60, used: 1}, search: {limit: 10, used: 0}},
			rate: {limit: 60, used: 1},
		},
		'rate',
	],
	'a profile and its settings': [{data: {profile: {id: 1, name: 'A'}, settings: {dark: true}}}, 'data'],
	'a HAL record': [{id: 5, _links: {self: {href: '/5'}, owner: {href: '/7'}}, total: 3}],
	'a JSON:API record': [
		{data: {type: 'a', id: '1', attributes: {x: 1}, relationships: {b: {data: {}}, c: {data: {}}}}},
		'data',
	],
	'a balance of Stripe': [{object: 'balance', livemode: false, available: {amount: 1}, pending: {amount: 2}}],
	'health of a cluster': [
		{cluster_name: 'c', status: 'green', number_of_nodes: 1, shards: {a: {n: 1}, b: {n: 2}}},
	],
	'hourly values': [
		{latitude: 1, longitude: 2, hourly_units: {time: 'iso', temp: 'C'}, hourly: {time: 't', temp: 3}},
	],
	'one object in an envelope': [{data: {id: 1, name: 'A'}, meta: {page: 1}}, 'data'],
	'one object with links': [{links: {self: {href: 'a'}, next: {href: 'b'}}, id: 1}],
	'a single key': [{data: {u1: ann}}, 'data'],
};

for (const [what, [body, selector]] of Object.entries(records)) {
	test(`${what} is one record, without a warning`, async () => {
		const got = await read(body, selector === undefined ? {} : {selector});
		deepStrictEqual([got.message, got.rows.length, got.warnings], ['', 1, []]);
	});
}
