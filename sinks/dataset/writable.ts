/** A dataset as the end of a program's pipeline. */

import type {Writable} from 'node:stream';
import {ConfigError} from '../../src/core/errors.ts';
import {type Counts, sink} from '../../src/core/stage.ts';
import {type Dataset, openDataset} from '../../src/state/dataset.ts';
import type {Disposition} from '../../src/state/record.ts';
import {beginRun, runName} from '../../src/state/run.ts';
import {type DatasetSink, datasetSink} from '../dataset.ts';
import type {FileFormat} from '../file.ts';
import {parquetFormat} from '../parquet.ts';
import type {OnSchemaChange} from './schema-changes.ts';

export interface DatasetOptions {
	/** @default parquetFormat() */
	readonly format?: FileFormat;
	/**
	 * `append` adds rows, `replace` puts them in the place of all, `merge` in the place of those with the same
	 * key. @default 'append'
	 */
	readonly disposition?: Disposition;
	/** Columns that tell rows apart; `merge` needs it. */
	readonly key?: string | readonly string[];
	/** Bytes that files are joined up to. @default 128 MiB */
	readonly partBytes?: number;
	/** Refused rows beyond which it fails. @default any number */
	readonly maxRejects?: number;
	/** Milliseconds that the folder stays which readers saw before; 0 for not at all. @default 60_000 */
	readonly graceMs?: number;
	/**
	 * Whether Parquet files of earlier runs get the columns that were added or widened since. @default 'rewrite'
	 */
	readonly onSchemaChange?: OnSchemaChange;
}

/**
 * Writes the dataset `name` in the folder `root`, as `sluice run` does: readers glob `root/name/*.parquet`,
 * and see the rows when the pipeline has ended. Of one that fails they see nothing. Nobody else can write to
 * it in the meantime.
 */
export function dataset(
	root: string,
	name: string,
	{
		format = parquetFormat(),
		disposition = 'append',
		key = [],
		partBytes,
		maxRejects,
		graceMs,
		onSchemaChange,
	}: DatasetOptions = {},
): Writable {
	const keys = typeof key === 'string' ? [key] : key;
	if (disposition === 'merge' && keys.length === 0)
		throw new ConfigError(
			`dataset ${name}: the disposition merge needs a key, the columns that tell rows apart`,
		);
	const counts: Partial<Counts> = {};
	let opening: Promise<void> | undefined;
	let opened: Dataset | undefined;
	let inner: DatasetSink | undefined;

	async function open(): Promise<void> {
		opened = await openDataset({root, name, writer: runName(new Date()), graceMs});
		// Places are the source's, and nobody has told it where to go on: what is known of them stays as it is.
		const run = await beginRun(opened, {resource: name, disposition, definition: '', isApart: true});
		inner = datasetSink({
			dataset: opened,
			run,
			resource: name,
			table: name,
			format,
			keepsState: false,
			counts,
			...(partBytes !== undefined && {partBytes}),
			...(maxRejects !== undefined && {maxRejects}),
			...(onSchemaChange !== undefined && {onSchemaChange}),
			...(disposition === 'merge' && {merge: {key: keys}}),
		});
	}

	return sink({
		name: `${format.name} ${name}`,
		counts,
		open() {
			opening = open();
			return opening;
		},
		async write(page) {
			await inner?.write({...page, resource: name});
		},
		// Where it fails, `discard` follows.
		async close() {
			await inner?.close();
			await opened?.close();
		},
		async discard(error) {
			// What broke may have been faster than we are at opening.
			await opening?.catch(() => {});
			try {
				await inner?.discard?.(error);
			} finally {
				await opened?.close();
			}
		},
	});
}
