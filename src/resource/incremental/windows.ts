/**
 * The ranges that a run asks for, one walk each: a partition for every parent, or for every window of every
 * parent.
 */
import {StateError} from '../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import {readDuration, shifted} from '../../core/time/duration.ts';
import {parseTime} from '../../core/time/grammar.ts';
import {type Instant, NANOS_PER_DAY, NANOS_PER_MS, NANOS_PER_SECOND} from '../../core/time/instant.ts';
import {type Binding, type Partitions, singleBinding, unchangedStates} from '../partitions/partitions.ts';
import {joinHashes, knownIn} from './hashes.ts';
import {excerptOfValue, type Order} from './order.ts';
import type {Range} from './range.ts';
import {atMoment, isRelative} from './relative.ts';
import {MOST_HASHES, type RunState, storedState} from './state.ts';
import {isoFormat, type TimeFormat, writeUp} from './time-format.ts';

export interface RangeOptions {
	/** Name of the resource, for messages. */
	readonly name: string;
	readonly cursorPath: string;
	readonly order: Order;
	readonly format: TimeFormat | undefined;
	readonly initialValue: JsonValue | undefined;
	readonly endValue: JsonValue | undefined;
	readonly lag: number | string | undefined;
	/** The run reads towards lower values: `last_value_func: min`. */
	readonly isReversed: boolean;
	readonly step: number | string | undefined;
	readonly hasStart: boolean;
	readonly hasEnd: boolean;
	/** Whether rows at the start are compared with rows that an earlier run brought. */
	readonly deduplicates: boolean;
	readonly now: () => number;
}

/** One partition for the whole resource. */
export const singlePartition: Partitions = singleBinding({rows: {}, values: {}, where: 'all'});

/** `now` is the time when the run started, where bounds depend on the clock. */
type WindowPlace = {outer: Cursor; window?: number; now?: number};

/**
 * Partitions for each of `outer`: one range, or one for each window. `keyOf` tells parents apart, and is
 * empty for a resource without parents. The place of a walk that was begun names its window. A run that
 * resumes there goes on with the run in the state; other runs begin a new one.
 */
export function windowedPartitions(
	outer: Partitions,
	given: RangeOptions,
	state: JsonObject | null,
	keyOf: (bindings: readonly Binding[]) => string,
): Partitions {
	return {
		async *from(place) {
			const begin = place as WindowPlace | undefined;
			const {options, clock} = atClock(given, begin?.now);
			let resumed = begin?.window;
			for await (const {bindings, place, next, states, ...known} of outer.from(begin?.outer)) {
				const isOther = known.resumes === false;
				const first = isOther ? undefined : resumed;
				const parent = keyOf(bindings);
				const key = parent === '' ? options.cursorPath : `${options.cursorPath} ${parent}`;
				const rangeAt = rangesOf(key, options, state, first !== undefined);
				for (let window = first ?? 0; ; window++) {
					const range = rangeAt(window);
					if (!range) break;
					const after: Cursor | undefined =
						next === null || next === undefined ? next : {outer: next, ...clock};
					const following = range.isFinal ? after : {outer: place, window: window + 1, ...clock};
					const suffix =
						options.step === undefined
							? ''
							: `, from ${excerptOfValue(range.start ?? null)} to ${excerptOfValue(range.end ?? null)}`;
					yield {
						...known,
						bindings: bindings.map(binding => ({...binding, range, where: `${binding.where}${suffix}`})),
						place: {outer: place, window, ...clock},
						...(following !== undefined && {next: following}),
						...(states && {states: range.isFinal ? states : unchangedStates(states)}),
					};
				}
				if (!isOther) resumed = undefined;
			}
		},
	};
}

// A resumed run goes on between the same bounds.
function atClock(
	options: RangeOptions,
	resumedMs: number | undefined,
): {options: RangeOptions; clock: {now?: number}} {
	const {initialValue, endValue, format} = options;
	if (!isRelative(initialValue, format) && !isRelative(endValue, format)) return {options, clock: {}};
	const now = resumedMs ?? options.now();
	return {
		options: {
			...options,
			initialValue: atMoment(initialValue, now, format, 'start'),
			endValue: atMoment(endValue, now, format, 'end'),
		},
		clock: {now},
	};
}

function rangesOf(
	key: string,
	options: RangeOptions,
	state: JsonObject | null,
	isResumed: boolean,
): (window: number) => Range | undefined {
	const {endValue, hasStart, hasEnd, step} = options;
	const run = state ? runOf(key, options, state, isResumed) : beginning(options.initialValue, options);
	const start = startOf(run.start_value, options);
	const last = run.start_value;
	const known = knownIn(options.deduplicates ? run.start_hashes : []);
	const {initialValue: initial} = options;
	const common = {
		key,
		run,
		known,
		...(last !== undefined && {last}),
		...(initial !== undefined && {initial}),
	};
	if (step === undefined) {
		const bounds = {...(start !== undefined && {start}), ...(endValue !== undefined && {end: endValue})};
		return window => (window === 0 ? {...common, ...bounds, hasStart, hasEnd, isFinal: true} : undefined);
	}
	const end = run.end_value;
	if (start === undefined || end === undefined)
		throw new TypeError(`${options.name}: windows need an initial value`);
	const boundAt = stepper(start, step, options);
	const {compare} = options.order;
	// Where two windows meet, a row belongs to one of them: to the second, unless ranges are open at the start
	// and closed at the end.
	const isStartOpen = !hasStart && hasEnd;
	return window => {
		const from = window === 0 ? start : boundAt(window);
		const difference = compare(from, end);
		if (difference > 0 || (difference === 0 && (window > 0 || !hasStart || !hasEnd))) return undefined;
		const to = boundAt(window + 1);
		const isFinal = compare(to, end) >= 0;
		return {
			...common,
			start: from,
			end: isFinal ? end : to,
			...(typeof step === 'string' && {reach: isFinal ? latest(from, before(end, options), compare) : to}),
			hasStart: window === 0 ? hasStart : !isStartOpen,
			hasEnd: isFinal ? hasEnd : isStartOpen,
			isFinal,
		};
	};
}

