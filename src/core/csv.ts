/**
 * Parses CSV by RFC 4180 while its text comes. An empty field is null, `""` an empty text; all other values
 * stay texts.
 */
import type {JsonObject} from './json/json.ts';
import {fromNames} from './json/key-order.ts';

const QUOTE = '"';

export interface CsvReader {
	/** Reads more text; yields whenever `limit()` rows are complete. Throws `SyntaxError`. */
	read(text: string, limit: () => number): Generator<void>;
	/** Ends the text. Throws `SyntaxError` when it is incomplete. */
	end(): void;
	/** Returns the rows since the last call. */
	take(): JsonObject[];
	/** The header of the text, if no row has come after it. */
	bareHeader(): readonly string[] | undefined;
}

/** Deviations from RFC 4180 that a reader accepts. */
export interface CsvLeniency {
	/** Lines to skip before the header, whatever they hold. @default 0 */
	readonly skipRows?: number;
	/** Rows to skip at the end, such as one of totals; they may have any number of fields. @default 0 */
	readonly skipFooter?: number;
	/**
	 * `pad`: a row that is too short gets nulls at its end; one that is too long is still an error.
	 * @default 'refuse'
	 */
	readonly ragged?: 'refuse' | 'pad';
	/**
	 * `lenient`: a quote within a quoted field is a part of it, unless the field ends there. `none`: quotes are
	 * ordinary characters. @default 'strict'
	 */
	readonly quotes?: 'strict' | 'lenient' | 'none';
	/**
	 * `lenient`: a second column `id` in the header is `id_2`, and the third column without a name `column_3`.
	 * @default 'strict'
	 */
	readonly names?: 'strict' | 'lenient';
}

/**
 * Reads rows while their text comes. `header`: whether the first row has the names of the columns, or the
 * names themselves. Lines end in CRLF, LF or CR; blank lines are skipped, unless there is one column. A row
 * with more or fewer fields than the header is an error.
 */
