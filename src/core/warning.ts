/**
 * Something in a run that may be wrong, and that does not end the run. Each kind has a stable code.
 * `docs/reference/trust.md` lists all codes, and `sluice run --strict` makes each of them a failure.
 */
import {SluiceError} from './errors.ts';

/** The code of each kind, with its meaning as one short sentence. */
export const warningKinds = {
	'total-not-reached': 'Fewer rows came than the API stated.',
	'path-not-found': 'A path of the paginator led to nothing, and the only page looks full.',
	'page-looks-full':
		'The only page has as many rows as were asked for, and nothing says whether more follow.',
	'no-content': 'An answer without a body ended a list after full pages.',
	'api-warning': 'An API said in words beside its rows that something is wrong with them.',
	'unlike-pages': 'A page was unlike the pages before it, as an answer to a failed request is.',
	'page-size-changed': 'Pages that are counted had fewer rows than the server states.',
	'short-page': 'A page was shorter than its limit, yet more rows followed.',
	'first-page-again': 'Page 1 had the rows of page 0, and they were left out.',
	'list-moved': 'Rows came or went while pages were read, and moved the others.',
	'rows-again': 'Rows came again on a later page, equal in all fields.',
	'selector-changed': 'Without data_selector, rows are found elsewhere than before.',
	'no-list': 'An answer had no list of rows, and was taken for one without rows.',
	'more-in-part': 'A part of an answer said that it has more rows.',
	'looks-keyed': 'An object was read as one record, and its values look like rows under their keys.',
	'same-children': 'Several parents got the same rows, or the rows of another one.',
	'parents-skipped': 'Children of some parents were not read.',
	'characters-replaced': 'Some bytes were no text in the charset of the body.',
	'nulls-left-out': 'Some items among the records were null, and were left out.',
	'empty-records': 'Some records had no field at all.',
	'odd-row': 'The last row of an answer was unlike the first row.',
	'lines-left-out': 'Some lines of JSON Lines had no rows where data_selector leads, and were left out.',
	'page-asked-again': 'A page was asked for again, and the server keeps the place of the walk itself.',
	'sync-token-expired': 'The server no longer took the token of the last run, and everything was read again.',
	'time-out-of-range':
		'Numbers in a column declared as a time are beyond all years, and went to another column.',
	'number-out-of-range': 'Numbers are beyond what a column of numbers holds, and became texts.',
	'boundary-rows-repeat':
		'More rows stand at the last cursor value than a state remembers, so some come again.',
	'rows-of-another-resource':
		'A table that is replaced has rows of a resource that the config does not have.',
	'lists-side-by-side': 'One of two lists of the same length was taken apart, and the other stayed whole.',
	plugin: 'A plugin told of something that may be wrong.',
	'field-not-found': 'A field that add reads is in none of the records.',
	'key-not-unique': 'Rows of one page had the same primary key, and were not equal.',
	'poorer-row': 'Of rows with one key, the one that stays lacks fields that another had.',
	'newer-row-dropped': 'Of rows with one key, a newer one was left out, as an older one came first.',
	'columns-differ': 'Files of one table have different columns, or different types of one.',
	'rows-appended-again': 'An append brought rows that an earlier run had brought.',
	'rows-after-state': 'A Singer tap sent rows after its last STATE, and may send them again.',
	'tls-insecure': 'Certificates of servers were not checked.',
	'cursor-in-future': 'A cursor value was beyond the present, and the state did not move there.',
	'cursor-field-gone': 'A page had no row with the cursor field, and pages before had.',
	'recording-ended': 'A recording ended before the run did.',
	'body-withheld': 'A recording was made without a body that may hold a secret.',
} as const satisfies Record<string, string>;

export type WarningCode = keyof typeof warningKinds;

export interface Warning {
	readonly code: WarningCode;
	/** Name of the resource. */
	readonly resource: string;
	/** What was noticed, where, and what to do. Does not repeat the name of the resource. */
	readonly message: string;
}

/**
 * Reports a warning. It may throw, which ends the resource, as with `--strict`. So call it before the last
 * page goes out.
 */
export type Warn = (warning: Warning) => void;

/** A warning that counts as a failure because of `--strict`. */
export class StrictError extends SluiceError {
	readonly code = 'ERR_STRICT';
	readonly warning: Warning;

	constructor(warning: Warning) {
		super(`${warning.resource}: ${warning.message} (${warning.code}; --strict makes it a failure)`);
		this.warning = warning;
	}
}
