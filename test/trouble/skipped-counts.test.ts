import {deepEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Json = {[key: string]: unknown};

const users = [
	{id: 1, team: 'a'},
	{id: 2, team: 'b'},
	{id: 3, team: 'a'},
	{id: 4, team: null},
	{id: 5, team: null},
];
const sites = [{key: 'x'}, {key: 'y'}, {key: null}];

// What is told of skipped ones; `gone` answer 404.
async function told(child: Json, gone: RegExp): Promise<string[]> {
	const server = await startServer([
		{path: '/users', respond: {json: users}},
		{path: '/sites', respond: {json: sites}},
		...paths(child).map(path => ({
			path,
			respond: {
				fn: ({path, query}: {path: string; query: Json}) => {
					const text = `${path} ${JSON.stringify(query)}`;
					return gone.test(text) ? {status: 404} : {json: [{n: 1, at: '2024-01-01'}]};
				},
			},
		})),
	]);
	try {
		const config = {
			client: {base_url: server.url},
			output: {format: 'jsonl'},
			resource_defaults: {write_disposition: 'replace', endpoint: {paginator: 'single_page'}},
			resources: ['users', 'sites', {name: 'child', on_missing: 'skip', ...child}],
		};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {stderr} = await place.sluice(['run', 'child']);
		return [...stderr.matchAll(/^sluice: child: (.* skipped: .*)$/gm)].map(([, text = '']) =>
			text.replace(/ \(first [^)]*\)/g, ''),
		);
	} finally {
		await server.close();
	}
}

function paths({endpoint}: Json): string[] {
	const {path} = endpoint as {path: string};
	const [base = ''] = path.split('{');
	const ends = [
		'1',
		'2',
		'3',
		'4',
		'5',
		'a',
		'b',
		'a/x',
		'a/y',
		'b/x',
		'b/y',
		'a/eu',
		'a/us',
		'b/eu',
		'b/us',
		'',
	];
	return ends.map(end => `/${base}${end}`.replace(/(?<=.)\/$/, ''));
}

test('parents', async () => {
	deepEqual(await told({endpoint: {path: 'x/{resources.users.team}'}}, /x\/a/), [
		'4 parents skipped: 2 answered 404, 2 without a value to ask with',
	]);
});

test('parents that are distinct', async () => {
	deepEqual(await told({distinct: true, endpoint: {path: 'x/{resources.users.team}'}}, /x\/a/), [
		'3 parents skipped: 1 answered 404, 2 without a value to ask with',
	]);
});

test('parents with a list', async () => {
	const child = {
		partitions: {region: ['eu', 'us']},
		endpoint: {path: 'x/{resources.users.team}/{partitions.region}'},
	};
	deepEqual(await told(child, /x\/a\/us/), [
		'2 combinations skipped: 2 answered 404; 2 parents skipped: 2 without a value to ask with',
	]);
});

test('parents in batches', async () => {
	const child = {batch: {size: 2}, endpoint: {path: 'x', params: {team: '{resources.users.team}'}}};
	deepEqual(await told(child, /a/), [
		'2 batches skipped: 2 answered 404; 2 parents skipped: 2 without a value to ask with',
	]);
});

test('parents in several windows are counted once', async () => {
	const incremental = {
		cursor_path: 'at',
		initial_value: '2024-01-01',
		end_value: '2024-01-05',
		step: 'P1D',
		start_param: 'since',
	};
	const endpoint = {path: 'x/{resources.users.id}', data_selector: '$', incremental};
	deepEqual(await told({endpoint}, /x\/[12]/), ['2 parents skipped: 2 answered 404']);
});

test('a row of a second parent that has no value is counted once, whatever it is combined with', async () => {
	const child = {endpoint: {path: 'x/{resources.users.team}/{resources.sites.key}'}};
	deepEqual(await told(child, /x\/b\/x/), [
		'1 combination skipped: 1 answered 404; 3 parents skipped: 3 without a value to ask with',
	]);
});
