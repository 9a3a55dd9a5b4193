import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

const body = JSON.stringify(
	{
		total: 4,
		data: [
			{id: 1, name: 'Ada', at: '2026-01-02T03:04:05+01:00', spend: '12.50'},
			{id: 2, name: null, at: null, spend: '1'},
			{id: 1, name: 'Ada', at: '2026-01-02T03:04:05+01:00', spend: '12.50'},
			{id: 3, name: 'Grace 漢字', at: '2026-01-02T03:04:05Z', spend: null},
		],
	},
	null,
	2,
);
const schema = JSON.stringify({
	columns: {
		id: {data_type: 'bigint', nullable: false},
		name: {data_type: 'text', nullable: false},
		at: {data_type: 'timestamp'},
		spend: {data_type: 'decimal', precision: 10, scale: 2},
	},
});

test('a pipe of select, normalize, dedupe and write makes a Parquet file', async () => {
	await using place = await workspace({'body.json': body, 's.json': schema});
	const {code, stdout, stderr} = await place.shell(
		'cat body.json | sluice select data | sluice normalize --schema s.json --rejects bad.jsonl | sluice ' +
			'dedupe --key id | sluice write contacts.parquet',
	);
	deepEqual([code, stdout], [0, ''], stderr);
	match(stderr, /^sluice: 1 row rejected; see why in bad\.jsonl$/m);
	match(stderr, /^2 rows, [\d.]+ k?B in [\d.]+ s$/m);
	deepEqual(
		await query(
			`select id, name, epoch("at")::bigint as "at" from '${place.path}/contacts.parquet' order by id`,
		),
		[
			{id: '1', name: 'Ada', at: String(Date.UTC(2026, 0, 2, 2, 4, 5) / 1000)},
			{id: '3', name: 'Grace 漢字', at: String(Date.UTC(2026, 0, 2, 3, 4, 5) / 1000)},
		],
	);
	const {column, record} = JSON.parse(await place.read('bad.jsonl'));
	deepEqual([column, record.id], ['name', 2]);
});

test('select takes nested lists, fields of the outer record, and columns', async () => {
	await using place = await workspace();
	const stdin = '{"groups":[{"g":1,"items":[{"a":1,"b":2}]},{"g":2,"items":[{"a":3,"b":4}]}]}\n';
	const [nested, outer] = await Promise.all([
		place.sluice(['select', 'groups[*].items'], {stdin}),
		place.shell('sluice select groups | sluice select items --keep g | sluice select --columns g b', {stdin}),
	]);
	equal(nested.stdout, '{"a":1,"b":2}\n{"a":3,"b":4}\n', nested.stderr);
	equal(outer.stdout, '{"g":1,"b":2}\n{"g":2,"b":4}\n', outer.stderr);
	const missing = await place.sluice(['select', 'data'], {stdin});
	deepEqual([missing.code, missing.stdout], [1, '']);
	match(missing.stderr, /^sluice: stdin: .*no "data".*found: groups/);
});

test('a contract without columns to hold rows to is refused, with the way to make them', async () => {
	await using place = await workspace();
	const stdin = '{"a":1}\n{"a":"x"}\n';
	for (const words of [['normalize'], ['write', 'rows.jsonl']])
		for (const contract of ['freeze', 'discard_row', 'discard_value']) {
			const {code, stdout, stderr} = await place.sluice([...words, '--contract', contract], {stdin});
			deepEqual([code, stdout], [2, '']);
			match(stderr, new RegExp(`--contract ${contract} needs --schema FILE.*sluice schema - <`));
		}
	deepEqual(await place.visible(), []);
	equal((await place.sluice(['normalize', '--contract', 'evolve'], {stdin})).code, 0);
	await place.shell('echo \'{"a":1}\' | sluice schema - > s.json');
	const {code, stderr} = await place.sluice(['normalize', '--schema', 's.json', '--contract', 'freeze'], {
		stdin,
	});
	equal(code, 4, stderr);
});

test('normalize names and flattens columns, and a contract decides over what does not fit', async () => {
	await using place = await workspace({'s.json': '{"columns": {"id": {"data_type": "bigint"}}}'});
	const stdin = '{"id": 1, "Home Address": {"City": "Rome"}}\n';
	const [named, frozen] = await Promise.all([
		place.sluice(['normalize', '--naming', 'snake_case', '--nested', 'flatten'], {stdin}),
		place.sluice(['normalize', '--schema', 's.json', '--contract', 'freeze'], {stdin}),
	]);
	equal(named.stdout, '{"id":1,"home_address__city":"Rome"}\n', named.stderr);
	deepEqual([frozen.code, frozen.stdout], [4, '']);
	match(frozen.stderr, /^sluice: stdin\.Home Address: .*record 1 of page 1/);
	const contract = ['normalize', '--schema', 's.json', '--contract'];
	const [row, value] = await Promise.all([
		place.sluice([...contract, 'discard_row'], {stdin}),
		place.sluice([...contract, 'discard_value', '-q'], {stdin}),
	]);
	deepEqual(
		[row.code, row.stdout, row.stderr],
		[0, '', 'sluice: 1 row rejected; see why with --rejects FILE\n'],
	);
	deepEqual([value.code, value.stdout, value.stderr], [0, '{"id":1}\n', '']);
	const told = await place.sluice([...contract, 'discard_value'], {stdin});
	equal(told.stderr, 'sluice: 1 value discarded, not fitting their columns\n');
});

