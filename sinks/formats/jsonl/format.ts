/** JSON Lines: one record a line, as text. */
import {type JsonValue, stringify} from '../../../src/core/json/json.ts';
import {isWholeNumber, keysIn, orderOf} from '../../../src/core/json/key-order.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {linesOf, rowsIn} from '../../../src/core/records/lazy-records.ts';
import type {CompleteFormat} from '../format.ts';
import {joinJsonl, jsonlCount, jsonlRows, jsonlWithout} from './read.ts';

// A page may be a document of hundreds of megabytes, so its text is written in pieces and not held twice.
const CHUNK_CHARACTERS = 1 << 20;

/**
 * JSON Lines, for sinks with outputs of their own.
 * @example dataset('out', 'contacts', {format: jsonlFormat})
 */
export const jsonlFormat: CompleteFormat = {
	name: 'jsonl',
	extension: 'jsonl',
	needs: 'text',
	encoder: output => ({
		async write(page) {
			const {records} = page;
			const lines = linesOf(records);
			if (lines) return output.write(lines);
			const order = orderOfPage(page);
			let text = '';
			for (const record of rowsIn(records)) {
				text += `${order ? inOrder(record, order) : stringify(record)}\n`;
				if (text.length < CHUNK_CHARACTERS) continue;
				await output.write(Buffer.from(text));
				text = '';
			}
			if (text) await output.write(Buffer.from(text));
		},
		async finish() {},
	}),
	rows: jsonlRows,
	count: jsonlCount,
	join: joinJsonl,
	without: jsonlWithout,
};

// The order of columns, where it differs from the order that objects give their keys.
function orderOfPage({schema, order, records}: Page): readonly string[] | undefined {
	if (!schema) return order ?? orderOf(rowsIn(records));
	const names = schema.columns.map(({name}) => name);
	return names.some(isWholeNumber) ? names : undefined;
}

function inOrder(record: JsonRecord, order: readonly string[]): string {
	const fields = keysIn(order, record).map(key => `${stringify(key)}:${stringify(record[key] as JsonValue)}`);
	return `{${fields.join(',')}}`;
}
