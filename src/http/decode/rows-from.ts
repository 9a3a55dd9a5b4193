/** Rows from bodies in another form: as columns, as lists beside a header, or under their keys. */
import {ConfigError} from '../../core/errors.ts';
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {fromNames, keysOf} from '../../core/json/key-order.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import {selector} from '../../core/path/selector.ts';
import {decodeFailure, excerpt} from '../failure.ts';
import type {Decoder} from './decoder.ts';
import {json} from './json.ts';

export type RowsFrom =
	/** An object of lists of one length: `{time: [1, 2], temp: [5, 6]}`. */
	| {readonly from: 'columns'}
	/** Lists. `header` is the path in the body to their names. @default the first list has the names */
	| {readonly from: 'arrays'; readonly header?: string | undefined}
	/**
	 * An object of rows. `key` is the column for the key of each row. A value that is no object becomes
	 * `{value}`.
	 */
	| {readonly from: 'object'; readonly key: string}
	/** One object, which is one row, whatever its keys and values look like. */
	| {readonly from: 'record'};

/** The same decoder, which turns the value at the path `at` into a list of rows. Bodies are read whole. */
export function withRows(shape: RowsFrom, at: string, decoder: Decoder = json): Decoder {
	const {keys} = selector(at);
	if (!keys)
		throw new ConfigError(
			`rows: expected data_selector to be plain keys such as data.items, got ${JSON.stringify(at)}`,
		);
	return async function* rows(response, {streamAboveBytes, maxBodyBytes}) {
		for await (const {value = null, bytes: _, ...part} of decoder(response, {streamAboveBytes, maxBodyBytes}))
			yield {...part, value: replaced(value, keys, found => rowsOf(shape, found, value))};
	};
}

// If there is no value at the path, the body stays as it is, and the selector reports the error.
function replaced(
	value: JsonValue,
	[key, ...below]: readonly string[],
	make: (value: JsonValue) => JsonValue,
): JsonValue {
	if (key === undefined) return value === null ? null : make(value);
	if (!isObject(value) || !Object.hasOwn(value, key)) return value;
	return {...value, [key]: replaced(value[key] as JsonValue, below, make)};
}

function rowsOf(shape: RowsFrom, value: JsonValue, body: JsonValue): JsonObject[] {
	if (shape.from === 'columns') return zipped(value);
	if (shape.from === 'arrays') return named(value, shape.header, body);
	if (shape.from === 'record') {
		if (!isObject(value)) throw wrong('one object', value);
		return [value as JsonObject];
	}
	if (Array.isArray(value) && value.length === 0) return [];
	if (!isObject(value)) throw wrong('an object of rows', value);
	return Object.entries(value).map(([key, row]) => ({
		[shape.key]: key,
		...(isObject(row) ? row : {value: row}),
	}));
}

function zipped(value: JsonValue): JsonObject[] {
	if (!isObject(value)) throw wrong('an object of lists', value);
	const columns = keysOf(value).map((name): [string, JsonValue[]] => {
		const list = value[name] as JsonValue;
		if (!Array.isArray(list)) throw wrong(`a list under ${JSON.stringify(name)}`, list);
		return [name, list];
	});
	const length = columns[0]?.[1].length ?? 0;
	const other = columns.find(([, list]) => list.length !== length);
	if (other)
		throw wrong(
			`lists of ${length} values, as ${JSON.stringify(columns[0]?.[0])} has`,
			`${other[1].length} in ${JSON.stringify(other[0])}`,
		);
	return Array.from({length}, (_, i) =>
		fromNames(
			columns.map(([name]) => name),
			at => columns[at]?.[1][i] ?? null,
		),
	);
}

function named(value: JsonValue, header: string | undefined, body: JsonValue): JsonObject[] {
	if (!Array.isArray(value)) throw wrong('a list of lists', value);
	const [first, ...others] = value;
	const names = header === undefined ? (first ?? []) : (parsePath(header).first(body) ?? null);
	const rows = header === undefined ? others : value;
	if (!Array.isArray(names)) throw wrong('a list of names', names);
	const texts = names.map(name => String(isObject(name) ? (name.name ?? '') : name));
	if (new Set(texts).size !== texts.length || texts.includes('')) throw wrong('names that differ', texts);
	return rows.map(row => {
		if (!Array.isArray(row)) throw wrong('a list for each row', row);
		if (row.length !== texts.length) throw wrong(`${texts.length} values in each row`, row);
		return fromNames(texts, i => row[i] ?? null);
	});
}

function wrong(expected: string, found: JsonValue): Error {
	const detail = typeof found === 'string' ? found : excerpt(stringify(found), 120);
	return decodeFailure(
		`answered without the rows that the config declares: expected ${expected}, got ${detail}`,
		{
			retryable: false,
		},
	);
}
