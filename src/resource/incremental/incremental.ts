/**
 * Incremental reading: a run asks for what is new since the last run, and puts how far it got into the state
 * of its pages.
 */
import {ConfigError} from '../../core/errors.ts';
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import type {Page} from '../../core/page.ts';
import {parsePath} from '../../core/path/path.ts';
import type {Counts} from '../../core/stage.ts';
import type {Warn} from '../../core/warning.ts';
import type {Follow, Partitioning, PartitionRequest} from '../partitions/partitioned.ts';
import type {Binding, BoundPage} from '../partitions/partitions.ts';
import {futureMessage, futureOf} from './future.ts';
import {type Hashes, joinHashes} from './hashes.ts';
import {rowsInRange, type Taken} from './in-range.ts';
import {type LastValue, orderOf} from './order.ts';
import {incrementalProblems} from './problems.ts';
import {trackProgress} from './progress.ts';
import type {Range} from './range.ts';
import {isRelative} from './relative.ts';
import {repeatFilter} from './repeats.ts';
import {MOST_HASHES, type RunState} from './state.ts';
import {inFormat, type TimeFormat, timeFormat} from './time-format.ts';
import {singlePartition, startOf, windowedPartitions} from './windows.ts';

export interface IncrementalOptions {
	/** Path to the cursor value in each record: `updated_at`, `meta.version`. */
	readonly cursorPath: string;
	/**
	 * Where the first run begins: a cursor value, or a moment by the clock of the run (`7 days ago`, `-P7D`,
	 * `now`, `today`, `yesterday`). @default the beginning
	 */
	readonly initialValue?: JsonValue;
	/**
	 * Where the range ends. With an end, the range is always the same, and no state is read or stored. @default
	 * none
	 */
	readonly endValue?: JsonValue;
	/**
	 * Which value is further on: the higher one, the lower one, or the one that a function picks. @default
	 * 'max'
	 */
	readonly lastValue?: LastValue;
	/**
	 * Steps back at the start, for rows that come late: a number, in seconds for times and in days for dates,
	 * or a duration (`PT6H`). The start is never below the initial value. Rows within the lag come again with
	 * each run. @default 0
	 */
	readonly lag?: number | string;
	/**
	 * Reads in windows of this length, one walk each: a duration (`P1D`, `P1M`), or a number for cursors that
	 * are numbers. The last window ends at the end value, or at the time when the run started. Needs an initial
	 * value. @default one range
	 */
	readonly step?: number | string;
	/**
	 * The order of cursor values in which the API gives rows. With it, the walk ends after the page that leaves
	 * the range. @default none
	 */
	readonly rowOrder?: 'asc' | 'desc';
	/**
	 * Whether rows at the start itself are read. `any`: rows before it too, for an API that goes by another
	 * value than that at the cursor path. @default 'closed'
	 */
	readonly rangeStart?: 'open' | 'closed' | 'any';
	/** Whether rows at the end itself are read. @default 'open' */
	readonly rangeEnd?: 'open' | 'closed';
	/** What to do with a record without a value: fail, take it, or leave it out. @default 'raise' */
	readonly onMissing?: 'raise' | 'include' | 'exclude';
	/**
	 * Drops rows at the start that an earlier run brought and that have not changed in any field. @default
	 * true, without a lag
	 */
	readonly deduplicate?: boolean;
	/**
	 * How records write times: `iso`, `epoch`, `epoch_ms`, a pattern such as `%d.%m.%Y`, or `text` for values
	 * that are no times.
	 * @default detected from the values
	 */
	readonly cursorFormat?: string;
	/** The request for a range. It is laid over that of the resource, or of the partition. */
	readonly request?: (range: Range) => PartitionRequest;
	/** The clock, in milliseconds since 1970. The last window ends there. @default Date.now */
	readonly now?: () => number;
}

export interface IncrementalReading {
	/** The parents, each with its ranges. */
	readonly partitions: Partitioning;
	readonly follow: Follow;
}

interface Surroundings {
	readonly partitions?: Partitioning | undefined;
	readonly process?: ((page: BoundPage) => Page) | undefined;
	/** The request of a resource without parents. */
	readonly base?: PartitionRequest;
	readonly counts?: Partial<Counts>;
	readonly warn?: Warn;
}

/**
 * `state` is the sum of the states of the pages of all earlier runs, see `IncrementalState`. With null, the
 * whole range is read, and nothing is stored.
 */
