/** The stages for rows with the same key, and the warnings about rows that they drop. */
import type {Transform} from 'node:stream';
import {compareRanks} from '../../../sinks/dataset/merge/order.ts';
import {fieldsLackedBy} from '../../../transforms/dedupe/combine.ts';
import type {Dropped} from '../../../transforms/dedupe/keep-last.ts';
import {dedupe} from '../../../transforms/dedupe.ts';
import {columnName} from '../../../transforms/normalize/naming.ts';
import type {JsonRecord} from '../../core/page.ts';
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
	const told = new Set<string>();
	return (gone, kept) => {
		const difference = compare?.(gone, kept) ?? 0;
		if (difference > 0) {
			if (!told.has('newer')) warn({code: 'newer-row-dropped', resource, message: newer(key)});
			told.add('newer');
			return;
		}
		if (difference < 0) return;
		const fields = fieldsLackedBy(kept, gone);
		const message = poorerRowMessage(key, fields);
		if (fields.length > 0 && !told.has(message)) warn({code: 'poorer-row', resource, message});
		told.add(message);
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
