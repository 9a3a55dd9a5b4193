/** Passes records through a list of changes, each record through all of them before the next one. */
import {SluiceError, StageError} from '../src/core/errors.ts';
import type {JsonObject} from '../src/core/json/json.ts';
import {type JsonRecord, type Page, recordName} from '../src/core/page.ts';
import type {Rejection} from '../src/core/schema/schema.ts';
import {messageOf} from '../src/core/stage.ts';
import type {RecordPlace} from './map.ts';
import {reshape} from './reshape.ts';
import {type Change, RefusedRecord} from './steps/step.ts';

/**
 * A function of pages. A record that a change refuses becomes a rejection, with the record as it came.
 * `requestOf` has the values of the request of a page, for expressions.
 */
export function pageSteps<P extends Page>(
	changes: readonly Change[],
	requestOf?: (page: P) => JsonObject,
): (page: P) => Page {
	return page => {
		const request = requestOf?.(page);
		const records: JsonRecord[] = [];
		const rejections: Rejection[] = [];
		for (const [index, record] of page.records.entries()) {
			const place = {resource: page.resource, page: page.number, index, ...(request && {request})};
			const refused = run(changes, record, place, records);
			if (refused)
				rejections.push({record, column: refused.column, reason: refused.reason, page: page.number, index});
		}
		for (const change of changes) change.pageEnd?.(page.cursor === null);
		const changed = reshape(page, records);
		return rejections.length === 0
			? changed
			: {...changed, rejections: [...(page.rejections ?? []), ...rejections]};
	};
}

// If one of the rows of a split record is refused, the whole record is refused: half of it would be hard to
// explain.
function run(
	changes: readonly Change[],
	record: JsonRecord,
	place: RecordPlace,
	records: JsonRecord[],
): RefusedRecord | undefined {
	let rows: JsonRecord[] = [record];
	for (const change of changes) {
		const next: JsonRecord[] = [];
		for (const row of rows) {
			const result = apply(change, row, place);
			if (RefusedRecord.is(result)) return result;
			if (Array.isArray(result)) for (const each of result) next.push(each);
			else if (result !== undefined) next.push(result as JsonRecord);
		}
		rows = next;
	}
	for (const row of rows) records.push(row);
	return undefined;
}

function apply(change: Change, record: JsonRecord, place: RecordPlace): ReturnType<Change> {
	try {
		return change(record, place);
	} catch (error) {
		if (error instanceof SluiceError) throw error;
		const where = `${place.resource}: steps, ${recordName(place.index, place.page)}`;
		throw new StageError(`${where}: ${messageOf(error)}`, {cause: error});
	}
}
