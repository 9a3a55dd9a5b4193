/** The table at the end of a run. */
import {addCounts} from '../core/pipeline.ts';
import type {Counts} from '../core/stage.ts';
import {bytes, count, seconds, table} from './format.ts';

export interface Result {
	readonly resource: string;
	readonly counts: Counts;
	readonly seconds: number;
	/** The folder that holds what was refused, where anything was. */
	readonly rejects?: string;
	readonly error?: unknown;
}

const header = ['resource', 'rows', 'requests', 'retries', 'duplicates', 'rejects', 'bytes', 'time', 'rows/s'];

export function summaryTable(results: readonly Result[]): string {
	const rows = results.map(({resource, counts, seconds: time, error}) =>
		cells(error === undefined ? resource : `${resource} (failed)`, counts, time),
	);
	if (results.length > 1) {
		const total = addCounts(results.map(result => result.counts));
		rows.push(
			cells(
				'total',
				total,
				results.reduce((sum, result) => sum + result.seconds, 0),
			),
		);
	}
	return table(header, rows, {right: header.slice(1)});
}

function cells(name: string, counts: Counts, time: number): string[] {
	const {written, requests, retries, duplicates, rejected, bytesWritten} = counts;
	return [
		name,
		count(written),
		count(requests),
		count(retries),
		count(duplicates),
		count(rejected),
		bytes(bytesWritten),
		seconds(time),
		count(written / Math.max(time, 0.001)),
	];
}
