/** Checks the parts of an answer whose rows stand in several lists. */
import type {JsonValue} from '../../../core/json/json.ts';
import type {Selector} from '../../../core/path/selector.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';
import type {Warn} from '../../../core/warning.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import {errorInPart, errorInRows, failedPart, moreInPart} from '../../completeness/error-parts.ts';
import {valueAtSelector} from './rows-place.ts';

interface Whole {
	readonly value: JsonValue;
	readonly path: Selector;
	readonly status: number;
}

/** The error of a part. The rows of the others came, and its own are missing. */
export function partError({value, path, status}: Whole): string | undefined {
	const beside = status === 207 ? failedPart(value, path.keys?.[0]) : undefined;
	return beside ?? (path.keys ? undefined : errorInPart(value, path.text));
}

/** Answers to more requests at once than this are rows. */
const MOST_PARTS = 20;

/** The error of a part that was guessed to be a row: `{responses: [{timed_out: true, hits: …}]}`. */
export function partInRows({records, value = null}: BodyPart, path: Selector): string | undefined {
	if (!path.keys || path.isEach) return undefined;
	const list = records ?? valueAtSelector(path, value);
	if (records && records.length <= MOST_PARTS) return errorInRows(rowsIn(records), path.text);
	return Array.isArray(list) && list.length <= MOST_PARTS ? errorInRows(list, path.text) : undefined;
}

/** Warns once of a part that has more rows: no paginator asks for them. */
export function moreParts(
	resource: string,
	warn: Warn | undefined,
): (value: JsonValue, path: Selector) => void {
	let isTold = false;
	return (value, path) => {
		const said = isTold || path.keys ? undefined : moreInPart(value, path.text);
		if (said === undefined) return;
		isTold = true;
		const message =
			`${said}, so rows of that part are missing; ask for larger parts, or read each part by a resource ` +
			'of its own';
		warn?.({code: 'more-in-part', resource, message});
	};
}