function runOf(key: string, options: RangeOptions, state: JsonObject, isResumed: boolean): RunState {
	const {
		last_value = options.initialValue,
		hashes = [],
		future = [],
		run,
	} = storedState(options.name, state, key);
	if (isResumed) {
		if (run) return run;
		throw new StateError(
			`${options.name}: the place to resume at is inside a run that the state knows nothing of; hand ` +
				'over both as they were stored, or begin anew without a place',
		);
	}
	const known = joinHashes(hashes, future, 2 * MOST_HASHES);
	return {...beginning(last_value, options), ...(known.length > 0 && {start_hashes: known})};
}

function beginning(start: JsonValue | undefined, options: RangeOptions): RunState {
	const end = options.endValue ?? (options.step === undefined ? undefined : present(start, options));
	return {...(start !== undefined && {start_value: start}), ...(end !== undefined && {end_value: end})};
}

// The present, rounded up, so that the last window has the rows of the current day.
function present(like: JsonValue | undefined, options: RangeOptions): JsonValue {
	const {format = isoFormat, now} = options;
	if (like !== undefined) readTime(like, options);
	return writeUp(format, BigInt(Math.ceil(now())) * NANOS_PER_MS, like);
}

/** The stored value less the lag, but not before the initial value. Fails if the lag does not fit the value. */
export function startOf(last: JsonValue | undefined, options: RangeOptions): JsonValue | undefined {
	const {lag, initialValue, isReversed, order} = options;
	if (last === undefined || lag === undefined || lag === 0) return last;
	const start = lagged(last, lag, isReversed ? 1 : -1, options);
	return initialValue !== undefined && order.compare(start, initialValue) < 0 ? initialValue : start;
}

function lagged(value: JsonValue, lag: number | string, sign: 1 | -1, options: RangeOptions): JsonValue {
	if (typeof lag === 'string')
		return moved(value, instant => shifted(instant, readDuration(lag), sign, offsetOf(value)), options);
	const {format = isoFormat} = options;
	// A number that is no time is an id or a version, so the lag is subtracted as a number.
	if (typeof value === 'number' && format.read(value) === undefined) return value + sign * lag;
	if (typeof value === 'bigint' && format.read(value) === undefined)
		return value + BigInt(Math.floor(sign * lag));
	if (format.read(value) === undefined)
		throw new StateError(
			`${options.name}: ${excerptOfValue(value)} is neither a number nor a time, so a lag cannot step ` +
				'back from it; leave out lag, or say in cursor_format how times are written',
		);
	const unit = format.resolution(value) < NANOS_PER_DAY ? NANOS_PER_SECOND : NANOS_PER_DAY;
	return moved(value, instant => instant + (BigInt(Math.round(sign * lag * 1000)) * unit) / 1000n, options);
}

/**
 * Bounds of windows, each counted from the start: month by month, the 31st is followed by the 28th, then by
 * the 31st again.
 */
function stepper(
	start: JsonValue,
	step: number | string,
	options: RangeOptions,
): (window: number) => JsonValue {
	if (typeof step === 'number') {
		if (typeof start === 'number') return window => start + step * window;
		throw new StateError(
			`${options.name}: a step of ${step} from ${excerptOfValue(start)}, which is no number`,
		);
	}
	const duration = readDuration(step);
	const offset = offsetOf(start);
	return window => moved(start, instant => shifted(instant, duration, window, offset), options);
}

// The time zone of the value decides when months begin.
function offsetOf(value: JsonValue): number {
	return (typeof value === 'string' ? parseTime(value)?.offsetMinutes : undefined) ?? 0;
}

// The end is rounded up, to the end of a day that is not over.
function before(end: JsonValue, options: RangeOptions): JsonValue {
	const {format = isoFormat} = options;
	return moved(end, instant => instant - format.resolution(end), options);
}

function latest(a: JsonValue, b: JsonValue, compare: Order['compare']): JsonValue {
	return compare(a, b) > 0 ? a : b;
}

function moved(value: JsonValue, change: (instant: Instant) => Instant, options: RangeOptions): JsonValue {
	const {format = isoFormat} = options;
	const result = change(readTime(value, options));
	const written = format.write(result, value);
	// A date with half a day added needs more digits than the value had.
	return format.read(written) === result ? written : format.write(result);
}

function readTime(value: JsonValue, {format = isoFormat, name}: RangeOptions): Instant {
	const instant = format.read(value);
	if (instant !== undefined) return instant;
	throw new StateError(
		`${name}: ${excerptOfValue(value)} is no time; say in cursor_format how its times are written`,
	);
}
