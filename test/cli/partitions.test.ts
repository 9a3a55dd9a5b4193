/** `partition_by` from a config to folders that readers of Hive partitions understand. */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {readdir, readlink} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {config, rows, server, single} from './config.ts';

const odd = [
	'DE',
	'a/b',
	'..',
	'x=y',
	'é ü',
	'100%',
	'.hidden',
	"it's",
	'*',
	'%2F',
	'back\\slash',
	'new\nline',
	'NUL',
	'🙂',
];
const records = [...odd, null, ''].map((country, id) => ({id, country}));

test('values of every kind become folders, each one level deep, that DuckDB reads back', async () => {
	await using api = await server(rows('contacts', records));
	const resource = single('contacts', {partition_by: 'country'});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	for (let i = 0; i < 2; i++) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
	}
	const folders = await readdir(join(place.path, 'out/contacts'));
	equal(folders.length, odd.length + 2, 'null and the empty text have one each');
	ok(folders.includes('by_country=__NULL__'));
	ok(folders.includes('by_country=__EMPTY__'));
	for (const value of odd)
		ok(
			folders.some(name => decodeURIComponent(name) === `by_country=${value}`),
			value,
		);
	const files = `read_parquet('${place.path}/out/contacts/*/*.parquet', hive_partitioning = true)`;
	const found = await query(
		`select country, by_country, count(*)::int as n from ${files} where country <> '' group by all ` +
			'order by 1',
	);
	deepEqual(
		found,
		[...odd]
			.sort((one, other) => Buffer.from(one).compare(Buffer.from(other)))
			.map(country => ({country, by_country: country, n: 2})),
	);
	deepEqual(
		await query(`select by_country, count(*)::int as n from ${files} where country is null group by 1`),
		[{by_country: '__NULL__', n: 2}],
	);
	deepEqual(
		await query(`select by_country, count(*)::int as n from ${files} where country = '' group by 1`),
		[{by_country: '__EMPTY__', n: 2}],
	);
});

test('rows in many folders are seen all at once, and joined when the run is over', async () => {
	const many = Array.from({length: 400}, (_, id) => ({
		id,
		day: `2026-${String(1 + ((id % 40) >> 2)).padStart(2, '0')}-0${1 + (id % 3)}`,
	}));
	const fn = ({query: {offset = ['0']}}) => ({
		json: {data: many.slice(Number(offset[0]), Number(offset[0]) + 80)},
	});
	await using api = await server({path: '/events', respond: {fn}});
	const resource = {
		name: 'events',
		primary_key: 'id',
		write_disposition: 'merge',
		partition_by: {column: 'day', unit: 'month'},
		columns: {day: {data_type: 'date'}},
		endpoint: {
			path: '/events',
			data_selector: 'data',
			paginator: {type: 'offset', limit: 80, total_path: null},
		},
	};
	const output = {format: 'jsonl', checkpoint: {rows: 80}};
	await using place = await workspace({'sluice.json': config(api.url, [resource], {output})});
	for (let i = 0; i < 2; i++) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		const files = (await readdir(join(place.path, 'out/events'), {recursive: true})).filter(name =>
			name.endsWith('.jsonl'),
		);
		const texts = await Promise.all(files.map(name => place.read(`out/events/${name}`)));
		const lines = texts.flatMap(text =>
			text
				.split('\n')
				.filter(Boolean)
				.map(line => JSON.parse(line)),
		);
		deepEqual(
			lines.map(({id}) => id).sort((one, other) => one - other),
			many.map(({id}) => id),
		);
		for (const [index, name] of files.entries())
			for (const line of texts[index]!.split('\n').filter(Boolean))
				equal(name.split('/')[0], `day_month=${JSON.parse(line).day.slice(0, 7)}`);
	}
	match(await readlink(join(place.path, 'out/events')), /^\.sluice\/events\/data-\d{12}\/events$/);
});

test('a value too long for the name of a folder fails the resource, and says which', async () => {
	await using api = await server(rows('contacts', [{id: 1, country: 'x'.repeat(300)}]));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts', {partition_by: 'country'})]),
	});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 1);
	match(
		stderr,
		/^sluice: contacts: a value of country is too long for the name of a folder: x{40}…\. Partition by another column/m,
	);
});

test('a run that would put files where no reader of the others looks is refused; replacing them is not', async () => {
	await using api = await server(rows('contacts', [{id: 1, country: 'DE', at: '2026-01-02'}]));
	const by = (partition_by?: unknown) =>
		config(api.url, [single('contacts', partition_by ? {partition_by} : {})]);
	await using place = await workspace({
		'sluice.json': by('country'),
		'flat.json': by(),
		'month.json': by({column: 'at', unit: 'month'}),
	});
	equal((await place.sluice(['run', '-q'])).code, 0);
	equal((await place.sluice(['run', '-q'])).code, 0);
	const flat = await place.sluice(['run', '-q', '-c', 'flat.json']);
	equal(
		flat.stderr,
		'sluice: contacts: out/contacts has its files in folders by_country=…/, and this run would write to ' +
			'no folders. Leave partition_by as it was, write to another --output, or begin anew with ' +
			'--full-refresh\n',
	);
	equal(flat.code, 2);
	match(
		(await place.sluice(['run', '-q', '-c', 'month.json'])).stderr,
		/in folders by_country=…\/, .* to folders at_month=…\//,
	);
	deepEqual(await query(`select count(*)::int as n from '${place.path}/out/contacts/*/*.parquet'`), [{n: 2}]);
	equal((await place.sluice(['run', '-q', '-c', 'flat.json', '--full-refresh'])).code, 0);
	match((await place.sluice(['run', '-q'])).stderr, /in no folders, .* to folders by_country=…\//);
});
