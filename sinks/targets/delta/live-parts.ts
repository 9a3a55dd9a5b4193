/**
 * The parts of a table by its log. Other programs may have added files, and rewritten those of Sluice: a record
 * of an earlier commit then gets the files that are there now.
 */
import {StateError} from '../../../src/core/errors.ts';
import {seenColumns} from '../../../src/core/schema/schema.ts';
import type {Commit, Part} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import {columnsKey} from '../../formats/columns-key.ts';
import {partFormat} from '../store/part-format.ts';
import type {AddFile} from './actions.ts';
import {addedColumns} from './schema.ts';
import type {Snapshot} from './snapshot.ts';

/** Whether another program has written the part. */
export function isForeign({sha256, kind}: Part): boolean {
	return kind === 'rows' && sha256 === '';
}

export interface LiveParts {
	/** All parts of the record, with those of the table as they are now. */
	readonly parts: readonly Part[];
	/** Unfinished runs whose rows are no longer in files of their own: they cannot be taken back. */
	readonly mixed: readonly string[];
}

export async function liveParts(
	record: Commit,
	{table, snapshot, store}: {readonly table: string; readonly snapshot: Snapshot; readonly store: Store},
): Promise<LiveParts> {
	const {files} = snapshot;
	const isOwn = (part: Part): boolean => part.table === table && part.kind === 'rows';
	const inLog = (part: Part): string => part.path.slice(table.length + 1);
	const gone = record.parts.filter(part => isOwn(part) && !files.has(inLog(part)));
	const known = new Set(record.parts.filter(isOwn).map(inLog));
	const fresh = [...files].filter(([path]) => !known.has(path));
	if (gone.length === 0 && fresh.length === 0) return {parts: record.parts, mixed: []};
	const lost = new Set(gone);
	const open = new Set([...record.progress.values()].flatMap(each => (each.isFinished ? [] : [each.run])));
	const mixed = new Set(gone.map(({run}) => run).filter(run => open.has(run)));
	const common = {
		table,
		kind: 'rows',
		resource: ownerOf(record, table),
		run: '',
		sha256: '',
		columns: columnsOf(record, table, snapshot),
	} as const;
	const where = `${store.location}/${table}`;
	const parts = record.parts.filter(part => !lost.has(part));
	for (const [path, add] of fresh) {
		checkPath(path, where);
		const key = `${table}/${path}`;
		parts.push({...common, path: key, rows: await rowsOf(add, key, store), bytes: add.size});
	}
	return {parts, mixed: [...mixed]};
}

// The rows of a table with one resource are the rows of that resource: its replacement replaces them all.
function ownerOf(record: Commit, table: string): string {
	const resources = new Set(record.parts.filter(part => part.table === table).map(part => part.resource));
	for (const resource of record.progress.keys()) resources.add(resource);
	const [only] = resources;
	return resources.size === 1 && only !== undefined ? only : '';
}

// The key of the columns with which such a file is read, see foreign-file.ts.
function columnsOf(record: Commit, table: string, {metaData}: Snapshot): string {
	const schema = record.schemas.get(table);
	const own = schema ? seenColumns(schema).columns : [];
	const {columns} = addedColumns(
		metaData?.schemaString ?? '{"fields":[]}',
		schema,
		metaData?.partitionColumns ?? [],
	);
	return columnsKey([...(partFormat.typed?.inFiles(own) ?? own), ...columns]);
}

function checkPath(path: string, where: string): void {
	const isInside = !/^[a-z][a-z\d+.-]*:|^\//i.test(path) && !path.split('/').includes('..');
	if (isInside && path.endsWith('.parquet')) return;
	const what = isInside
		? `a file whose name does not end in .parquet, ${path}`
		: `a file of another place, ${path}`;
	throw new StateError(
		`${where}: another program has added ${what}. Nothing was changed. ` +
			'Rewrite its rows into files of the table (OPTIMIZE), or write to another place',
	);
}

async function rowsOf({stats, size}: AddFile, key: string, store: Store): Promise<number> {
	const rows = stats ? (JSON.parse(stats) as {numRecords?: unknown}).numRecords : undefined;
	if (typeof rows === 'number') return rows;
	const {parquetMetadataAsync} = await import('hyparquet');
	const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
		const bytes = await store.read(key, start, end - start);
		return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
	};
	return Number((await parquetMetadataAsync({byteLength: size, slice})).num_rows);
}
