/** Actions in the log of a Delta table. Source: github.com/delta-io/delta, PROTOCOL.md, "Actions". */
import type {Part} from '../../../src/state/commit.ts';

/** One line of an entry, as far as it is read here. */
export interface Action {
	readonly add?: object;
	readonly remove?: object;
	readonly txn?: {readonly appId: string; readonly version: number};
	readonly metaData?: object;
	readonly protocol?: {readonly minReaderVersion: number; readonly minWriterVersion: number};
}

/** The oldest version that has all that is used here, so that every reader can read the table. */
export const PROTOCOL = {protocol: {minReaderVersion: 1, minWriterVersion: 2}};

export function addOf({path, table, bytes, rows}: Part, now: number): object {
	return {
		add: {
			path: encodedPath(path, table),
			partitionValues: {},
			size: bytes,
			modificationTime: now,
			dataChange: true,
			stats: JSON.stringify({numRecords: rows}),
		},
	};
}

export function removeOf(path: string, table: string, now: number): object {
	return {remove: {path: encodedPath(path, table), deletionTimestamp: now, dataChange: true}};
}

export function metaDataOf(id: string, schemaString: string, now: number): object {
	const format = {provider: 'parquet', options: {}};
	return {metaData: {id, format, schemaString, partitionColumns: [], configuration: {}, createdTime: now}};
}

/** The path of a part in the log: relative to its table, and encoded as a URI. */
export function encodedPath(path: string, table: string): string {
	return path
		.slice(table.length + 1)
		.split('/')
		.map(encodeURIComponent)
		.join('/');
}
