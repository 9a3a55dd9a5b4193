/**
 * Splits a JSON text while it arrives into the rows of one list and the part around it. The tokens are
 * stream-json's.
 */
import {getManyValues, none} from 'stream-chain/defs.js';
import {jsonParser, type Token} from 'stream-json/core/parser.js';
import {exactNumber, type JsonObject, type JsonValue} from '../../core/json/json.ts';
import {isWholeNumber, rememberOrder} from '../../core/json/key-order.ts';
import {wellFormed} from '../../core/json/surrogates.ts';
import {decodeFailure} from '../failure.ts';
import {bareWord} from './bare-word.ts';

export interface RowReader {
	/**
	 * The part outside the list so far, with an empty list in its place. Once the text has ended, the list
	 * holds its last row, where a cursor may be: `data[-1].id`.
	 */
	readonly envelope: JsonValue | undefined;
	/** Whether the text read so far ends inside the list. */
	readonly isInside: boolean;
	/** Reads more text. Yields whenever `limit()` rows are complete. Throws `SyntaxError`. */
	read(text: string, limit: () => number): Generator<void>;
	/** Marks the end of the text. Throws `SyntaxError` if the text is incomplete. */
	end(): void;
	/** The rows since the last call. They are complete after a yield and at the end. */
	take(): JsonValue[];
}

type Container = JsonValue[] | JsonObject;

/**
 * Reads the list at `keys`. It is an error if a key on the way to it comes again, as that would put another
 * list in its place. Values nested deeper than `maxDepth` are refused.
 */
export function rowReader(keys: readonly string[], maxDepth: number): RowReader {
	const tokensOf = tokenizer();
	const open: Container[] = [];
	// The key of each open container. It has no meaning within a list.
	const names: string[] = [];
	const numbered = new Map<JsonObject, string[]>();
	let current: Container | undefined;
	let list: JsonValue[] | undefined;
	let key = '';
	let rows: JsonValue[] = [];
	let lastTaken: JsonValue[] = [];
	let envelope: JsonValue | undefined;

	function consume(token: Token): void {
		switch (token.name) {
			case 'keyValue':
				key = wellFormed(token.value);
				if (list && open.length <= keys.length && isOnTheWay())
					throw decodeFailure(
						`answered with the key ${JSON.stringify(key)} twice, and the records are under it`,
						{
							retryable: false,
						},
					);
				break;
			case 'stringValue':
				add(wellFormed(token.value));
				break;
			case 'nullValue':
			case 'trueValue':
			case 'falseValue':
				add(token.value);
				break;
			case 'numberValue':
				add(exactNumber(token.value));
				break;
			case 'startObject':
				enter({});
				break;
			case 'startArray':
				if (list || !isHere()) enter([]);
				else {
					list = [];
					enter(list);
				}
				break;
			case 'endObject':
				endKeys();
				close();
				break;
			case 'endArray':
				close();
		}
	}

	function close(): void {
		open.pop();
		names.pop();
		current = open.at(-1);
	}

	// From the first key that is a whole number on, the keys of its object are noted in their order.
	function noteKey(object: JsonObject): void {
		const known = numbered.get(object);
		if (known) known.push(key);
		else if (isWholeNumber(key)) numbered.set(object, [...Object.keys(object), key]);
	}

	function endKeys(): void {
		const noted = numbered.get(current as JsonObject);
		if (!noted) return;
		rememberOrder(current as JsonObject, [...new Set(noted)]);
		numbered.delete(current as JsonObject);
	}

	// A container is added to its parent when it opens, so that its key need not be kept until its end.
	function enter(container: Container): void {
		if (open.length >= maxDepth)
			throw decodeFailure(`answered with JSON nested deeper than ${maxDepth} levels`, {retryable: false});
		add(container);
		open.push(container);
		names.push(key);
		current = container;
	}

	function add(value: JsonValue): void {
		if (current === undefined) envelope = value;
		else if (current === list) rows.push(value);
		else if (Array.isArray(current)) current.push(value);
		else {
			noteKey(current);
			if (key === '__proto__')
				Object.defineProperty(current, key, {value, writable: true, enumerable: true, configurable: true});
			else current[key] = value;
		}
	}

	function isHere(): boolean {
		return open.length === keys.length && isOnTheWay();
	}

	// Whether the objects above the current key are the beginning of the path to the list.
	function isOnTheWay(): boolean {
		return open.every(
			(container, depth) =>
				!Array.isArray(container) && keys[depth] === (depth + 1 < open.length ? names[depth + 1] : key),
		);
	}

	return {
		get envelope() {
			return envelope;
		},
		get isInside() {
			return list !== undefined && open.includes(list);
		},
		*read(text, limit) {
			for (const token of tokensOf(text)) {
				consume(token);
				if (current === list && list && rows.length >= limit()) yield;
			}
		},
		end() {
			for (const token of tokensOf(none)) consume(token);
			list?.push(...(rows.length > 0 ? rows.slice(-1) : lastTaken));
		},
		take() {
			const taken = rows;
			rows = [];
			if (taken.length > 0) lastTaken = taken.slice(-1);
			return taken;
		},
	};
}

// A plain function call with whole tokens only is the fastest way through stream-json: three times as fast as
// its streams.
function tokenizer(): (text: string | typeof none) => readonly Token[] {
	const parse = jsonParser({packValues: true, streamValues: false});
	return text => {
		try {
			const tokens = parse(text as string);
			return tokens === none ? [] : getManyValues(tokens);
		} catch (cause) {
			const word = text === none ? undefined : bareWord(text as string);
			if (word !== undefined) throw new SyntaxError(`found: ${word}`, {cause});
			const what = (cause as Error).message.replace(/^Parser (?:cannot parse input: |has )?/, '');
			throw new SyntaxError(text === none ? `${what} at its end` : what, {cause});
		}
	};
}