test('dedupe keeps the first or the last, by one field, several, or the whole record', async () => {
	await using place = await workspace();
	const stdin =
		'{"id":1,"r":"a","n":1}\n{"id":1,"r":"b","n":2}\n{"id":1,"r":"a","n":3}\n{"id":1,"r":"a","n":3}\n';
	const run = async (...words: string[]): Promise<number[]> => {
		const {stdout} = await place.sluice(['dedupe', ...words], {stdin});
		return stdout
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line).n);
	};
	deepEqual(await Promise.all([run('--key', 'id'), run('--key', 'id', '--keep', 'last')]), [[1], [3]]);
	deepEqual(await Promise.all([run('--key', 'id,r'), run('--key', 'id', '--key', 'r')]), [
		[1, 2],
		[1, 2],
	]);
	deepEqual(await run(), [1, 2, 3]);
});

test('write takes every format, by the ending or by name', async () => {
	await using place = await workspace();
	const stdin = '{"id":1,"text":"a,b"}\n{"id":2,"text":null}\n';
	const named = ['a.parquet', 'b.jsonl', 'c.jsonl.gz', 'd.csv', 'e.csv.gz', 'f.ndjson'];
	for (let i = 0; i < named.length; i += 2) {
		const pair = named.slice(i, i + 2).map(name => place.sluice(['write', name, '-q'], {stdin}));
		for (const {code, stderr} of await Promise.all(pair)) deepEqual([code, stderr], [0, '']);
	}
	const wanted = [
		{id: '1', text: 'a,b'},
		{id: '2', text: null},
	];
	for (const name of named) {
		const from = name === 'f.ndjson' ? `read_json('${place.path}/${name}')` : `'${place.path}/${name}'`;
		deepEqual(await query(`select id::varchar as id, text from ${from} order by id`), wanted, name);
	}
	const [other, stdout] = await Promise.all([
		place.sluice(['write', 'g', '--format', 'parquet', '--compression', 'gzip', '--log', 'json'], {stdin}),
		place.sluice(['write', '-', '--format', 'csv'], {stdin}),
	]);
	equal(JSON.parse(other.stderr).event, 'done');
	equal(JSON.parse(other.stderr).written, 2);
	deepEqual(await query(`select distinct compression from parquet_metadata('${place.path}/g')`), [
		{compression: 'GZIP'},
	]);
	equal(stdout.stdout, 'id,text\r\n1,"a,b"\r\n2,\r\n');
});

test('rejects that are asked for are there also when nothing is rejected', async () => {
	await using place = await workspace({'bad.jsonl': 'of an earlier run\n'});
	const {code, stderr} = await place.sluice(['normalize', '--rejects', 'bad.jsonl'], {stdin: '{"id":1}'});
	deepEqual([code, stderr, await place.read('bad.jsonl')], [0, '', '']);
});

test('write takes /dev/stdout, a named pipe, and the file that a link leads to', async () => {
	await using place = await workspace({'real/data.jsonl': 'old', 'log.jsonl': '{"id":0}\n'});
	const [appended, piped, linked] = [
		await place.shell('echo \'{"id":1}\' | sluice write /dev/stdout -q --format jsonl >> log.jsonl'),
		await place.shell('mkfifo pipe; cat pipe & echo \'{"id":2}\' | sluice write pipe -q --format csv; wait'),
		await place.shell('ln -s real/data.jsonl link.jsonl; echo \'{"id":3}\' | sluice write link.jsonl -q'),
	];
	deepEqual(
		[appended.code, piped.code, linked.code],
		[0, 0, 0],
		appended.stderr + piped.stderr + linked.stderr,
	);
	equal(await place.read('log.jsonl'), '{"id":0}\n{"id":1}\n');
	equal(piped.stdout, 'id\r\n2\r\n');
	equal(await place.read('real/data.jsonl'), '{"id":3}\n');
	deepEqual(await place.list(), ['link.jsonl', 'log.jsonl', 'pipe', 'real', 'real/data.jsonl']);
});
