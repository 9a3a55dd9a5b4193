import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import zlib from 'node:zlib';
import {parquetFormat} from '../../../../sinks/formats/parquet/format.ts';
import {fileOutput} from '../../../../sinks/output/output.ts';
import {parquet} from '../../../../sinks/parquet.ts';
import {ConfigError, SinkError} from '../../../../src/core/errors.ts';
import {pipeline} from '../../../../src/core/pipeline.ts';
import type {Column, ScalarType} from '../../../../src/core/schema/schema.ts';
import {ask, folder, page, write} from './files.ts';

async function refusal(
	t: Parameters<typeof write>[0],
	column: Column,
	...values: unknown[]
): Promise<string> {
	const records = values.map(value => ({[column.name]: value}));
	let message = '';
	await assert.rejects(write(t, [{columns: [column], records}]), error => {
		assert.ok(error instanceof SinkError);
		message = error.message;
		return true;
	});
	return message;
}

const wrong: {readonly [type in ScalarType]: readonly unknown[]} = {
	text: [1, ['x'], {}, true],
	bigint: [1.5, '12', 2 ** 53, 2n ** 63n, -(2n ** 63n) - 1n, Number.NaN, 5e-7, '12abc', true],
	double: ['1.5', 1n, true, {}],
	bool: ['false', 0, 1, 'true'],
	timestamp: [
		'2024-06-01',
		'2024-06-01T12:00:00',
		'2024-06-01T12:00:00+02:00',
		'2024-02-30T00:00:00Z',
		'2023-02-29T00:00:00Z',
		'2024-13-01T00:00:00Z',
		'2024-06-01T24:00:00Z',
		'2024-06-01T12:60:00Z',
		'2024-06-01T12:00:60Z',
		'2024-06-01T12:00:00.Z',
		'2024-06-01T12:00:00.1234567Z',
		'2024-06-01T12:00:00.12x4Z',
		'2024-06-01 12:00:00Z',
		1717243200000,
		new Date(0),
		'Z',
		'',
	],
	date: ['2024-6-1', '2024-06-01T00:00:00Z', '2024-06-31', '2100-02-29', '20240601', 19875, ''],
	time: ['10:00', '24:00:00', '10:00:00Z', '10:00:00.', '10:00:00.1234567', 36000],
	binary: ['abc', 'a?==', 'YQ=', 'YQ==\n', 7],
	json: [() => 1, Symbol('x')],
};

for (const [type, values] of Object.entries(wrong) as [ScalarType, readonly unknown[]][]) {
	test(`a ${type} column refuses values that are not ${type}`, async t => {
		for (const value of values) {
			const message = await refusal(t, {name: 'field', type, nullable: true}, null, value);
			assert.match(
				message,
				new RegExp(
					`^contacts: column "field" \\(${type}\\) takes .+ in row 2 of .+rows\\.parquet \\(page 1\\)`,
				),
			);
		}
	});
}

test('a json column refuses a value that holds itself', async t => {
	const circle: {[key: string]: unknown} = {};
	circle.self = circle;
	assert.match(
		await refusal(t, {name: 'field', type: 'json', nullable: true}, circle),
		/takes a JSON value, not an object/,
	);
});

test('a value that is nested deeper than a text can be made of is refused as that', async t => {
	const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
	assert.match(
		await refusal(t, {name: 'field', type: 'json', nullable: true}, deep),
		/column "field" \(json\) is nested too deeply in row \d of .+ \(page 1\); take it out by the processing step remove$/,
	);
});

test('a decimal column refuses digits that do not fit, exponents and numbers', async t => {
	for (const [precision, scale, values] of [
		[9, 2, ['1e3', '12345678.00', '1.234', '.5', '5.', '', '-', '+1', '1,5', '1.2.3', 12.3, ' 1']],
		[18, 0, ['1234567890123456789', '0.5', '-1000000000000000000']],
		[38, 10, ['12345678901234567890123456789', '0.12345678901']],
	] as const)
		for (const value of values) {
			const message = await refusal(
				t,
				{name: 'field', type: 'decimal', precision, scale, nullable: true},
				value,
			);
			assert.ok(
				message.startsWith(
					`contacts: column "field" (decimal(${precision},${scale})) takes text of at most `,
				),
				message,
			);
		}
});

test('the message says which value, where and what to do', async t => {
	const column: Column = {name: 'age', type: 'bigint', nullable: true};
	assert.match(
		await refusal(t, column, 1, null, 'forty'),
		/^contacts: column "age" \(bigint\) takes a whole number within 64 bits \(beyond 2\^53 as a bigint\), not "forty" in row 3 of .+rows\.parquet \(page 1\); let normalize\(\) be the last step before parquet\(\), or correct the step between them$/,
	);
});

test('rows are counted across pages and row groups', async t => {
	const columns: Column[] = [{name: 'id', type: 'bigint', nullable: false}];
	const records = Array.from({length: 25}, (_, id) => ({id}));
	await assert.rejects(
		write(
			t,
			[
				{columns, records},
				{columns, records: [...records.slice(0, 6), {id: 'x'}]},
			],
			{rowGroupRows: 10},
		),
		/not "x" in row 32 of .+ \(page 2\)/,
	);
});

