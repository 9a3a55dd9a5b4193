/** The parts of PostgreSQL: CSV as COPY reads it, with the values of `jsonb` and `bytea` in their own form. */
import {open} from 'node:fs/promises';
import {SinkError} from '../../../src/core/errors.ts';
import {Decimal, type JsonValue, stringify} from '../../../src/core/json/json.ts';
import {type JsonRecord, type Page, pageName} from '../../../src/core/page.ts';
import {type Column, type Schema, seenColumns} from '../../../src/core/schema/schema.ts';
import {csvFormat} from '../../formats/csv/format.ts';
import type {CompleteFormat, Encoder} from '../../formats/format.ts';
import type {FileOutput} from '../../output/output.ts';

const CHUNK = 1 << 20;
const special = /["\r\n,\\]/;
const csv = csvFormat();

export const copyFormat: CompleteFormat = {
	...csv,
	name: 'postgres',
	needs: 'rows',
	encoder: copyEncoder,
	async *rows(path, options = {}) {
		const binary = (options.schema?.columns ?? []).filter(({type}) => type === 'binary');
		for await (const records of csv.rows(path, options))
			yield binary.length === 0 ? records : records.map(record => decoded(record, binary));
	},
};

/** A field of the table: `undefined` for a null. */
type Cell = (value: JsonValue, where: () => string) => string;

function copyEncoder(output: FileOutput): Encoder {
	let schema: Schema | undefined;
	let cells: readonly Cell[] = [];
	let names: readonly string[] = [];
	let done = 0;

	async function write({schema: given, records, number, resource}: Page): Promise<void> {
		const before = schema;
		schema = seenColumns(given ?? {columns: []});
		if (schema !== before) {
			names = schema.columns.map(({name}) => name);
			cells = schema.columns.map(cellOf);
		}
		let text = before ? '' : `${names.map(name => quote(name)).join(',')}\n`;
		for (const record of records) {
			done++;
			for (let at = 0; at < names.length; at++) {
				const name = names[at] as string;
				const value = Object.hasOwn(record, name) ? record[name] : null;
				if (at > 0) text += ',';
				if (value === null || value === undefined) continue;
				text += (cells[at] as Cell)(value, () => `${resource}.${name}, in ${pageName(number)}`);
			}
			text += '\n';
			if (text.length < CHUNK) continue;
			await output.write(Buffer.from(text));
			text = '';
		}
		if (text) await output.write(Buffer.from(text));
	}

	return {
		write,
		fits({schema: next}) {
			const columns = seenColumns(next ?? {columns: []}).columns;
			return !schema || done === 0 || schema.columns === columns || areNamed(columns, names);
		},
		async finish() {},
	};
}

function areNamed(columns: readonly Column[], names: readonly string[]): boolean {
	return columns.length === names.length && columns.every(({name}, at) => name === names[at]);
}

function cellOf({type}: Column): Cell {
	switch (type) {
		case 'bigint':
		case 'double':
		case 'bool':
		case 'decimal':
		case 'date':
		case 'time':
		case 'timestamp':
			return value => String(value);
		case 'binary':
			return value => `"\\x${Buffer.from(String(value), 'base64').toString('hex')}"`;
		case 'json':
		case 'list':
		case 'struct':
			return (value, where) => jsonCell(value, where);
		default:
			return (value, where) => {
				const text = typeof value === 'string' ? value : plain(value);
				if (text.includes('\0')) throw withNul(where());
				return quote(text);
			};
	}
}

function plain(value: JsonValue): string {
	return typeof value === 'object' && !(value instanceof Decimal) ? stringify(value) : String(value);
}

// Half a surrogate pair has no form in UTF-8, and in text it becomes U+FFFD; in JSON it would stay an escape
// that the database refuses.
function jsonCell(value: JsonValue, where: () => string): string {
	const text = stringify(value);
	if (!text.includes('\\u')) return quote(text);
	if (/(?<!\\)(?:\\\\)*\\u0000/.test(text)) throw withNul(where());
	return quote(
		text.replace(/(?<!\\)((?:\\\\)*)\\u(d[89a-f][\da-f]{2})/gi, (_, before: string) => `${before}\uFFFD`),
	);
}

function withNul(where: string): SinkError {
	return new SinkError(
		`${where}: has a NUL character, which no text in PostgreSQL can hold. Remove it with a processing ` +
			'step, or write to a folder',
	);
}

function quote(text: string): string {
	return text === '' || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function decoded(record: JsonRecord, binary: readonly Column[]): JsonRecord {
	const changed: {[name: string]: JsonValue} = {};
	for (const {name} of binary) {
		const value = record[name];
		if (typeof value === 'string' && value.startsWith('\\x'))
			changed[name] = Buffer.from(value.slice(2), 'hex').toString('base64');
	}
	return {...record, ...changed};
}

/** The names in the first line of a file. */
export async function headerOf(path: string): Promise<string[]> {
	const handle = await open(path);
	let text = '';
	try {
		const decoder = new TextDecoder();
		const buffer = Buffer.alloc(CHUNK);
		for (;;) {
			const {bytesRead} = await handle.read(buffer, 0, CHUNK);
			text += decoder.decode(buffer.subarray(0, bytesRead), {stream: bytesRead > 0});
			const names = namesIn(text);
			if (names) return names;
			if (bytesRead === 0) return [];
		}
	} finally {
		await handle.close();
	}
}

/** `undefined` while the line is incomplete. */
function namesIn(text: string): string[] | undefined {
	const names: string[] = [];
	const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))([,\n])/y;
	for (let found = field.exec(text); found; found = field.exec(text)) {
		names.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
		if (found[3] === '\n') return names;
	}
	return undefined;
}

export function headerLine(names: readonly string[]): string {
	return `${names.map(quote).join(',')}\n`;
}
