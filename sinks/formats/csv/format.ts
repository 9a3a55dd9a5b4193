/** CSV as in RFC 4180, with a header. A null is an empty field, an empty text is `""`. */
import {ConfigError, SinkError} from '../../../src/core/errors.ts';
import {Decimal, type JsonValue, stringify} from '../../../src/core/json/json.ts';
import {keysOf} from '../../../src/core/json/key-order.ts';
import {type JsonRecord, type Page, pageName} from '../../../src/core/page.ts';
import type {FileOutput} from '../../output/output.ts';
import type {CompleteFormat, Encoder} from '../format.ts';
import {escapeFormula} from './formulas.ts';
import {csvRows, csvWithout, joinCsv} from './read.ts';

export interface CsvFormatOptions {
	/** One character between fields. @default ',' */
	readonly delimiter?: string;
	/**
	 * Texts that a spreadsheet would evaluate (`=1+1`, `+49 …`, `@x`) get an apostrophe in front; numbers do
	 * not. A dataset removes it when it reads its rows back. @default false
	 */
	readonly escapeFormulas?: boolean;
}

/**
 * The format, for sinks with outputs of their own.
 * @example dataset('out', 'contacts', {format: csvFormat({delimiter: ';'})})
 */
export function csvFormat({delimiter = ',', escapeFormulas = false}: CsvFormatOptions = {}): CompleteFormat {
	if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
		throw new ConfigError(`csv: expected delimiter to be one character, got ${JSON.stringify(delimiter)}`);
	const plain = (output: FileOutput): Encoder => csvEncoder(output, delimiter);
	return {
		name: 'csv',
		// Rows with apostrophes are read in another way, and must not be mixed with rows of plain files.
		extension: escapeFormulas ? 'escaped.csv' : 'csv',
		encoder: output => csvEncoder(output, delimiter, escapeFormulas ? escapeFormula : undefined),
		rows: (path, options) => csvRows(path, delimiter, {...options, escapeFormulas}),
		async count(path, signal) {
			let count = 0;
			for await (const rows of csvRows(path, delimiter, {columns: [], signal})) count += rows.length;
			return count;
		},
		// Fields are copied as they are in the files.
		join: (paths, output, options) => joinCsv(paths, output, delimiter, plain, options),
		without: csvWithout,
	};
}

// How many characters are written, or bytes copied, at once.
const CHUNK = 1 << 20;

const numbers: readonly string[] = ['bigint', 'double', 'decimal'];

function csvEncoder(output: FileOutput, delimiter: string, toText?: (text: string) => string): Encoder {
	const columns: string[] = [];
	const known = new Set<string>();
	const special = new RegExp(`["\\r\\n${delimiter.replace(/[\\\]^-]/, '\\$&')}]`);
	// The number of rows before the first column.
	let empty = 0;
	// Where rows with more columns begin: [byte position, number of columns].
	const widths: [number, number][] = [];
	// Decimals are texts in records, but their minus needs no apostrophe.
	let numeric = new Set<string>();
	const headerField = (name: string): string => quote(toText ? toText(name) : name, special);
	const cell = (value: JsonValue, name: string): string =>
		toText && typeof value === 'string' && !numeric.has(name)
			? quote(toText(value), special)
			: field(value, special);

	const line = (record: JsonRecord): string => {
		let text = '';
		for (let i = 0; i < columns.length; i++) {
			if (i > 0) text += delimiter;
			const name = columns[i] as string;
			text += Object.hasOwn(record, name) ? cell(record[name] as JsonValue, name) : '';
		}
		return `${text}\r\n`;
	};
	const header = (): string => `${columns.map(headerField).join(delimiter)}\r\n`;

	async function write(page: Page): Promise<void> {
		const before = columns.length;
		if (toText)
			numeric = new Set(
				page.schema?.columns.filter(({type}) => numbers.includes(type)).map(({name}) => name),
			);
		for (const name of namesOf(page)) {
			if (known.has(name)) continue;
			known.add(name);
			columns.push(name);
		}
		if (columns.length === 0) {
			empty += page.records.length;
			return;
		}
		let text = '';
		if (before === 0) text = header() + line({}).repeat(empty);
		else if (columns.length > before && !output.rewrite) {
			throw new SinkError(
				`${output.name}: the column ${JSON.stringify(columns[before])} of ${page.resource} appears ` +
					`after the header was written, in ${pageName(page.number)}; declare it in columns, or write to ` +
					'a file without compression',
			);
		}
		if (columns.length > before) widths.push([output.position, columns.length]);
		for (const record of page.records) {
			text += line(record);
			if (text.length < CHUNK) continue;
			await output.write(Buffer.from(text));
			text = '';
		}
		if (text) await output.write(Buffer.from(text));
	}

	// Copies the file under its full header, with an empty field at the end of early rows for each column that
	// came later.
	async function* widened(): AsyncGenerator<Uint8Array> {
		yield Buffer.from(header());
		const end = output.position;
		let from = Buffer.byteLength(`${columns.slice(0, widths[0]?.[1]).map(headerField).join(delimiter)}\r\n`);
		for (const [i, [, width]] of widths.entries()) {
			const to = widths[i + 1]?.[0] ?? end;
			const pad = Buffer.from(delimiter.repeat(columns.length - width)).toString('latin1');
			let quoted = false;
			for (; from < to; from += CHUNK) {
				const chunk = (await output.read?.(from, Math.min(CHUNK, to - from))) ?? Buffer.alloc(0);
				const text = chunk.toString('latin1');
				let padded = '';
				let start = 0;
				for (let at = 0; at < text.length; at++) {
					const code = text.charCodeAt(at);
					if (code === 34) quoted = !quoted;
					else if (code === 13 && !quoted) {
						padded += text.slice(start, at) + pad;
						start = at;
					}
				}
				yield Buffer.from(padded + text.slice(start), 'latin1');
			}
			from = to;
		}
	}

	return {
		write,
		// The header of a stream is sent, and cannot change.
		fits: page =>
			columns.length === 0 ||
			output.rewrite !== undefined ||
			[...namesOf(page)].every(name => known.has(name)),
		async finish() {
			if (widths.length > 1) await output.rewrite?.(widened());
		},
	};
}

function namesOf({schema, records, order}: Page): Iterable<string> {
	if (schema) return schema.columns.map(column => column.name);
	const names = new Set<string>();
	for (const record of records) for (const name of keysOf(record)) names.add(name);
	return order ? new Set([...order.filter(name => names.has(name)), ...names]) : names;
}

function field(value: JsonValue, special: RegExp): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'string') return quote(value, special);
	if (typeof value === 'object' && !(value instanceof Decimal)) return quote(stringify(value), special);
	// The delimiter may be a point or a digit.
	return quote(String(value), special);
}

function quote(text: string, special: RegExp): string {
	return text === '' || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
