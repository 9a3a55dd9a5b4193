/** The stages for rows with the same key, and the warnings about rows that they drop. */
import type {Transform} from 'node:stream';
import {compareRanks} from '../../../sinks/dataset/merge/order.ts';
import {fieldsLackedBy} from '../../../transforms/dedupe/combine.ts';
import {differingPages} from '../../../transforms/dedupe/differing.ts';
import type {Dropped} from '../../../transforms/dedupe/keep-last.ts';
import {dedupe} from '../../../transforms/dedupe.ts';
import {columnName} from '../../../transforms/normalize/naming.ts';
import {stringify} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import type {JsonRecord} from '../../core/page.ts';
import {transform} from '../../core/stage.ts';
import type {Warn} from '../../core/warning.ts';
import type {ResolvedResource} from '../compile/resolve.ts';
import {withoutUndefined} from '../tree.ts';
import {newestFirst} from './newest.ts';
import {rolesOf} from './roles.ts';

/** For an API that returns rows in pieces: joins the pieces before any other stage. */
export function combineSteps(resource: ResolvedResource): Transform[] {
	const {keep, primary_key: key, naming = 'direct'} = resource;
	if (keep !== 'combined' || key.length === 0) return [];
	const {newest} = rolesOf(resource);
	const compare = newest && newestFirst(newest, compareRanks);
	return [dedupe(withoutUndefined({key, keep, compare, nameOf: (name: string) => columnName(name, naming)}))];
}

/**
 * Warns of rows of one page that have the same key, are not equal, and of which none is known to be newer. A
 * resource with `keep` says which of them stays, and one with deletions sends changes of rows.
 */
export function differingSteps(resource: ResolvedResource, warn: Warn | undefined): Transform[] {
	const {keep, primary_key, name} = resource;
	const {key, newest, order, hardDelete} = rolesOf(resource);
	if (!warn || keep !== undefined || primary_key.length === 0 || hardDelete !== undefined) return [];
	const compare = newest && newestFirst(newest, compareRanks);
	const areOrdered = (one: JsonRecord, other: JsonRecord): boolean =>
		(compare !== undefined && compare(one, other) !== 0) ||
		(order !== undefined && ownValue(one, order) !== ownValue(other, order));
	const found = (one: JsonRecord, other: JsonRecord): void =>
		warn({code: 'key-not-unique', resource: name, message: notUnique(key, one, other)});
	return [transform('keys', differingPages(key, areOrdered, found))];
}

function notUnique(key: readonly string[], one: JsonRecord, other: JsonRecord): string {
	const fields = Object.keys({...one, ...other}).filter(
		field => stringify(ownValue(one, field) ?? null) !== stringify(ownValue(other, field) ?? null),
	);
	const more = fields.length > 3 ? ` and ${fields.length - 3} more` : '';
	const values = key.map(field => `${field} ${stringify(ownValue(one, field) ?? null).slice(0, 100)}`);
	return (
		`two rows of one page have the same ${key.join(', ')} (${values.join(', ')}) and differ in ` +
		`${fields.slice(0, 3).join(', ')}${more}; one row of each key stays. If the key is not enough to ` +
		'tell rows apart, name more fields in primary_key; if it is, say with keep or dedup_sort which row ' +
		'stays'
	);
}

/** For a resource that does not merge: passes one row of each key. */
export function dedupeSteps(
	resource: ResolvedResource,
	previous: AsyncIterable<readonly JsonRecord[]> | undefined,
	warn: Warn | undefined,
): Transform[] {
	const {keep, primary_key, name} = resource;
	if (primary_key.length === 0) return [];
	const {key, newest} = rolesOf(resource);
	const compare = newest && newestFirst(newest, compareRanks);
	const stays = keep === 'last' ? keep : undefined;
	return [
		dedupe(
			withoutUndefined({
				key,
				keep: stays,
				compare,
				previous,
				dropped: warn && telling(name, key, compare, warn),
			}),
		),
	];
}

function telling(
	resource: string,
	key: readonly string[],
	compare: ((a: JsonRecord, b: JsonRecord) => number) | undefined,
	warn: Warn,
): Dropped {
	const reported = new Set<string>();
	return (gone, kept) => {
		const difference = compare?.(gone, kept) ?? 0;
		if (difference > 0) {
			if (!reported.has('newer')) warn({code: 'newer-row-dropped', resource, message: newer(key)});
			reported.add('newer');
			return;
		}
		if (difference < 0) return;
		const fields = fieldsLackedBy(kept, gone);
		const message = poorerRowMessage(key, fields);
		if (fields.length > 0 && !reported.has(message)) warn({code: 'poorer-row', resource, message});
		reported.add(message);
	};
}

function newer(key: readonly string[]): string {
	return (
		`a row came again with the same ${key.join(', ')} and a newer cursor value, and was left out; ` +
		'set keep: last, or write_disposition: merge'
	);
}

/**
 * The warning about a dropped row that has values which the kept row lacks, although neither is known to be
 * newer.
 */
export function poorerRowMessage(key: readonly string[], fields: readonly string[]): string {
	const more = fields.length > 3 ? ` and ${fields.length - 3} more` : '';
	const names = `${fields.slice(0, 3).join(', ')}${more}`;
	return (
		`of rows with the same ${key.join(', ')}, the one that stays has no ${names}, and one that went has; ` +
		'set keep: combined to put their fields together'
	);
}
