/**
 * The names of partition folders: as in Hive, with names and values that no reader misinterprets. Columns
 * stay in the files with their types, so a folder has another name than its column: readers guess the type of
 * a folder's value (`01` becomes 1), use it instead of the column, or refuse a name that comes twice.
 */
import {type JsonValue, stringify} from '../../../src/core/json/json.ts';

export type CalendarUnit = 'year' | 'month' | 'day';

const unitCharacters = {year: 4, month: 7, day: 10};

// With Hive's own word for null, pandas cannot read any file of the table; Spark refuses a folder with an
// empty value.
const NULL = '__NULL__';
const EMPTY = '__EMPTY__';
// A text that looks like a reserved word gets one more underscore.
const reserved = /^_+(NULL|EMPTY|HIVE_DEFAULT_PARTITION)__$/;

// The characters that Hive and Spark escape. Both read each escape as one character, so all other characters
// must stay unescaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: a value may hold them
const special = /[\u0000-\u001f"#%'*/:=?\\{[\]^\u007f]/g;

/** The part of a folder's name before the `=`: `by_country`, `created_at_month`. */
export function folderColumn(column: string, unit?: CalendarUnit): string {
	if (unit === undefined) return escaped(`by_${column}`);
	// Readers ignore folders whose names begin with one of these.
	return escaped(/^[_.]/.test(column) ? `by_${column}_${unit}` : `${column}_${unit}`);
}

/** The part of a folder's name after the `=`. */
export function folderValue(value: JsonValue, unit?: CalendarUnit): string {
	if (value === null) return NULL;
	const text = typeof value === 'string' ? value : stringify(value);
	if (text === '') return EMPTY;
	const whole = unit ? text.slice(0, unitCharacters[unit]) : text;
	return reserved.test(whole) ? `_${whole}` : escaped(whole);
}

function escaped(text: string): string {
	const percent = (sign: string): string =>
		`%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
	return text.replace(/\p{Surrogate}/gu, '\ufffd').replace(special, percent);
}
