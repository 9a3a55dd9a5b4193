/** One resource from its API to its destination. */
import {join} from 'node:path';
import type {Transform, Writable} from 'node:stream';
import {folder, rejectsFolder} from '../../sinks/folder.ts';
import {tableFolders} from '../../sinks/tables.ts';
import {select} from '../../transforms/select.ts';
import type {Connection, Extraction} from '../config/compile.ts';
import {type FormatName, fileFormat} from '../config/formats.ts';
import type {ResolvedResource} from '../config/resolve.ts';
import {addCounts, pipeline} from '../core/pipeline.ts';
import {countsOf} from '../core/stage.ts';
import {bytes, count, plural, seconds} from './format.ts';
import type {Log} from './io.ts';
import {progress} from './progress.ts';
import type {Result} from './summary.ts';

export interface Destination {
	/** Gets one folder a resource. */
	readonly path: string;
	readonly format: FormatName;
	readonly compression?: string | undefined;
}

export interface ExtractOptions {
	/** Folders, or a stage of the caller's. */
	readonly destination: Destination | Writable;
	readonly log: Log;
	readonly signal: AbortSignal;
	/** The format has types: Parquet. */
	readonly typed: boolean;
	/** Most rows. */
	readonly limit?: number | undefined;
	readonly columns?: readonly string[] | undefined;
	/** What is read; from here on it is ours to close. @default its own, with nobody else */
	readonly extraction?: Extraction;
	/** Whether the live line on a terminal is ours. @default true */
	readonly live?: boolean;
}

/** Runs it, shows how it goes, and reports. A failure is in the result; only an abort is thrown, and what is wrong before the first request. */
export async function extract(
	connection: Connection,
	resource: ResolvedResource,
	{
		destination,
		log,
		signal,
		typed,
		limit,
		columns,
		extraction = connection.extraction(resource, {typed, ...limited(limit)}),
		live = true,
	}: ExtractOptions,
): Promise<Result> {
	const {name} = resource;
	const toFolder = isDestination(destination) ? destination : undefined;
	const sink = isDestination(destination) ? await folderFor(resource, destination).catch(closing(extraction)) : destination;
	const chosen: Transform[] = columns ? [select(columns)] : [];
	const stages = [extraction.source, ...extraction.stages, ...chosen, sink];
	const counts = () => addCounts(stages.map(countsOf));
	const started = performance.now();
	const line = log.live && live && toFolder ? progress(name, counts) : undefined;
	try {
		const summary = await pipeline(extraction.source, ...extraction.stages, ...chosen, sink, {signal});
		line?.stop();
		const rejects = toFolder && summary.rejected > 0 ? rejectsFolder(join(toFolder.path, resource.table_name)) : undefined;
		if (summary.skipped > 0)
			log.warn(`${name}: ${plural(summary.skipped, 'parent')} skipped: no value to ask with, or answered 403 or 404`);
		log.event('resource', {resource: name, ...summary, ...(rejects !== undefined && {rejects})});
		if (!line && toFolder) {
			log.info(
				`${name}: ${plural(summary.written, 'row')}, ${plural(summary.requests, 'request')}, ${bytes(summary.bytesWritten)} in ${seconds(summary.seconds)}`,
			);
		}
		const {complete, received = 0, stated = 0, closedEarly} = summary;
		if (complete === false) log.warn(`${name}: ${count(received)} of ${plural(stated, 'row')} that the API stated`);
		return {resource: name, counts: summary, seconds: summary.seconds, closedEarly, ...(rejects !== undefined && {rejects})};
	} catch (error) {
		line?.stop();
		if (signal.aborted) throw error;
		const elapsed = (performance.now() - started) / 1000;
		return {resource: name, counts: {...counts(), written: 0, bytesWritten: 0}, seconds: elapsed, error};
	}
}

/** The limit of an extraction. */
export function limited(rows: number | undefined): {limit?: {records: number}} {
	return rows === undefined ? {} : {limit: {records: rows}};
}

function closing({source}: Extraction): (error: unknown) => never {
	return error => {
		source.destroy();
		throw error;
	};
}

function isDestination(value: Destination | Writable): value is Destination {
	return 'format' in value;
}

async function folderFor(resource: ResolvedResource, {path, format, compression}: Destination): Promise<Writable> {
	const mode = resource.write_disposition === 'append' ? 'add' : 'replace';
	const write = resource.nested === 'tables' ? tableFolders : folder;
	return write(await fileFormat(format, {compression}), join(path, resource.table_name), {mode});
}