export function csvReader(
	delimiter: string,
	header: boolean | readonly string[] = true,
	{skipRows = 0, skipFooter = 0, ragged, quotes, names: naming}: CsvLeniency = {},
): CsvReader {
	const plain = new RegExp(`[^\\r\\n${delimiter.replace(/[\\\]^-]/, '\\$&')}]+`, 'y');
	let names: readonly string[] | undefined = typeof header === 'boolean' ? undefined : header;
	let rows: JsonObject[] = [];
	let fields: (string | null)[] = [];
	let field = '';
	// `closed`: the last character was a quote within a quoted field, which ends the field or stands for a
	// quote.
	let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
	let line = 1;
	let firstLine = 1;
	let isAfterReturn = false;
	let toSkip = skipRows;
	let rowCount = 0;
	/** Rows that may be the footer. */
	const footerRows: {row: readonly (string | null)[]; at: number}[] = [];

	// The index in the text after the lines to skip.
	function skip(text: string): number {
		let at = 0;
		for (; toSkip > 0 && at < text.length; at++) {
			const character = text.charAt(at);
			const isEnd = character === '\r' || (character === '\n' && !isAfterReturn);
			isAfterReturn = character === '\r';
			if (!isEnd) continue;
			toSkip--;
			firstLine = ++line;
		}
		return at;
	}

	function endField(): void {
		fields.push(state === 'start' ? null : field);
		field = '';
		state = 'start';
	}

	function endRow(): void {
		endField();
		const row = fields;
		fields = [];
		if (row.length > 1 || row[0] !== null || names?.length === 1) holdFooterRow(row);
		firstLine = ++line;
	}

	function holdFooterRow(row: readonly (string | null)[]): void {
		footerRows.push({row, at: firstLine});
		if (footerRows.length <= skipFooter) return;
		const first = footerRows.shift();
		if (first) addRow(first.row, first.at);
	}

	function addRow(row: readonly (string | null)[], at: number): void {
		if (!names && header === true) {
			const wanted = naming === 'lenient' ? uniqueNames(row) : row;
			const problem = problemOf(wanted);
			if (problem) throw new SyntaxError(`line ${at}: the header has ${problem}; ${headerAdvice(row)}`);
			names = wanted.map(String);
			return;
		}
		names ??= row.map((_, i) => `column_${i + 1}`);
		const columns = names;
		const isPadded = ragged === 'pad' && row.slice(columns.length).every(value => value === null);
		if (row.length !== columns.length && !isPadded)
			throw new SyntaxError(wrongLength(at, row.length, columns.length));
		rowCount++;
		rows.push(fromNames(columns, i => row[i] ?? null));
	}

	// Excel writes a first line such as `sep=;`. With given names, the header would become a row.
	function headerAdvice([first]: readonly (string | null)[]): string {
		const isExcel = /^\ufeff?sep=.?$/i.test(first ?? '');
		return isExcel
			? 'this line tells Excel the delimiter; skip_rows: 1 leaves it out'
			: 'names: lenient makes names for such columns';
	}

	function wrongLength(at: number, found: number, expected: number): string {
		const isPreamble = expected === 1 && header === true;
		const hint = isPreamble
			? '; skip_rows skips lines before the header'
			: found < expected
				? '; ragged: pad fills it with nulls'
				: '; is there a field with the delimiter in it that is not quoted?';
		return `line ${at}: ${found} fields, where ${expected} were expected${hint}`;
	}

	return {
		*read(text, limit) {
			for (let at = skip(text); at < text.length; ) {
				if (state === 'quoted') {
					const quote = text.indexOf(QUOTE, at);
					const part = text.slice(at, quote < 0 ? text.length : quote);
					field += part;
					line += part.split('\n').length - 1;
					if (quote < 0) return;
					state = 'closed';
					at = quote + 1;
					continue;
				}
				const character = text.charAt(at);
				if (isAfterReturn && character === '\n') at++;
				else if (quotes !== 'none' && character === QUOTE && (state === 'start' || state === 'closed')) {
					if (state === 'closed') field += QUOTE;
					state = 'quoted';
					at++;
				} else if (character === delimiter) {
					endField();
					at++;
				} else if (character === '\n' || character === '\r') {
					endRow();
					at++;
					isAfterReturn = character === '\r';
					if (rows.length >= limit()) yield;
					continue;
				} else if (state === 'closed' && quotes === 'lenient') {
					field += QUOTE;
					state = 'quoted';
					continue;
				} else if (state === 'closed') {
					throw new SyntaxError(
						`line ${line}: ${JSON.stringify(character)} follows a closing quote; quotes: lenient takes it`,
					);
				} else {
					state = 'plain';
					plain.lastIndex = at;
					field += plain.exec(text)?.[0] ?? '';
					at = plain.lastIndex;
				}
				isAfterReturn = false;
			}
		},
		end() {
			if (state === 'quoted')
				throw new SyntaxError(
					`line ${firstLine}: a quote opens in this row and never closes; quotes: none takes quotes as ` +
						'they are',
				);
			if (state !== 'start' || fields.length > 0) endRow();
		},
		take() {
			const taken = rows;
			rows = [];
			return taken;
		},
		bareHeader: () => (header === true && rowCount === 0 ? names : undefined),
	};
}

function uniqueNames(row: readonly (string | null)[]): string[] {
	const taken = new Set(row);
	const seen = new Set<string>();
	return row.map((given, i) => {
		const name = given || `column_${i + 1}`;
		let unique = name;
		for (let n = 2; seen.has(unique) || (unique !== given && taken.has(unique)); n++) unique = `${name}_${n}`;
		seen.add(unique);
		return unique;
	});
}

/** The problem with the names of columns: `two columns named "id"`. */
export function problemOf(names: readonly (string | null)[]): string | undefined {
	const seen = new Set<string | null>();
	for (const [i, name] of names.entries()) {
		if (name === null || name === '') return `no name for column ${i + 1}`;
		if (seen.has(name)) return `two columns named ${JSON.stringify(name)}`;
		seen.add(name);
	}
	return names.length === 0 ? 'no columns' : undefined;
}
