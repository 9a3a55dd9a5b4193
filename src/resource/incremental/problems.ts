/**
 * Finds mistakes in the options of incremental reading. The callers know how the options are spelled and
 * where they are.
 */
import type {JsonValue} from '../../core/json/json.ts';
import {messageOf} from '../../core/stage.ts';
import {readDuration} from '../../core/time/duration.ts';
import type {IncrementalOptions} from './incremental.ts';
import {orderOf} from './order.ts';
import {atMoment, isRelative} from './relative.ts';
import {inFormat, isoFormat, timeFormat} from './time-format.ts';

export interface CursorProblem {
	readonly option: keyof IncrementalOptions;
	readonly message: string;
}

export function incrementalProblems(options: IncrementalOptions): CursorProblem[] {
	const {initialValue, endValue, lastValue = 'max', lag, step, rowOrder, rangeStart, cursorFormat} = options;
	const problems: CursorProblem[] = [];
	const report = (option: CursorProblem['option'], message: string): void =>
		void problems.push({option, message});
	const readable = (option: CursorProblem['option'], read: () => unknown): boolean => {
		try {
			read();
			return true;
		} catch (error) {
			report(option, messageOf(error));
			return false;
		}
	};
	const hasFunction = typeof lastValue === 'function';
	if (hasFunction && lag !== undefined)
		report('lag', 'a lag steps back from a highest or a lowest value, not from what a function picks');
	if (hasFunction && rowOrder !== undefined)
		report('rowOrder', 'the order is that of highest or lowest values, not of what a function picks');
	if (rangeStart === 'any' && (step !== undefined || rowOrder !== undefined))
		report('rangeStart', 'any takes rows of any value, so it goes with no step and no row_order');
	if (typeof lag === 'string') readable('lag', () => readDuration(lag));
	if (typeof lag === 'number' && !(lag >= 0)) report('lag', `expected 0 or more, got ${lag}`);
	// A lag of 0 is possible with any kind of value.
	const isLagging = lag !== undefined && lag !== 0;
	const isReadable = cursorFormat === undefined || readable('cursorFormat', () => timeFormat(cursorFormat));
	if (isLagging && isReadable && isPlainText(initialValue, cursorFormat))
		report(
			'lag',
			'a lag steps back from a number or a time, and the values are texts; say in cursor_format how ' +
				'times are written',
		);
	if (endValue !== undefined && initialValue === undefined)
		report('endValue', 'an end needs an initial value too');
	else if (endValue !== undefined && initialValue !== undefined && isReadable) {
		readable('endValue', () => {
			const format = cursorFormat === undefined ? undefined : timeFormat(cursorFormat);
			const at = Date.now();
			const end = inFormat(atMoment(endValue, at, format, 'end'), format);
			const start = inFormat(atMoment(initialValue, at, format, 'start'), format);
			if (end !== undefined && start !== undefined && orderOf(lastValue, format).compare(end, start) < 0)
				throw new Error(`${String(endValue)} is before the initial value ${String(initialValue)}`);
		});
	}
	if (step === undefined) return problems;
	if (lastValue !== 'max') report('step', 'windows go up, to the highest value');
	if (initialValue === undefined) report('step', 'windows need an initial value to begin at');
	if (typeof step === 'string') readable('step', () => readDuration(step));
	else if (!(step > 0)) report('step', `expected more than 0, got ${step}`);
	else if (endValue === undefined)
		report('step', 'windows of numbers need an end; with a duration (P1D) they end at the present');
	return problems;
}

// A lag before a text that is no time would fail only at the second run.
function isPlainText(initialValue: JsonValue | undefined, cursorFormat: string | undefined): boolean {
	const format = cursorFormat === undefined ? undefined : timeFormat(cursorFormat);
	if (format?.isText) return true;
	if (typeof initialValue !== 'string' || initialValue === '' || isRelative(initialValue, format))
		return false;
	return (format ?? isoFormat).read(initialValue) === undefined && isoFormat.read(initialValue) === undefined;
}
