/**
 * Of rows with one key, the newest by the cursor of `incremental` stays, including the row that is in the
 * output already.
 */
import type {Newest} from '../../../sinks/dataset/merge/newest.ts';
import {numberRank} from '../../../sinks/dataset/merge/order.ts';
import {columnName, declaredName, SEPARATOR} from '../../../transforms/normalize/naming.ts';
import {Decimal, type JsonValue} from '../../core/json/json.ts';
import {isNumeric, type Numeric} from '../../core/json/numbers.ts';
import {ownValue} from '../../core/own.ts';
import type {JsonRecord} from '../../core/page.ts';
import {type Path, parsePath} from '../../core/path/path.ts';
import {readTime} from '../../core/time/grammar.ts';
import {type TimeFormat, timeFormat} from '../../resource/incremental/time-format.ts';
import type {ResolvedResource} from '../compile/resolve.ts';

/** `undefined` if nothing orders the rows: without `incremental`, or if a function picks the last value. */
export function newestOf({endpoint, naming = 'direct'}: ResolvedResource): Newest | undefined {
	const {incremental} = endpoint;
	if (!incremental) return undefined;
	const {cursor_path: text, last_value_func: picked, cursor_format: format} = incremental;
	if (text === undefined || (picked != null && picked !== 'max' && picked !== 'min')) return undefined;
	const path = parsePath(text);
	const keys = keysOf(path);
	const [first] = keys;
	if (first === undefined) return undefined;
	// A key may contain dots. A place inside an object is a column of its own, or stays inside one.
	const whole = [declaredName(text, naming), columnName(keys.join(SEPARATOR), naming)];
	const outer = columnName(first, naming);
	const rank = ranking(format == null ? undefined : timeFormat(format), picked === 'min');
	return {
		columns: [...new Set([...whole, outer])],
		...(keys.length === 1 && picked !== 'min' && {column: whole[0] as string}),
		rankOf(record) {
			for (const name of whole) {
				const value = ownValue(record, name) ?? null;
				if (value !== null && typeof value !== 'object') return rank(value);
				if (value !== null && isNumeric(value)) return rank(value);
			}
			return rank(inside(path, first, ownValue(record, outer)));
		},
	};
}

/** The column with the cursor in the output, by itself or inside an object. */
export function cursorColumn({endpoint, nested, naming = 'direct'}: ResolvedResource): string | undefined {
	const text = endpoint.incremental?.cursor_path;
	if (text === undefined) return undefined;
	const keys = keysOf(parsePath(text));
	const [first] = keys;
	if (first === undefined) return undefined;
	return columnName(nested === 'flatten' ? keys.join(SEPARATOR) : first, naming);
}

/** Compares two records: above 0 if the first one is newer, 0 if neither is known to be. */
export function newestFirst({rankOf}: Newest, compare: (a: string, b: string) => number) {
	return (a: JsonRecord, b: JsonRecord): number => {
		const [one, other] = [rankOf(a), rankOf(b)];
		return one === undefined || other === undefined ? 0 : compare(one, other);
	};
}

function keysOf({steps = []}: Path): string[] {
	const keys = steps.map(step => (step !== '*' && 'key' in step ? step.key : undefined));
	return keys.filter(key => key !== undefined);
}

function inside(path: Path, first: string, value: JsonValue | undefined): JsonValue {
	return value === undefined || value === null ? null : (path.first({[first]: value}) ?? null);
}

// Values rank as cursors do: in their format, else as times, then as counts, then as texts. Each kind is
// ranked by itself.
function ranking(
	format: TimeFormat | undefined,
	isReversed: boolean,
): (value: JsonValue) => string | undefined {
	const number = (value: Numeric): string => numberRank(isReversed ? negated(value) : value);
	return value => {
		if (isNumeric(value)) return number(format?.read(value) ?? value);
		if (typeof value !== 'string') return undefined;
		const instant = format?.isText ? undefined : (format?.read(value) ?? readTime(value));
		if (instant !== undefined) return number(instant);
		if (!format?.isText && /^\d+$/.test(value)) return number(BigInt(value));
		return isReversed ? reversed(value) : value;
	};
}

function negated(value: Numeric): Numeric {
	if (!(value instanceof Decimal)) return -value;
	return new Decimal(value.text.startsWith('-') ? value.text.slice(1) : `-${value.text}`);
}

// The text with each code unit complemented, in hex, so that it sorts in reverse order. A longer text comes
// before its own beginnings.
function reversed(text: string): string {
	const units = Array.from({length: text.length}, (_, at) =>
		(0xffff - text.charCodeAt(at)).toString(16).padStart(4, '0'),
	);
	return `${units.join('')}~`;
}
