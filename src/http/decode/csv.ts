/** CSV by RFC 4180, read while it comes. Values stay text, whose types `normalize()` finds or checks. */

import {csvReader, problemOf} from '../../core/csv.ts';
import {ConfigError} from '../../core/errors.ts';
import type {Decoder} from './decoder.ts';
import {decodeRows} from './text-rows.ts';

export interface CsvDecoderOptions {
	/** One character between fields. @default ',' */
	readonly delimiter?: string;
	/** Whether the first row has the names of the columns; or the names, when no row has. `false`: `column_1`, `column_2` … @default true */
	readonly header?: boolean | readonly string[];
}

/**
 * A `Decoder` for CSV. An empty field is null, `""` an empty text, as `csv()` writes them. Lines end in CRLF, LF or CR; blank
 * ones are skipped, unless there is one column. A row with more or fewer fields than the header is an error.
 */
export function csvDecoder({delimiter = ',', header = true}: CsvDecoderOptions = {}): Decoder {
	if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
		throw new ConfigError(`csvDecoder: expected delimiter to be one character, got ${JSON.stringify(delimiter)}`);
	const problem = typeof header === 'boolean' ? undefined : problemOf(header);
	if (problem) throw new ConfigError(`csvDecoder: header has ${problem}`);
	return (response, options) => decodeRows(response, options, {format: 'CSV', reader: csvReader(delimiter, header)});
}
