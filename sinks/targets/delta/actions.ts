/** Actions in the log of a Delta table. Source: github.com/delta-io/delta, PROTOCOL.md, "Actions". */
import type {Part} from '../../../src/state/commit.ts';
import type {PartitionValues} from './partitions.ts';

export interface AddFile {
	/** Relative to the table, and encoded as a URI. */
	readonly path: string;
	readonly partitionValues: PartitionValues;
	readonly size: number;
	readonly modificationTime: number;
	/** `false`: the rows were in the table before, in other files. */
	readonly dataChange: boolean;
	readonly stats?: string | null;
	readonly tags?: {readonly [name: string]: string | null} | null;
}

export interface RemoveFile {
	readonly path: string;
	readonly deletionTimestamp?: number | null;
	readonly dataChange: boolean;
	readonly extendedFileMetadata?: boolean | null;
	readonly partitionValues?: PartitionValues | null;
	readonly size?: number | null;
}

export interface MetaData {
	readonly id: string;
	readonly name?: string | null;
	readonly description?: string | null;
	readonly format: {readonly provider: string; readonly options: {readonly [name: string]: string}};
	readonly schemaString: string;
	readonly partitionColumns: readonly string[];
	readonly configuration: {readonly [name: string]: string};
	readonly createdTime?: number | null;
}

export interface Protocol {
	readonly minReaderVersion: number;
	readonly minWriterVersion: number;
	readonly readerFeatures?: readonly string[] | null;
	readonly writerFeatures?: readonly string[] | null;
}

export interface Txn {
	readonly appId: string;
	readonly version: number;
	readonly lastUpdated?: number | null;
}

/** One line of an entry, as far as it is read here. */
export interface Action {
	readonly add?: AddFile | null;
	readonly remove?: RemoveFile | null;
	readonly txn?: Txn | null;
	readonly metaData?: MetaData | null;
	readonly protocol?: Protocol | null;
	readonly commitInfo?: object | null;
}

/** The oldest version that has all that is used here, so that every reader can read the table. */
export const PROTOCOL: Protocol = {minReaderVersion: 1, minWriterVersion: 2};

export interface AddOptions {
	readonly partitionValues: PartitionValues;
	readonly stats: string;
	/** Milliseconds since 1970. */
	readonly now: number;
}

export function addOf({path, table, bytes}: Part, {partitionValues, stats, now}: AddOptions): AddFile {
	return {
		path: encodedPath(path, table),
		partitionValues,
		size: bytes,
		modificationTime: now,
		dataChange: true,
		stats,
	};
}

/** Removes a live file. The file itself stays for readers of older versions. */
export function removeOf({path, partitionValues, size}: AddFile, now: number): RemoveFile {
	return {path, deletionTimestamp: now, dataChange: true, extendedFileMetadata: true, partitionValues, size};
}

// Relative to the table, and encoded as a URI. In deltalake a compaction does not find files whose `=` is encoded.
function encodedPath(path: string, table: string): string {
	return path
		.slice(table.length + 1)
		.split('/')
		.map(step => encodeURIComponent(step).replaceAll('%3D', '='))
		.join('/');
}

/** A path in the log without its encoding. Writers encode one path in several ways. */
export function decodedPath(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}
