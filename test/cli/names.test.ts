/**
 * Names that every object of JavaScript has already are names like others: of resources, tables, columns,
 * keys and placeholders.
 */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {config, rows, server, single} from './config.ts';

const names = ['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'];

// `__proto__` in a literal would be the prototype. The second row lacks what every object inherits.
const records = JSON.parse(`[
	{"id": 1, "constructor": "c1", "toString": {"valueOf": 1, "__proto__": 2}, "__proto__": "p1", "valueOf": [{"constructor": 3}]},
	{"id": 2, "constructor": "c2"},
	{"id": 3, "constructor": "c3", "__proto__": "p3", "hasOwnProperty": true}
]`);

const modes = [
	{partition_by: '__proto__'},
	{write_disposition: 'merge', primary_key: 'constructor', nested: 'flatten'},
	{write_disposition: 'merge', primary_key: ['constructor', 'id'], nested: 'tables'},
	{primary_key: 'constructor', endpoint: {incremental: {cursor_path: 'constructor', initial_value: 'c0'}}},
	{
		write_disposition: 'replace',
		columns: [
			{name: '__proto__', data_type: 'text'},
			{name: 'toString', data_type: 'json'},
		],
	},
];

for (const [shift, format] of ['parquet', 'jsonl', 'csv'].entries()) {
	test(`resources and columns with names that objects inherit go through run, ls, verify, show and schema: ${format}`, async () => {
		await using api = await server(...names.map(name => rows(name, records)));
		const resources = names.map((name, index) => single(name, modes[(index + shift) % modes.length]));
		const renamed = names.map((table_name, index) => ({
			...single(`r${index}`, {
				write_disposition: 'merge',
				primary_key: 'id',
				endpoint: {path: '/constructor'},
			}),
			table_name,
		}));
		await using place = await workspace({
			'sluice.json': config(api.url, resources, {output: {format}}),
			'tables.json': config(api.url, renamed, {output: {format}}),
		});
		for (const words of [['run'], ['run', '-c', 'tables.json', '-o', 'tables']])
			for (let run = 0; run < 2; run++) await succeeds(place, words);
		for (const [index, name] of names.entries()) {
			const times = [2, 1, 1, 1, 1][(index + shift) % modes.length] ?? 0;
			const expected = records.flatMap((record: object) => Array(times).fill(essence(record)));
			deepEqual(await stored(place, `out/${name}`, format), expected.sort(), `${name}, ${format}`);
			deepEqual(
				await stored(place, `tables/${name}`, format),
				records.map(essence),
				`table ${name}, ${format}`,
			);
		}
		const listed = await succeeds(place, ['ls', '--json']);
		deepEqual(
			[
				...new Set(
					listed
						.split('\n')
						.filter(Boolean)
						.map(line => JSON.parse(line).dataset),
				),
			].sort(),
			[...names].sort(),
		);
		match(await succeeds(place, ['verify', ...names]), /^__proto__: .* all as committed$/m);
		const states = JSON.parse(await succeeds(place, ['state', 'show']));
		deepEqual(Object.keys(states).sort(), [...names].sort());
		match(await succeeds(place, ['show']), /name: __proto__/);
		await succeeds(place, ['state', 'reset', ...names]);
		if (format !== 'parquet') return;
		const {columns} = JSON.parse(await succeeds(place, ['schema', 'constructor']));
		equal(Object.getOwnPropertyDescriptor(columns, '__proto__')?.value.data_type, 'text');
		match(await succeeds(place, ['show', 'toString']), /name: toString/);
		match(await succeeds(place, ['read', '__proto__']), /"c1"/);
	});
}

