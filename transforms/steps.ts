/**
 * What a config may do to records without code: a list of steps, each record through all of them before the
 * next one.
 */
import type {Transform} from 'node:stream';
import {ConfigError, SluiceError, StageError} from '../src/core/errors.ts';
import {type JsonRecord, type Page, recordName} from '../src/core/page.ts';
import {condition} from '../src/core/path/condition.ts';
import type {ColumnDefinitions, Rejection} from '../src/core/schema/schema.ts';
import {messageOf, transform} from '../src/core/stage.ts';
import {type FlattenOptions, flattener} from './flatten.ts';
import {checkedFilter, checkedMap, checkedYieldMap, type RecordPlace} from './map.ts';
import {reshape} from './reshape.ts';
import {type Projection, projector} from './select.ts';
import {type Added, add, type Watch} from './steps/add.ts';
import {cast} from './steps/cast.ts';
import {type HashOptions, hash, type MaskRule, mask} from './steps/conceal.ts';
import {explode, type OnSibling} from './steps/explode.ts';
import {remove, rename} from './steps/fields.ts';
import {type FieldWatch, fieldWatch, type OnMissing} from './steps/missing.ts';
import {type Change, Refused} from './steps/step.ts';

export type {Added, HashOptions, MaskRule};

/**
 * One thing to do, or several; several run in the order in which they stand here. Fields are names, or paths
 * such as `address.city`.
 */
export interface Step {
	/**
	 * Keeps the records for which this holds: a condition (`@.status == 'open' && @.n > 1`, RFC 9535), or a
	 * function.
	 */
	readonly filter?: string | ((record: JsonRecord, place: RecordPlace) => boolean) | undefined;
	/** Puts another record in the place of each. */
	readonly map?: ((record: JsonRecord, place: RecordPlace) => JsonRecord) | undefined;
	/** Puts any number of records in the place of each: a list, or a generator. */
	readonly yieldMap?: ((record: JsonRecord, place: RecordPlace) => Iterable<unknown>) | undefined;
	/**
	 * One record for each item of this list, which takes the place of the list; a record without items stays,
	 * with null. Several lists of the same length are taken apart together.
	 */
	readonly explode?: string | readonly string[] | undefined;
	/** Nested objects become fields `a__b`. */
	readonly flatten?: true | FlattenOptions | undefined;
	/** New names, `{old: new}`. A record that has the new one already is refused. */
	readonly rename?: {readonly [name: string]: string} | undefined;
	/** Fields to set: a value, a text with `{field}` in it, or `{path}` to another field. */
	readonly add?: {readonly [name: string]: Added} | undefined;
	/** Types of fields. A record with a value that cannot be converted is refused. */
	readonly cast?: ColumnDefinitions | undefined;
	/** SHA-256 in place of the values; with a secret, HMAC. */
	readonly hash?: readonly string[] | HashOptions | undefined;
	/** `***` in place of the values, or of all but the last characters. */
	readonly mask?: readonly string[] | {readonly [name: string]: MaskRule} | undefined;
	/** Fields to drop. */
	readonly remove?: readonly string[] | undefined;
	/** Fields to keep, in order. */
	readonly select?: Projection | undefined;
	/** Changes of plugins, after all others. */
	readonly changes?: readonly Change[] | undefined;
}

export interface StepListeners {
	readonly onSibling?: OnSibling;
	readonly onMissing?: OnMissing;
}

/**
 * Changes records step by step. A record that a step refuses becomes a rejection, with the record as it came.
 */
export function steps(list: readonly Step[]): Transform {
	return transform('steps', {page: pageSteps(list)});
}

/**
 * `steps()` as a function of pages. Throws `ConfigError` when a step cannot be read. `onSibling` is told of
 * lists that stay whole beside one that is taken apart, `onMissing` of fields that `add` reads and no record
 * has.
 */
export function pageSteps(
	list: readonly Step[],
	{onSibling, onMissing}: StepListeners = {},
): (page: Page) => Page {
	const watches: FieldWatch[] = [];
	const watch = (field: string): FieldWatch => {
		const watching = fieldWatch(field, (...told) => onMissing?.(...told));
		watches.push(watching);
		return watching;
	};
	const changes = list.flatMap(step => changesOf(step, onSibling, onMissing && watch));

	return page => {
		const records: JsonRecord[] = [];
		const rejections: Rejection[] = [];
		for (const [index, record] of page.records.entries()) {
			const refused = run(changes, record, {resource: page.resource, page: page.number, index}, records);
			if (refused)
				rejections.push({record, column: refused.column, reason: refused.reason, page: page.number, index});
		}
		for (const watching of watches) watching.page(page.cursor === null);
		const changed = reshape(page, records);
		return rejections.length === 0
			? changed
			: {...changed, rejections: [...(page.rejections ?? []), ...rejections]};
	};
}

// A refusal of one row that a record was taken apart into is one of the whole record: half of it would be
// hard to tell.
function run(
	changes: readonly Change[],
	record: JsonRecord,
	place: RecordPlace,
	records: JsonRecord[],
): Refused | undefined {
	let rows: JsonRecord[] = [record];
	for (const change of changes) {
		const next: JsonRecord[] = [];
		for (const row of rows) {
			const result = apply(change, row, place);
			if (Refused.is(result)) return result;
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

function changesOf(step: Step, onSibling?: OnSibling, watch?: Watch): Change[] {
	const {filter, map, yieldMap, rename: names, add: fields, cast: types, hash: hashed, mask: masked} = step;
	const changes = [
		typeof filter === 'string' ? keep(condition(filter, 'filter')) : filter && keep(checkedFilter(filter)),
		map && checkedMap(map),
		yieldMap && checkedYieldMap(yieldMap),
		step.explode === undefined ? undefined : explode(step.explode, onSibling),
		step.flatten ? flattener(step.flatten === true ? {} : step.flatten) : undefined,
		names && rename(names),
		fields && add(fields, watch),
		types && cast(types),
		hashed && hash(hashed),
		masked && mask(masked),
		step.remove && remove(step.remove),
		step.select && projector(step.select),
		...(step.changes ?? []),
	].filter(change => change !== undefined);
	if (changes.length === 0) throw new ConfigError('a step says what to do, for example {filter: "@.id > 0"}');
	return changes;
}

function keep(test: (record: JsonRecord, place: RecordPlace) => boolean): Change {
	return (record, place) => (test(record, place) ? record : undefined);
}