test('a nested value is refused by its path and its row', async t => {
	const item: Column = {
		name: '',
		type: 'struct',
		nullable: false,
		fields: [{name: 'count', type: 'bigint', nullable: false}],
	};
	const column: Column = {name: 'lines', type: 'list', nullable: true, items: item};
	assert.match(
		await refusal(t, column, [{count: 1}, {count: 2}], null, [{count: 3}, {count: 'x'}]),
		/column "lines\[\]\.count" \(bigint\) .+ not "x" in row 3 /,
	);
	assert.match(
		await refusal(t, column, [], [{count: 1}, {}]),
		/column "lines\[\]\.count" \(bigint\) is not nullable, but has no value in row 2 /,
	);
	assert.match(
		await refusal(t, column, [null]),
		/column "lines\[\]" \(struct\) is not nullable, but has no value in row 1 /,
	);
	assert.match(
		await refusal(t, column, {}),
		/column "lines" \(list\) takes an array, not an object in row 1 /,
	);
	assert.match(
		await refusal(t, column, [[]]),
		/column "lines\[\]" \(struct\) takes an object, not an array in row 1 /,
	);
});

test('null in a column that is not nullable is refused', async t => {
	const column: Column = {name: 'id', type: 'text', nullable: false};
	assert.match(
		await refusal(t, column, 'a', null),
		/column "id" \(text\) is not nullable, but has no value in row 2 /,
	);
	assert.match(await refusal(t, column, undefined), /has no value in row 1 /);
	assert.match(
		await refusal(t, {...column, name: 'toString'}, undefined),
		/column "toString" \(text\) is not nullable/,
	);
});

test('a record that is no object is refused', async t => {
	const columns: Column[] = [{name: 'id', type: 'bigint', nullable: true}];
	for (const record of [null, 5, 'text', [1]])
		await assert.rejects(
			write(t, [{columns, records: [{}, record]}]),
			/contacts: row 2 of .+ is .+, not an object/,
		);
});

test('columns that a file cannot have are refused by name', async t => {
	const id: Column = {name: 'id', type: 'bigint', nullable: true};
	const cases: [Column[], RegExp][] = [
		[[id, {...id, type: 'text'}], /contacts: column "id" appears twice/],
		[[{name: 'a', type: 'struct', nullable: true, fields: [id, id]}], /column "a\.id" appears twice/],
		[
			[{name: 'a', type: 'struct', nullable: true, fields: []}],
			/column "a" is a struct without fields.+make it json/,
		],
		[[{name: 'a', type: 'decimal', precision: 5, scale: 6, nullable: true}], /column "a" is decimal\(5, 6\)/],
		[[{name: 'a', type: 'decimal', precision: 0, scale: 0, nullable: true}], /column "a" is decimal\(0, 0\)/],
	];
	for (const [columns, message] of cases)
		await assert.rejects(write(t, [{columns, records: []}]), {code: 'ERR_SINK', message});
});

test('a page without a schema says to put normalize() first, and leaves no file', async t => {
	const path = join(await folder(t), 'contacts.parquet');
	await assert.rejects(pipeline([page([{id: 1}], undefined)], parquet(path)), {
		code: 'ERR_SINK',
		message: /contacts: page 1 has no schema.+put normalize\(\) before parquet\(\)/,
	});
	assert.equal(existsSync(path), false);
});

test('pages stream into a file that appears whole', async t => {
	const path = join(await folder(t), 'deep', 'contacts.parquet');
	const schema = {columns: [{name: 'id', type: 'bigint', nullable: false}] as const};
	const pages = Array.from({length: 20}, (_, number) => page([{id: number}, {id: -number}], schema, number));
	const summary = await pipeline(pages, parquet(path));
	assert.equal(summary.written, 40);
	assert.equal(await ask('select count(*) from file', path), '40');
});

test('wrong options are refused at once, by name, rule and value', () => {
	const cases: [object, RegExp][] = [
		[{rowGroupRows: 0}, /parquet: rowGroupRows must be a whole number from 1 to 100000000; got 0/],
		[{rowGroupRows: 1.5}, /rowGroupRows .+ got 1\.5/],
		[
			{rowGroupBytes: 2 ** 40},
			/parquet: rowGroupBytes must be a whole number from 1 to 1073741824; got 1099511627776/,
		],
		[{compression: 'lzo'}, /parquet: compression must be one of snappy, gzip, brotli, zstd, none; got "lzo"/],
		[
			{compression: 'gzip', level: 10},
			/parquet: level must be a whole number from 1 to 9 with compression gzip; got 10/,
		],
		[{level: 3}, /parquet: level has no meaning with compression snappy; leave it out/],
	];
	for (const [options, message] of cases)
		assert.throws(
			() => parquetFormat(options),
			error => error instanceof ConfigError && message.test(error.message),
		);
});

test('zstd works where Node has it, and says which Node to take where not', async t => {
	const columns: Column[] = [{name: 'id', type: 'bigint', nullable: false}];
	if ('zstdCompress' in zlib) {
		const path = await write(t, [{columns, records: [{id: 1}, {id: 2}]}], {compression: 'zstd', level: 3});
		assert.equal(await ask('select sum(id)::bigint from file', path), '3');
	} else
		assert.throws(() => parquet('never.parquet', {compression: 'zstd'}), {
			code: 'ERR_CONFIG',
			message: /compression zstd needs Node 22\.15 or newer, and this is v\d+\..+use gzip/,
		});
});

test('a failing output fails the write, and the row group is not lost in silence', async t => {
	const output = fileOutput(join(await folder(t), 'full.parquet'));
	const full = {...output, write: () => Promise.reject(new SinkError('no space left on the disk'))};
	const encoder = parquetFormat({rowGroupRows: 2}).encoder(full);
	await output.open();
	const schema = {columns: [{name: 'id', type: 'bigint', nullable: false}] as const};
	await assert.rejects(encoder.write(page([{id: 1}, {id: 2}], schema)), /no space left/);
	await output.discard();
});
