/** The table at the end of a run. */

import {addCounts} from '../../core/pipeline.ts';
import {formatCount} from '../../core/quantity.ts';
import type {Counts} from '../../core/stage.ts';
import type {ResourceResult} from '../../run/extract.ts';
import {bytes, seconds, table} from './format.ts';
import width from './width.ts';

const header = [
	'resource',
	'rows',
	'requests',
	'retries',
	'duplicates',
	'rejects',
	'bytes',
	'time',
	'rows/s',
];
const [left, ...right] = header;

/**
 * One line for each resource, and their total, whose time is that of the whole run: some are read at the same
 * time. Where `room` (terminal columns) is short, columns of zeros are left out.
 */
export function summaryTable(
	results: readonly Pick<ResourceResult, 'resource' | 'counts' | 'seconds' | 'error'>[],
	wall: number,
	room = Number.POSITIVE_INFINITY,
): string {
	const rows = results.map(({resource, counts, seconds: time, error}) =>
		cells(error === undefined ? resource : `${resource} (failed)`, counts, time),
	);
	if (results.length > 1) rows.push(cells('total', addCounts(results.map(({counts}) => counts)), wall));
	const whole = table(header, rows, {right});
	if (width(whole.split('\n', 1)[0] ?? '') <= room) return whole;
	const shown = header.filter((name, i) => name === left || rows.some(row => row[i] !== '0'));
	const kept = rows.map(row => row.filter((_, i) => shown.includes(header[i] ?? '')));
	return table(shown, kept, {right});
}

function cells(name: string, counts: Counts, time: number): string[] {
	const {written, requests, retries, duplicates, rejected, bytesWritten} = counts;
	return [
		name,
		formatCount(written),
		formatCount(requests),
		formatCount(retries),
		formatCount(duplicates),
		formatCount(rejected),
		bytes(bytesWritten),
		seconds(time),
		formatCount(written / Math.max(time, 0.001)),
	];
}
