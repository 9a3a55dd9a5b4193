import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {ColumnDefinition} from '../../src/core/schema/schema.ts';
import {definitionFromJson, schemaToJson} from '../../src/core/schema/schema-file.ts';
import {inferSchema, normalizePages} from '../../transforms/normalize.ts';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

function read(value: unknown, at: ColumnDefinition, options: {coerce?: boolean} = {}) {
	const normalizer = normalizePages({columns: {at}}, {...options, contract: 'discard_row'});
	const {records, rejections = []} = normalizer.page({
		resource: 'r',
		number: 0,
		records: [{at: value as never}],
	});
	return records.at(0)?.at ?? rejections[0]?.reason;
}

for (const [value, timeUnit, wanted] of [
	[1704067200123, 'ms', '2024-01-01T00:00:00.123Z'],
	['1704067200123', 'ms', '2024-01-01T00:00:00.123Z'],
	[1704067200123.5, 'ms', '2024-01-01T00:00:00.123500Z'],
	[-1, 'ms', '1969-12-31T23:59:59.999Z'],
	[0, 'ms', '1970-01-01T00:00:00Z'],
	[1704067200123456n, 'us', '2024-01-01T00:00:00.123456Z'],
	['1704067200123456789', 'ns', '2024-01-01T00:00:00.123456Z'],
	[-1, 'ns', '1970-01-01T00:00:00Z'],
	[-1000, 'ns', '1969-12-31T23:59:59.999999Z'],
	[1704067200, 's', '2024-01-01T00:00:00Z'],
	['20240105', 'ms', '1970-01-01T05:37:20.105Z'],
	['2024-01-05T10:00:00+01:00', 'ms', '2024-01-05T09:00:00Z'],
] as const) {
	test(`${value} in ${timeUnit} is ${wanted}`, () => {
		strictEqual(read(value, {type: 'timestamp', timeUnit}), wanted);
		strictEqual(read(value, {type: 'date', timeUnit}), wanted.slice(0, 10));
	});
}

test('a count beyond all years does not fit, and the reason names time_unit', () => {
	match(
		String(read(1704067200123, {type: 'timestamp'})),
		/expected timestamp; as time_unit: s it is outside the years/,
	);
	match(
		String(read(253402300800000, {type: 'timestamp', timeUnit: 'ms'})),
		/as time_unit: ms it is outside the years/,
	);
	match(String(read(10n ** 300n, {type: 'timestamp', timeUnit: 'ns'})), /as time_unit: ns it is outside/);
	strictEqual(String(read(true, {type: 'timestamp', timeUnit: 'ms'})), 'got true (bool), expected timestamp');
});

test('numbers beyond all years in a column declared as a time are told, and --strict fails', async () => {
	const server = await startServer([
		{path: '/r', respond: {json: [{at: 1704067200123}, {at: 1704067200124}]}},
	]);
	const config = `client: {base_url: "${server.url}"}
resources: [{name: r, columns: {at: timestamp}}]
output: {format: jsonl}
`;
	await using place = await workspace({'sluice.yaml': config});
	try {
		const ran = await place.sluice(['run']);
		strictEqual(ran.code, 0, ran.stderr);
		strictEqual(
			ran.stderr.match(/as time_unit: s it is outside the years 1 to 9999\. Such values go/g)?.length,
			1,
			ran.stderr,
		);
		match(ran.stderr, /at__v_bigint/);
		strictEqual((await place.sluice(['run', '--strict'])).code, 1);
	} finally {
		await server.close();
	}
});

test('a declared unit holds in strict columns too, and in lists and structs', () => {
	strictEqual(read(1000, {type: 'timestamp', timeUnit: 'ms'}, {coerce: false}), '1970-01-01T00:00:01Z');
	deepStrictEqual(read([1000], {type: 'list', items: {type: 'timestamp', timeUnit: 'ms'}}), [
		'1970-01-01T00:00:01Z',
	]);
	const fields = {a: {type: 'timestamp', timeUnit: 'us'}} as const;
	deepStrictEqual(read({a: 1_000_000}, {type: 'struct', fields}), {a: '1970-01-01T00:00:01Z'});
});

test('a unit stands in schema files, and only where it means something', async () => {
	const json = {columns: {at: {data_type: 'timestamp', nullable: true, time_unit: 'ms'}}};
	const schema = await inferSchema([], {schema: definitionFromJson(json)});
	deepStrictEqual(schemaToJson(schema), json);
	const problem = (hints: object) => {
		try {
			definitionFromJson({columns: {at: hints}} as never);
		} catch (error) {
			return (error as Error).message;
		}
		return '';
	};
	match(
		problem({data_type: 'bigint', time_unit: 'ms'}),
		/columns\.at\.time_unit.*only a column of type timestamp or date/s,
	);
	match(problem({data_type: 'timestamp', time_unit: 'min'}), /expected one of s, ms, us, ns; got "min"/);
});

test('a run writes counts as times, with the same result for pages that it reads as text', async () => {
	const rows = Array.from({length: 40}, (_, id) => ({
		id,
		at: id % 2 === 0 ? 1704067200000 + id : `${1704067200000 + id}`,
	}));
	const page = {
		fn: ({query}: {query: Record<string, string[]>}) => ({
			json: rows.slice(Number(query.offset), Number(query.offset) + 4),
		}),
	};
	const server = await startServer([{path: '/r', respond: page as never}]);
	const config = `client: {base_url: "${server.url}"}
resources:
  - {name: r, endpoint: {paginator: {type: offset, limit: 4}}, columns: {at: {data_type: timestamp, time_unit: ms}}}
`;
	await using place = await workspace({'sluice.yaml': config});
	try {
		for (const format of ['jsonl', 'parquet']) {
			const ran = await place.sluice(['run', '--format', format, '-o', format]);
			strictEqual(ran.code, 0, ran.stderr);
		}
		const lines = await place.shell('cat jsonl/r/*.jsonl');
		deepStrictEqual(
			lines.stdout
				.trim()
				.split('\n')
				.map(line => JSON.parse(line).at),
			rows.map(({id}) => `2024-01-01T00:00:00${id === 0 ? '' : `.0${String(id).padStart(2, '0')}`}Z`),
		);
		const parquet = (await place.shell("find parquet/r/ -name '*.parquet'")).stdout.trim();
		match((await place.shell(`sluice ls -o parquet; ls ${parquet}`)).stdout, /40/);
	} finally {
		await server.close();
	}
});
