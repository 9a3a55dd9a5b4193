/** Imports a `DatetimeBasedCursor` as `incremental`. */
import {asObject, isPlainObject, type PlainObject, withoutUndefined} from '../../config/tree.ts';
import {isoFormat, timeFormat} from '../../resource/incremental/time-format.ts';
import {clockBound} from './clock.ts';
import type {Known} from './known.ts';
import {constantOf, onlyNode} from './nodes.ts';
import {type Differences, LeftOut} from './outcome.ts';
import type {Placeholders, RequestValues} from './placeholders.ts';
import {putOption} from './request-option.ts';
import type {Request} from './requester.ts';
import {cursorFormatName, formatName, hasMoreDigits} from './time-formats.ts';

/** The values of the window that templates of a request may use. */
export function windowOf(cursor: unknown, above: Known): RequestValues['window'] {
	if (!isPlainObject(cursor) || !isDatetimeCursor(cursor)) return undefined;
	const known = above.in(cursor);
	return {
		start: known.text(cursor.partition_field_start ?? 'start_time', 'name of a bound'),
		end: known.text(cursor.partition_field_end ?? 'end_time', 'name of a bound'),
		format: known.text(cursor.datetime_format, 'format of times'),
	};
}

/** Puts the bounds into the request, as the options require. Returns whether the end is sent. */
export function putBounds(cursor: unknown, above: Known, request: Request, texts: Placeholders): void {
	if (!isPlainObject(cursor) || !isDatetimeCursor(cursor)) return;
	const known = above.in(cursor);
	for (const which of ['start', 'end'] as const) {
		const option = cursor[`${which}_time_option`];
		if (isPlainObject(option)) putOption(request, option, texts.bound(which), known.in(option));
	}
}

/** Whether it is a cursor by time, or a class of Airbyte's own connectors that reads the same rows. */
function isDatetimeCursor(cursor: unknown): boolean {
	if (!isPlainObject(cursor)) return false;
	return (
		cursor.type === 'DatetimeBasedCursor' ||
		/(^|\.)RechargeDateTimeBasedCursor$/.test(String(cursor.class_name))
	);
}

export interface Read {
	readonly request: Request;
	readonly texts: Placeholders;
	readonly differences: Differences;
	/** Whether a filter of the stream compares the cursor with the start. */
	readonly isFiltered: boolean;
}

export function incrementalOf(cursor: unknown, above: Known, read: Read): PlainObject | undefined {
	if (!isPlainObject(cursor)) return undefined;
	if (!isDatetimeCursor(cursor))
		throw new LeftOut(
			cursor.class_name === undefined ? `incremental: ${String(cursor.type)}` : 'Python: incremental',
			String(cursor.class_name ?? ''),
		);
	const known = above.in(cursor);
	const {texts, differences} = read;
	if (cursor.class_name !== undefined) {
		read.request.params.set('sort_by', 'updated_at-asc');
		differences.add('choice', `reads what is new as the class ${String(cursor.class_name)} does`);
	}
	const isFeed = cursor.is_data_feed === true;
	const isOwn = isFeed || cursor.is_client_side_incremental === true || read.isFiltered;
	const format = texts.usesWindow ? onlyFormat(texts) : undefined;
	if (format === undefined && !isOwn) {
		differences.add('choice', 'each run reads all rows, as no request of the original names a start');
		return undefined;
	}
	const field = known.text(cursor.cursor_field, 'cursor');
	const written = known.text(cursor.datetime_format, 'format of times');
	if (format !== undefined && hasMoreDigits(written))
		differences.add('requests', 'times go out with microseconds, and not with milliseconds');
	const inExpressions = [...texts.expressions.values()].some(text => text.includes('incremental.end_value'));
	const sent = JSON.stringify([
		[...read.request.params],
		[...read.request.headers],
		read.request.json ?? null,
		read.request.data ?? null,
		read.request.url,
	]);
	const sendsEnd = inExpressions || sent.includes('{incremental.end_value}');
	const end = endOf(cursor, known);
	const step = format === undefined ? undefined : stepOf(cursor, known, {sendsEnd, end});
	if (sendsEnd)
		differences.add(
			'requests',
			'a window ends where the next begins, and the last one may end a moment later than now',
		);
	return withoutUndefined({
		cursor_path: field,
		initial_value: startOf(cursor, known),
		end_value: end,
		step,
		lag: lagOf(cursor, known),
		format,
		cursor_format: cursorFormatName(formatsOf(cursor, known, written)),
		row_order: isFeed ? 'desc' : undefined,
		range_start: cursor.is_compare_strictly === true ? 'open' : undefined,
		on_cursor_value_missing: 'include',
	});
}

