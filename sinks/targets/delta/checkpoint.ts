/**
 * Checkpoints: the state of a table as a Parquet file, one action a row, so that readers need not read the
 * entries before. Source: github.com/delta-io/delta, PROTOCOL.md, "Checkpoints".
 */
import {StateError} from '../../../src/core/errors.ts';
import type {Action} from './actions.ts';
import {adviceFor, decompressors} from './decompressors.ts';
import {type NestedField, nestedFile} from './nested-columns.ts';
import type {Snapshot} from './snapshot.ts';

const text = (name: string): NestedField => ({name, kind: 'text'});
const long = (name: string): NestedField => ({name, kind: 'long'});
const int = (name: string): NestedField => ({name, kind: 'int'});
const bool = (name: string): NestedField => ({name, kind: 'bool'});
const map = (name: string): NestedField => ({name, kind: 'map'});
const texts = (name: string): NestedField => ({name, kind: 'texts'});
const struct = (name: string, ...fields: readonly NestedField[]): NestedField => ({
	name,
	kind: 'struct',
	fields,
});

const FIELDS: readonly NestedField[] = [
	struct('txn', text('appId'), long('version'), long('lastUpdated')),
	struct(
		'add',
		text('path'),
		map('partitionValues'),
		long('size'),
		long('modificationTime'),
		bool('dataChange'),
		map('tags'),
		text('stats'),
	),
	struct(
		'remove',
		text('path'),
		long('deletionTimestamp'),
		bool('dataChange'),
		bool('extendedFileMetadata'),
		map('partitionValues'),
		long('size'),
	),
	struct(
		'metaData',
		text('id'),
		text('name'),
		text('description'),
		struct('format', text('provider'), map('options')),
		text('schemaString'),
		texts('partitionColumns'),
		map('configuration'),
		long('createdTime'),
	),
	struct('protocol', int('minReaderVersion'), int('minWriterVersion')),
];

/** Fields of tables that list their features; older readers do not expect them. */
const LISTED = struct(
	'protocol',
	int('minReaderVersion'),
	int('minWriterVersion'),
	texts('readerFeatures'),
	texts('writerFeatures'),
);

const DAY_MS = 86_400_000;
const unitDays: {readonly [unit: string]: number} = {hour: 1 / 24, day: 1, week: 7};

/** The file of a checkpoint, and the number of its actions. */
export async function checkpointFile(
	snapshot: Snapshot,
	now: number,
): Promise<{readonly bytes: Buffer; readonly actions: number}> {
	const isListed = snapshot.protocol?.writerFeatures ?? snapshot.protocol?.readerFeatures;
	const fields = isListed ? [...FIELDS.slice(0, -1), LISTED] : FIELDS;
	const {bytes, rows} = await nestedFile(fields, actionsOf(snapshot, now));
	return {bytes, actions: rows};
}

function* actionsOf(snapshot: Snapshot, now: number): Generator<{readonly [kind: string]: object}> {
	const {protocol, metaData, txns, files, removed} = snapshot;
	if (protocol) yield {protocol};
	if (metaData) yield {metaData};
	for (const txn of txns.values()) yield {txn};
	for (const add of files.values()) yield {add: {...add, dataChange: false}};
	// A vacuum keeps the files of these for readers of older versions.
	const since = now - keptMs(metaData?.configuration?.['delta.deletedFileRetentionDuration']);
	for (const remove of removed.values())
		if ((remove.deletionTimestamp ?? 0) > since) yield {remove: {...remove, dataChange: false}};
}

function keptMs(setting: string | undefined): number {
	const [, count, unit = ''] = /^(?:interval )?(\d+) (hour|day|week)s?$/i.exec(setting ?? '1 week') ?? [];
	return count === undefined ? 30 * DAY_MS : Number(count) * (unitDays[unit.toLowerCase()] ?? 1) * DAY_MS;
}

/** The actions in a checkpoint, in batches. */
export async function* checkpointActions(bytes: Buffer, path: string): AsyncGenerator<readonly Action[]> {
	const {parquetMetadata, parquetReadObjects} = await import('hyparquet');
	const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
	try {
		const metadata = parquetMetadata(buffer);
		const names = new Set(
			metadata.row_groups[0]?.columns.map(({meta_data: chunk}) => chunk?.path_in_schema[0]),
		);
		const columns = FIELDS.map(({name}) => name).filter(name => names.has(name));
		const file = {
			byteLength: buffer.byteLength,
			slice: (start: number, end?: number) => buffer.slice(start, end),
		};
		const compressors = await decompressors();
		let rowStart = 0;
		for (const {num_rows: rows} of metadata.row_groups) {
			const rowEnd = rowStart + Number(rows);
			const found = await parquetReadObjects({file, metadata, columns, compressors, rowStart, rowEnd});
			yield found.map(record => inNumbers(record) as Action);
			rowStart = rowEnd;
		}
	} catch (cause) {
		throw new StateError(
			`${path}: cannot be read: ${(cause as Error).message}. Nothing was changed. ${adviceFor(cause)}`,
			{cause},
		);
	}
}

// Counts, sizes and times, all of which a double holds.
function inNumbers(value: unknown): unknown {
	if (typeof value === 'bigint') return Number(value);
	if (Array.isArray(value)) return value.map(inNumbers);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inNumbers(each)]));
}
