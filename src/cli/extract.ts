/** One resource from its API to its destination. */

import {join} from 'node:path';
import type {Transform, Writable} from 'node:stream';
import {folder} from '../../sinks/folder.ts';
import {select} from '../../transforms/select.ts';
import type {Connection, Extraction} from '../config/compile.ts';
import {type FormatName, fileFormat} from '../config/formats.ts';
import type {ResolvedResource} from '../config/resolve.ts';
import {addCounts, pipeline} from '../core/pipeline.ts';
import {countsOf} from '../core/stage.ts';
import {bytes, count, seconds} from './format.ts';
import type {Log} from './io.ts';
import {progress} from './progress.ts';
import type {Result} from './summary.ts';

export interface Destination {
	readonly path: string;
	readonly format: FormatName;
	readonly compression?: string | undefined;
}

export interface ExtractOptions {
	/** A folder with one folder a resource, or a stage of the caller's. */
	readonly destination: Destination | Writable;
	readonly log: Log;
	readonly signal: AbortSignal;
	/** The format has types: Parquet. */
	readonly typed: boolean;
	/** Most rows. */
	readonly limit?: number | undefined;
	readonly columns?: readonly string[] | undefined;
}

/** Runs it, shows how it goes, and reports. A failure is in the result; only an abort is thrown. */
export async function extract(connection: Connection, resource: ResolvedResource, options: ExtractOptions): Promise<Result> {
	const {log, signal} = options;
	const started = performance.now();
	const elapsed = (): number => (performance.now() - started) / 1000;
	const extraction: Extraction = connection.extraction(resource, {
		signal,
		typed: options.typed,
		...(options.limit !== undefined && {limit: {records: options.limit}}),
	});
	const columns: Transform[] = options.columns ? [select(options.columns)] : [];
	const sink = isDestination(options.destination) ? await folderFor(resource, options.destination) : options.destination;
	const stages = [extraction.source, ...extraction.stages, ...columns, sink];
	const counts = () => addCounts(stages.map(countsOf));
	const line = log.live && isDestination(options.destination) ? progress(resource.name, counts) : undefined;
	try {
		const summary = await pipeline(extraction.source, ...extraction.stages, ...columns, sink, {signal});
		line?.stop();
		log.event('resource', {resource: resource.name, ...summary});
		if (!line && isDestination(options.destination)) {
			log.info(
				`${resource.name}: ${count(summary.written)} rows, ${count(summary.requests)} requests, ${bytes(summary.bytesWritten)} in ${seconds(summary.seconds)}`,
			);
		}
		return {resource: resource.name, counts: summary, seconds: elapsed()};
	} catch (error) {
		line?.stop();
		if (signal.aborted) throw error;
		return {resource: resource.name, counts: {...counts(), written: 0, bytesWritten: 0}, seconds: elapsed(), error};
	}
}

function isDestination(value: Destination | Writable): value is Destination {
	return 'format' in value;
}

async function folderFor(resource: ResolvedResource, {path, format, compression}: Destination): Promise<Writable> {
	const mode = resource.write_disposition === 'append' ? 'add' : 'replace';
	return folder(await fileFormat(format, {compression}), join(path, resource.table_name), {mode});
}
