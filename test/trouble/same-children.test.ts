/** Servers that give a parent the rows of another one, or all parents the same rows. */
import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Rows = unknown[] | object;

async function warnings(
	childrenOf: (parent: number) => Rows,
	paginator: object = {type: 'single_page'},
	parents = 4,
) {
	const list = Array.from({length: parents}, (_, index) => ({id: index + 1}));
	const children = list.map(({id}) => ({path: `/p/${id}/c`, respond: {json: {data: childrenOf(id)}}}));
	const server = await startServer([{path: '/p', respond: {json: list}}, ...children]);
	const child = {path: '/p/{resources.p.id}/c', data_selector: 'data', paginator};
	await using place = await workspace({
		'sluice.json': JSON.stringify({
			client: {base_url: server.url, paginator: 'single_page'},
			resources: [{name: 'p'}, {name: 'c', endpoint: child, include_from_parent: ['id']}],
			output: {format: 'jsonl'},
		}),
	});
	const run = await place.sluice(['run', '--log', 'json']);
	await server.close();
	equal(run.code, 0, run.stderr);
	const events = run.stderr
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line));
	return events.filter(({event}) => event === 'warning').map(({code}) => code);
}

const own = (parent: number) => [1, 2, 3].map(k => ({id: parent * 10 + k, parent, name: 'k'}));
const tags = [
	{id: 1, name: 'red'},
	{id: 2, name: 'blue'},
];

const told: [what: string, code: string, childrenOf: (parent: number) => Rows][] = [
	['all parents have the rows of the first', 'same-children', () => own(1)],
	['all parents have all rows', 'same-children', () => [1, 2, 3, 4].flatMap(own)],
	['one parent has the rows of another', 'same-children', parent => own(parent === 3 ? 1 : parent)],
	['the first parent has the rows of another', 'same-children', parent => own(parent === 1 ? 3 : parent)],
	[
		'one parent has an object in place of the list',
		'odd-row',
		parent => (parent === 3 ? {locked: true} : own(parent)),
	],
];
for (const [what, code, childrenOf] of told)
	test(`children are told of where ${what}`, async () => {
		deepEqual(await warnings(childrenOf), [code]);
	});

const fine: [what: string, childrenOf: (parent: number) => Rows, parents?: number][] = [
	['each has its own', own],
	['some share their tags', parent => (parent === 2 ? own(2) : tags)],
	['two have the same tags', () => tags, 2],
	['rows cannot be told apart', () => [{ok: true}, {ok: true}]],
	['one has no row', parent => (parent === 2 ? [] : own(parent))],
	['one has a single row', parent => (parent === 2 ? {id: 21, parent: 2, name: 'k'} : own(parent))],
];
for (const [what, childrenOf, parents] of fine)
	test(`children are right where ${what}`, async () => {
		deepEqual(await warnings(childrenOf, undefined, parents), []);
	});

test('repeated_page: keep says that the same rows are right', async () => {
	const paginator = {type: 'page_number', base_page: 1, maximum_page: 2, repeated_page: 'keep'};
	deepEqual(await warnings(() => own(1), paginator), []);
});