test('parents, listed values, parameters and placeholders may have names that objects inherit', async () => {
	const routes = ['1/a', '1/b', '2/a', '2/b', '3/a', '3/b'].map(place => ({
		...rows('', [{id: 1}]),
		path: `/of/${place}/own`,
	}));
	await using api = await server(rows('constructor', records), ...routes);
	const child = single('toString', {
		partitions: {valueOf: ['a', 'b']},
		include_from_parent: ['constructor'],
		endpoint: {
			path: '/of/{resources.constructor.id}/{partitions.valueOf}/{hasOwnProperty}',
			params: {hasOwnProperty: 'own', toLocaleString: '{partitions.valueOf}'},
		},
	});
	await using place = await workspace({
		'sluice.json': config(api.url, [single('constructor'), child], {output: {format: 'jsonl'}}),
	});
	await succeeds(place, ['run']);
	const asked = api.requests.filter(({path}) => path.startsWith('/of/'));
	deepEqual(
		asked.map(({path, query: given}) => `${path} ${Object.values(given).flat().join()}`).sort(),
		routes.map(({path}) => `${path} ${path.charAt('/of/1/'.length)}`),
	);
	match(await lines(place, 'out/toString'), /"_constructor_constructor":"c3"/);
});

test('what is not given is missing, whatever objects inherit', async () => {
	await using api = await server(rows('things', records));
	const text = (path: string) => config(api.url, [single('things', {endpoint: {path}})]);
	await using place = await workspace({
		'variable.json': text('/$'.concat('{constructor}')),
		'secret.json': text('/$'.concat('{secrets.constructor}')),
		'placeholder.json': text('/{toString}'),
	});
	for (const [file, reason] of [
		['variable', /\$\{constructor\} is not set in the environment/],
		['secret', /\$\{secrets\.constructor\} is not set/],
		['placeholder', /\{toString\} has no value/],
	] as const) {
		const {code, stderr} = await place.sluice(['check', '-c', `${file}.json`]);
		equal(code, 2, stderr);
		match(stderr, reason);
	}
	const {code, stderr} = await place.sluice(['write', 'rows.constructor'], {stdin: '{"a":1}\n'});
	equal(code, 2, stderr);
	match(stderr, /which format\?/);
});

test('a key called __proto__ is refused where it would get lost, with the way around it', async () => {
	await using place = await workspace({
		'sluice.json': `{"client": {"base_url": "http://localhost"}, "resources": [
			{"name": "a", "columns": {"__proto__": "text"}},
			{"name": "b", "endpoint": {"params": {"__proto__": 1}}}
		]}`,
	});
	const {code, stderr} = await place.sluice(['check']);
	equal(code, 2, stderr);
	match(stderr, /columns\.__proto__: .*\{name: __proto__/);
	match(stderr, /params\.__proto__: /);
});

async function succeeds(place: Workspace, words: readonly string[]): Promise<string> {
	const {code, stdout, stderr} = await place.sluice(words, {timeoutMs: 60_000});
	equal(code, 0, `${words.join(' ')}: ${stderr}`);
	doesNotMatch(stderr, /TypeError|\n {4}at /);
	return stdout;
}

async function lines(place: Workspace, folder: string, ending = '.jsonl'): Promise<string> {
	const files = (await place.visible()).filter(
		name => name.startsWith(`${folder}/`) && name.endsWith(ending),
	);
	return (await Promise.all(files.map(name => place.read(name)))).join('');
}

function essence(record: object): string {
	const value = (name: string): unknown => Object.getOwnPropertyDescriptor(record, name)?.value ?? null;
	return JSON.stringify([Number(value('id')), value('constructor'), value('__proto__')]);
}

// Sorted: the number, the text, and what stands under `__proto__`.
async function stored(place: Workspace, folder: string, format: string): Promise<string[]> {
	if (format === 'jsonl')
		return (await lines(place, folder))
			.split('\n')
			.filter(Boolean)
			.map(line => essence(JSON.parse(line)))
			.sort();
	const files = `'${join(place.path, folder)}/**/*.${format}'`;
	const from =
		format === 'csv'
			? `read_csv(${files}, union_by_name = true, hive_partitioning = false)`
			: `read_parquet(${files}, union_by_name = true, hive_partitioning = false)`;
	const found = await query(`select id::int as id, "constructor" as c, "__proto__" as p from ${from}`);
	return found.map(({id, c, p}) => JSON.stringify([id, c, p])).sort();
}
