/** CSV by RFC 4180, read while it arrives. Values stay text; `normalize()` finds or checks their types. */

import {type CsvLeniency, csvReader, problemOf} from '../../core/csv.ts';
import {ConfigError} from '../../core/errors.ts';
import {fromStart, readStart, textDecoder} from './bytes.ts';
import {refusingSentences} from './csv-sentence.ts';
import type {Decoder} from './decoder.ts';
import {decodeRows} from './text-rows.ts';

export interface CsvDecoderOptions extends CsvLeniency {
	/**
	 * One character between fields. `auto` takes a comma, a tab or a semicolon, according to the first line.
	 * @default ','
	 */
	readonly delimiter?: string;
	/**
	 * Whether the first row has the names of the columns; or their names, if no row has them. With `false` they
	 * are `column_1`, `column_2` … @default true
	 */
	readonly header?: boolean | readonly string[];
}

/**
 * A `Decoder` for CSV. An empty field is null and `""` is an empty text, as `csv()` writes them. Lines end in
 * CRLF, LF or CR. Blank ones are skipped, unless there is one column. A row with more or fewer fields than
 * the header is an error.
 * @example resource(api, {name: 'rows', decoder: csvDecoder({delimiter: ';'})})
 */
export function csvDecoder({delimiter = ',', header = true, ...lenient}: CsvDecoderOptions = {}): Decoder {
	if (delimiter === 'auto') return foundDelimiter({...lenient, header});
	if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
		throw new ConfigError(
			`csvDecoder: expected delimiter to be one character, got ${JSON.stringify(delimiter)}`,
		);
	const problem = typeof header === 'boolean' ? undefined : problemOf(header);
	if (problem) throw new ConfigError(`csvDecoder: header has ${problem}`);
	return (response, options) => {
		const reader = refusingSentences(csvReader(delimiter, header, lenient), delimiter);
		return decodeRows(response, options, {format: 'CSV', reader});
	};
}

// Enough for the column names of any table.
const LOOK_BYTES = 64 * 1024;

function foundDelimiter(options: CsvDecoderOptions): Decoder {
	return async function* csv(response, decodeOptions) {
		const start = await readStart(response, LOOK_BYTES, decodeOptions.maxBodyBytes);
		const bytes = Buffer.concat(start.chunks);
		const delimiter = delimiterIn(textDecoder(response, bytes, 'utf-8').decode(bytes), options.skipRows);
		yield* csvDecoder({...options, delimiter})(fromStart(response, start), decodeOptions);
	};
}

// Column names rarely contain tabs or semicolons, so the characters between the names of the first line
// decide.
function delimiterIn(text: string, skipRows = 0): string {
	const lines = text.split(/\r\n|[\r\n]/).slice(skipRows);
	const [names = ''] = lines
		.join('\n')
		.replace(/"(?:[^"]|"")*"/g, '')
		.trimStart()
		.split('\n', 1);
	return [',', '\t', ';'].find(sign => names.includes(sign)) ?? ',';
}
