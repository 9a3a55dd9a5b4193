/** JSON Lines, also called NDJSON: one value a line. */
import {type JsonValue, parse} from '../../core/json.ts';
import type {Decoder} from './decoder.ts';
import {decodeRows, type TextReader} from './text-rows.ts';

/** The `Decoder` for JSON Lines. Blank lines are skipped; a broken one is named by its number. */
export const jsonlDecoder: Decoder = (response, options) =>
	decodeRows(response, options, {format: 'JSON Lines', reader: lineReader()});

function lineReader(): TextReader {
	let rows: JsonValue[] = [];
	let started = '';
	let number = 0;

	function add(line: string): void {
		number++;
		if (line.trim() === '') return;
		try {
			rows.push(parse(line));
		} catch (cause) {
			throw new SyntaxError(`line ${number}: ${(cause as Error).message}`, {cause});
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
		},
		take() {
			const taken = rows;
			rows = [];
			return taken;
		},
	};
}