function onlyFormat({formats}: Placeholders): string {
	const [only = '', ...others] = formats;
	if (others.length > 0) throw new LeftOut('several formats of the window', [...formats].join(', '));
	return only;
}

function formatsOf(cursor: PlainObject, known: Known, written: string): string[] {
	const given = cursor.cursor_datetime_formats;
	const formats = Array.isArray(given) ? given.map(format => known.text(format, 'format of times')) : [];
	return formats.length > 0 ? formats : [written];
}

function stepOf(
	{step}: PlainObject,
	known: Known,
	{sendsEnd, end}: {sendsEnd: boolean; end: string | number | undefined},
): string | undefined {
	if (step !== undefined) return known.needed(step, 'step');
	// One window up to the present: without a step the end is not sent.
	return sendsEnd && end === undefined ? 'P1000Y' : undefined;
}

function lagOf({lookback_window: given}: PlainObject, known: Known): string | number | undefined {
	if (given === undefined || given === null) return undefined;
	const lag = known.text(given, 'lookback');
	const [, seconds] = /^PT(\d*\.\d+)S$/.exec(lag) ?? [];
	if (seconds !== undefined) return Number(seconds);
	return /[1-9]/.test(lag) || lag.includes('$') ? lag : undefined;
}

function startOf(cursor: PlainObject, known: Known): string | number {
	const bound = boundOf(cursor.start_datetime, cursor, known, 'start');
	if (bound === undefined) throw new LeftOut('start: the connection has no value for it');
	return bound;
}

/** The end; `undefined` for the present. */
function endOf(cursor: PlainObject, known: Known): string | number | undefined {
	const bound = boundOf(cursor.end_datetime, cursor, known, 'end');
	return bound === 'now' || bound === 'today' ? undefined : bound;
}

/** A bound, which the manifest may hold between two others. */
function boundOf(
	given: unknown,
	cursor: PlainObject,
	above: Known,
	what: string,
): string | number | undefined {
	const own = timeOf(given, cursor, above, what);
	const {min_datetime: least, max_datetime: most} = asObject(given);
	if (own === undefined || (isNothing(least) && isNothing(most))) return own;
	const known = above.in(given);
	const later = isNothing(least) ? own : `max(${own}, ${timeOf(least, cursor, known, what)})`;
	return isNothing(most) ? later : `min(${later}, ${timeOf(most, cursor, known, what)})`;
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

function timeOf(
	given: unknown,
	cursor: PlainObject,
	above: Known,
	what: string,
): string | number | undefined {
	const bound = isPlainObject(given) ? given : {datetime: given};
	if (bound.datetime === undefined || bound.datetime === null) return undefined;
	const known = isPlainObject(given) ? above.in(given) : above;
	const format = known.text(bound.datetime_format ?? cursor.datetime_format, 'format of times');
	const value = known.template(String(bound.datetime), what);
	if (value.names.size === 0 && !value.readsClock) {
		const text = what === 'start' ? known.needed(bound.datetime, what) : known.text(bound.datetime, what);
		return text === '' || text === 'None' ? undefined : asBound(text, format);
	}
	const node = onlyNode(value);
	const constant = constantOf(node);
	if (constant !== undefined && constant !== null) return asBound(String(constant), format);
	const clock = node && clockBound(node, text => String(asBound(text, format)));
	if (clock === undefined) throw new LeftOut(`clock: the ${what}`, value.source);
	return clock;
}

// A bound in ISO 8601 is valid for any format of the records.
function asBound(text: string, format: string): string | number {
	if (text.includes('${')) return text;
	const isCount = format === '%s' || format === '%ms';
	const instant =
		isCount || isoFormat.read(text) === undefined ? timeFormat(formatName(format)).read(text) : undefined;
	if (instant === undefined) {
		if (isoFormat.read(text) === undefined) throw new LeftOut('start: no time', `${text} (${format})`);
		return text;
	}
	return String(isoFormat.write(instant));
}