export function incremental(
	name: string,
	options: IncrementalOptions,
	state: JsonObject | null,
	{partitions, process, base = {}, counts = {}, warn}: Surroundings,
): IncrementalReading {
	const problems = incrementalProblems(options).map(({option, message}) => ({
		path: `${name}: incremental.${option}`,
		message,
	}));
	if (problems.length > 0) throw new ConfigError(problems);
	const {
		cursorPath,
		lastValue = 'max',
		lag,
		step,
		rowOrder,
		rangeStart = 'closed',
		rangeEnd = 'open',
		onMissing = 'raise',
	} = options;
	const {endValue, deduplicate = true, cursorFormat, now = Date.now} = options;
	const format = cursorFormat === undefined ? undefined : timeFormat(cursorFormat);
	const inOrder = orderOf(lastValue, format);
	const hasStart = rangeStart !== 'open';
	const hasEnd = rangeEnd === 'closed';
	const direction = rowOrder && directionOf(rowOrder, lastValue);
	// A range with an end is fixed by the author, so the stored state does not apply.
	const stored = endValue === undefined ? state : null;
	const accounts = stored && trackProgress(name, stored, inOrder, direction === 'onward', warn);
	const deduplicates = deduplicate && hasStart && (lag ?? 0) === 0 && stored !== null;
	let startedMs: number | undefined;
	// All parents have the same end.
	const present = (): number => (startedMs ??= now());
	let isFutureTold = false;
	const taking = {
		isFuture: stored === null ? undefined : futureOf(lastValue, format, present),
		cursorPath: parsePath(cursorPath),
		order: inOrder,
		onMissing,
		deduplicates,
		takesOlder: rangeStart === 'any',
		direction,
		isRepeat: step === undefined ? undefined : repeatFilter(() => isDated),
	};
	// Windows whose rows have no values are read in order, page by page.
	let isDateless = false;
	let isDated = false;
	let unplaced: Hashes = [];
	let lastRun: RunState | undefined;
	const ranges = {
		name,
		cursorPath,
		order: inOrder,
		format,
		initialValue: bound(options.initialValue, format, lastValue === 'min'),
		endValue: bound(endValue, format, lastValue !== 'min'),
		lag,
		isReversed: lastValue === 'min',
		step,
		hasStart,
		hasEnd,
		deduplicates,
		now: present,
	};

	return {
		partitions: {
			...(partitions ?? {skipStatuses: []}),
			source: windowedPartitions(partitions?.source ?? singlePartition, ranges, stored, bindings =>
				keyOf(bindings, partitions),
			),
			request: bindings => requestOf(bindings, options, {...base, ...partitions?.request(bindings)}),
		},
		follow(page, {range}, isLast): Pick<Taken, 'page' | 'isEnough'> {
			if (!range) return {page, isEnough: false};
			const {
				page: taken,
				found,
				isEnough,
				outOfRange,
				future,
				...none
			} = rowsInRange(process ? process(page) : page, range, taking);
			const {valueless, repeated, excluded, isFieldGone} = none;
			if (excluded > 0) counts.excluded = (counts.excluded ?? 0) + excluded;
			if (valueless > repeated) counts.withoutCursor = (counts.withoutCursor ?? 0) + valueless - repeated;
			if (isFieldGone && isDated)
				warn?.({code: 'cursor-field-gone', resource: name, message: gone(cursorPath, onMissing)});
			if (future && !isFutureTold) {
				isFutureTold = true;
				warn?.({code: 'cursor-in-future', resource: name, message: futureMessage(cursorPath, future.value)});
			}
			if (outOfRange > 0) counts.outOfRange = (counts.outOfRange ?? 0) + outOfRange;
			if (repeated > 0) counts.duplicates = (counts.duplicates ?? 0) + repeated;
			// A lag that does not fit the values would otherwise fail in the second run.
			if (found && !isDated) startOf(found.value, {...ranges, initialValue: undefined});
			const isOver = isLast || isEnough;
			isDateless ||= valueless > 0;
			isDated ||= found !== undefined;
			// Where no row of a run has a value, the state moves by windows.
			const {reach} = range;
			unplaced = joinHashes(range.run === lastRun ? unplaced : [], none.unplaced, MOST_HASHES);
			lastRun = range.run;
			const reached =
				isOver && isDateless && !isDated && reach !== undefined
					? {value: reach, hashes: unplaced}
					: undefined;
			// A page without a place after it is the last one before a failure: the state does not change.
			if (!accounts || (taken.cursor === undefined && !isOver)) return {page: taken, isEnough};
			const change = accounts.record(range, found ?? reached, isOver, future?.hashes);
			return {page: change ? {...taken, state: {...taken.state, ...change}} : taken, isEnough};
		},
	};
}

function gone(path: string, onMissing: string): string {
	const fate = onMissing === 'include' ? 'all were taken' : 'all were left out';
	return (
		`a page has no row with the cursor_path "${path}", and pages before had; ${fate}, as ` +
		`on_cursor_value_missing is ${onMissing}`
	);
}

// Bounds that depend on the clock are set when the run starts.
function bound(
	value: JsonValue | undefined,
	format: TimeFormat | undefined,
	isUp: boolean,
): JsonValue | undefined {
	return isRelative(value, format) ? value : inFormat(value, format, isUp);
}

function directionOf(rowOrder: 'asc' | 'desc', lastValue: LastValue): 'onward' | 'back' {
	return (rowOrder === 'asc') === (lastValue === 'max') ? 'onward' : 'back';
}

function keyOf(bindings: readonly Binding[], partitions: Partitioning | undefined): string {
	if (!partitions) return '';
	const {key = each => stringify(partitions.request(each) as JsonObject)} = partitions;
	return key(bindings);
}

function requestOf(
	bindings: readonly Binding[],
	{request}: IncrementalOptions,
	own: PartitionRequest,
): PartitionRequest {
	const range = bindings[0]?.range;
	const added = (range && request?.(range)) ?? {};
	return {
		...own,
		...added,
		params: {...own.params, ...added.params},
		headers: {...own.headers, ...added.headers},
	};
}
