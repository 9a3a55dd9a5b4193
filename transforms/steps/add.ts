/** Sets fields: to a value, to the value of another field, to a text with several values, or to an expression. */
import {ConfigError} from '../../src/core/errors.ts';
import {Decimal, type JsonValue, stringify} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {setProperty} from '../assign.ts';
import type {RecordPlace} from '../map.ts';
import {recordExpression} from './expression.ts';
import {type FieldWatch, fieldWatch, type OnMissing} from './missing.ts';
import {fieldPlace} from './place.ts';
import type {Change} from './step.ts';

/**
 * A plain value, `{path}` to another field, a text in which `{field}` stands for its value and `{{` for a
 * brace, or `{expression}`.
 */
export type Added = JsonValue | {readonly path: string} | {readonly expression: string};

type Read = (record: JsonRecord, place: RecordPlace) => JsonValue | undefined;

/** Watches a field that is read. */
type WatchField = (field: string) => FieldWatch;

/**
 * All values are read from the record before any is set. A path that finds nothing adds nothing. `onMissing`
 * is called with fields that the step reads and no record has.
 */
export function add(fields: {readonly [name: string]: Added}, onMissing?: OnMissing): Change {
	const watches: FieldWatch[] = [];
	const watch =
		onMissing &&
		((field: string): FieldWatch => {
			const watching = fieldWatch(field, onMissing);
			watches.push(watching);
			return watching;
		});
	const added = Object.entries(fields).map(([name, value]): [string, Read] => [
		name,
		readerOf(name, value, watch),
	]);
	const change = (record: JsonRecord, place: RecordPlace): JsonRecord => {
		const changed = {...record};
		for (const [name, read] of added) {
			const value = read(record, place);
			if (value !== undefined) setProperty(changed, name, value);
		}
		return changed;
	};
	const pageEnd = (isLast: boolean): void => {
		for (const watching of watches) watching.page(isLast);
	};
	return Object.assign(change, {pageEnd});
}

function readerOf(name: string, value: Added, watch?: WatchField): Read {
	if (typeof value === 'string') return template(value, watch);
	if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Decimal)
		return () => value as JsonValue;
	const {path, expression, ...rest} = value as {readonly [key: string]: JsonValue};
	const isOnly = (path === undefined) !== (expression === undefined) && Object.keys(rest).length === 0;
	if (isOnly && typeof path === 'string') return watched(path, watch);
	if (isOnly && typeof expression === 'string') return recordExpression(expression, `add.${name}`);
	throw new ConfigError(
		`an object here is {path: FIELD}, the field to copy to ${name}, or {expression: "{{ … }}"}`,
	);
}

function watched(field: string, watch?: WatchField): Read {
	const {read} = fieldPlace(field);
	const watching = watch?.(field);
	if (!watching) return read;
	return record => {
		const value = read(record);
		watching.saw(record, value !== undefined);
		return value;
	};
}

const tokens = /\{\{|\}\}|\{([^{}]+)\}|[{}]/g;

// A field that is absent or null is an empty text.
function template(text: string, watch?: WatchField): Read {
	const parts: (string | Read)[] = [];
	let done = 0;
	for (const {0: token, 1: field, index} of text.matchAll(tokens)) {
		if (field === undefined && token.length === 1)
			throw new ConfigError(`${JSON.stringify(text)} has a single brace; for a literal one write {{ or }}`);
		parts.push(text.slice(done, index), field === undefined ? token.charAt(0) : watched(field, watch));
		done = index + token.length;
	}
	parts.push(text.slice(done));
	if (parts.every(part => typeof part === 'string')) return () => parts.join('');
	return (record, place) =>
		parts.map(part => (typeof part === 'string' ? part : asText(part(record, place)))).join('');
}

/** A text unchanged, any other value as JSON; an empty text for null. */
export function asText(value: JsonValue | undefined): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'string' ? value : stringify(value);
}
