/** JSON Lines, also called NDJSON: one value per line. */
import {type JsonObject, type JsonValue, parse, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {excerpt} from '../failure.ts';
import {bareWord} from './bare-word.ts';
import type {Decoder} from './decoder.ts';
import {decodeRows, type LineReader} from './text-rows.ts';

/**
 * The `Decoder` for JSON Lines. Blank lines are skipped. An error names the number of the broken line.
 * @example resource(api, {name: 'rows', decoder: jsonlDecoder})
 */
export const jsonlDecoder: Decoder = async function* jsonl(response, options) {
	let lines = options.after?.rows ?? 0;
	for await (const part of decodeRows(response, options, {format: 'JSON Lines', reader: lineReader()})) {
		lines += part.rows?.length ?? 0;
		yield {...part, lines};
	}
};

// More keys would make no difference.
const MOST_KEYS = 10_000;

function lineReader(): LineReader {
	let rows: JsonValue[] = [];
	let started = '';
	let number = 0;
	const keys = new Set<string>();
	let last: JsonValue | undefined;
	let lastNumber = 0;

	// Most rows have the keys of the row before them.
	function remember(row: JsonValue | undefined): void {
		if (isObject(row) && keys.size < MOST_KEYS) for (const key of Object.keys(row)) keys.add(key);
	}

	function add(line: string): void {
		number++;
		if (line.trim() === '') return;
		try {
			const row = parse(line);
			remember(last);
			last = row;
			lastNumber = number;
			rows.push(row);
		} catch (cause) {
			const word = bareWord(line);
			const what = word === undefined ? (cause as Error).message : `found: ${word}`;
			throw new SyntaxError(`line ${number}: ${what}`, {cause});
		}
	}

	return {
		*read(text, limit) {
			let from = 0;
			for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
				add(started + text.slice(from, to));
				started = '';
				from = to + 1;
				if (rows.length >= limit()) yield;
			}
			started += text.slice(from);
		},
		end() {
			add(started);
			if (isObject(last) && keys.size > 0 && isErrorAfter(keys, last))
				throw new SyntaxError(
					`line ${lastNumber} is an error in place of a row: ${excerpt(stringify(last), 200)}`,
				);
		},
		take() {
			const taken = rows;
			rows = [];
			return taken;
		},
	};
}

const errorKeys = ['error', 'errors', 'fault', 'exception'];
const besideErrors =
	/^(code|detail|details|message|msg|reason|request_?id|status|success|time|timestamp|trace_?id|type)$/i;

// A server that fails while it streams reports the error in a last line. That line has no keys in common with
// the rows but those of `besideErrors`.
function isErrorAfter(keys: ReadonlySet<string>, last: JsonObject): boolean {
	const names = Object.keys(last);
	if (
		!names.some(
			name => errorKeys.includes(name) && !keys.has(name) && last[name] !== null && last[name] !== false,
		)
	)
		return false;
	return names.every(name => !keys.has(name) || besideErrors.test(name));
}
