/**
 * Files of other programs in the form of Sluice's own, so that a merge can read and rewrite them. Their times may
 * have other units, their decimals other widths, and their pages other encodings.
 */
import {SluiceError, StateError} from '../../../src/core/errors.ts';
import type {JsonValue} from '../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import {type Column, type Schema, seenColumns} from '../../../src/core/schema/schema.ts';
import type {Part} from '../../../src/state/commit.ts';
import {valueDecoder} from '../../formats/parquet/read/decode-values.ts';
import {fileOutput} from '../../output/output.ts';
import {partFormat} from '../store/part-format.ts';
import {adviceFor, decompressors} from './decompressors.ts';
import {type PartitionValues, valuesInPath} from './partitions.ts';
import type {addedColumns} from './schema.ts';

export interface FileOptions {
	/** The columns of Sluice. */
	readonly schema: Schema | undefined;
	/** The columns of others. */
	readonly added: ReturnType<typeof addedColumns>;
	/** The values of the partition of the file. */
	readonly values: PartitionValues;
	readonly where: string;
}

const BATCH_ROWS = 10_000;

/** Writes the rows of the file at `path` to another file. Returns its path. */
export async function ownForm(part: Part, path: string, options: FileOptions): Promise<string> {
	const {schema, added, where} = options;
	checkPart(part, options);
	const own = schema ? seenColumns(schema).columns : [];
	const columns = [...own, ...added.columns].map(column => ({...column, nullable: true}));
	const output = fileOutput(`${path}.own.parquet`);
	await output.open();
	try {
		const encoder = partFormat.encoder(output);
		const page = {resource: part.resource, number: 0, schema: {columns}};
		await encoder.write({...page, records: []});
		let rows = 0;
		for await (const records of recordsIn(path, columns)) {
			rows += records.length;
			await encoder.write({...page, records});
		}
		if (rows !== part.rows)
			throw new StateError(
				`${where}: its log says that ${part.path} has ${part.rows} rows, and the file has ${rows}. ` +
					'Nothing was changed',
			);
		await encoder.finish();
		await output.close();
		return output.name;
	} catch (error) {
		await output.discard();
		if (error instanceof SluiceError) throw error;
		throw new StateError(
			`${where}: ${part.path}, a file of another program, cannot be read: ${(error as Error).message}. ` +
				`Nothing was changed. ${adviceFor(error)}`,
			{cause: error},
		);
	}
}

function checkPart(part: Part, {added, values, where}: FileOptions): void {
	const [unknown] = added.unknown;
	if (unknown !== undefined)
		throw new StateError(
			`${where}: ${part.path} is of another program, and so is the column ${JSON.stringify(unknown)}, ` +
				'whose type Sluice does not write. A merge would lose its values. Nothing was changed. Drop the ' +
				'column or give it the type of string, long or double',
		);
	const inPath = valuesInPath(part.path, part.table);
	if (
		Object.entries(values).every(([name, value]) => (inPath[name] ?? null) === (value === '' ? null : value))
	)
		return;
	throw new StateError(
		`${where}: ${part.path} is of another program, and not in the folder of its partition, where a ` +
			'merge would write it again. Nothing was changed. Rewrite it with folders as in Hive, or restore ' +
			'the version before',
	);
}

async function* recordsIn(path: string, columns: readonly Column[]): AsyncGenerator<JsonRecord[]> {
	const {asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects} = await import('hyparquet');
	const file = await asyncBufferFromFile(path);
	const metadata = await parquetMetadataAsync(file, {geoparquet: false});
	// A decimal would become a double, which has not all its digits.
	for (const element of metadata.schema) {
		if (element.converted_type !== 'DECIMAL') continue;
		delete element.converted_type;
		delete element.logical_type;
	}
	const inFile = new Set(
		metadata.row_groups[0]?.columns.map(({meta_data: chunk}) => chunk?.path_in_schema[0]),
	);
	const found = columns.filter(({name}) => inFile.has(name));
	const names = found.map(({name}) => name);
	const decoders = columns.map(column => ({name: column.name, decode: decoderOf(column, column.name)}));
	const total = Number(metadata.num_rows);
	const compressors = await decompressors();
	for (let rowStart = 0; rowStart < total; rowStart += BATCH_ROWS) {
		const rowEnd = Math.min(total, rowStart + BATCH_ROWS);
		const rows = await parquetReadObjects({
			file,
			metadata,
			columns: names,
			compressors,
			utf8: false,
			parsers,
			rowStart,
			rowEnd,
		});
		yield rows.map(row => {
			const record = Object.create(null) as JsonRecord;
			for (const {name, decode} of decoders) record[name] = decode(row[name]);
			return record;
		});
	}
}

/** Times in microseconds, days since 1970, and texts. */
const parsers = {
	timestampFromMilliseconds: (ms: bigint) => BigInt(ms) * 1000n,
	timestampFromMicroseconds: (micros: bigint) => BigInt(micros),
	timestampFromNanoseconds: (nanos: bigint) => BigInt(nanos) / 1000n,
	dateFromDays: (days: number) => days,
	stringFromBytes: (bytes: Uint8Array) =>
		Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(),
};

function decoderOf(column: Column, place: string): (value: unknown) => JsonValue {
	const decode = presentDecoder(column, place);
	return value => (value === null || value === undefined ? null : decode(value));
}

function presentDecoder(column: Column, place: string): (value: unknown) => JsonValue {
	if (column.type === 'list') {
		const item = decoderOf(column.items, `${place}[]`);
		return value => (value as readonly unknown[]).map(item);
	}
	if (column.type === 'struct') {
		const fields = column.fields.map(({name}, index) => ({
			name,
			decode: decoderOf(column.fields[index] as Column, `${place}.${name}`),
		}));
		return value =>
			Object.fromEntries(
				fields.map(({name, decode}) => [name, decode((value as {[name: string]: unknown})[name])]),
			);
	}
	if (column.type === 'time') return value => value as string;
	return valueDecoder(column, column, place);
}
