/** Checks that the options for the rows of a resource fit together: keys, a merge, `keep`, `nested`. */
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {asObject, type PlainObject} from '../tree.ts';

/** The disposition in `write_disposition`, in either of its forms. */
export function dispositionOf({write_disposition: given}: PlainObject): unknown {
	return asObject(given).disposition ?? given;
}

export function checkMergeKey({keys, at, isOwn}: Inherited): Finding[] {
	const {merge_key, columns, nested} = keys;
	const isMerge = dispositionOf(keys) === 'merge';
	const hinted = columnsWithMergeKey(columns);
	const isRestated = isGiven(merge_key) || hinted.length > 0;
	const finding = (name: string, message: string): Finding[] => [{path: at(name), message}];
	// A default applies only to those resources that merge.
	if (!isMerge && isOwn('merge_key') && isGiven(merge_key)) return finding('merge_key', replaces);
	if (!isMerge && hinted.some(name => isOwn('columns', name, 'merge_key')))
		return finding('columns', `merge_key ${replaces}`);
	if (!isMerge || isGiven(keys.primary_key)) return [];
	if (!isRestated)
		return finding(
			'write_disposition',
			'merge needs a primary_key to tell records apart, or a merge_key for what is restated',
		);
	if (nested === 'tables')
		return finding(
			isOwn('merge_key') ? 'merge_key' : 'write_disposition',
			'with nested: tables a merge needs a primary_key too, to tell whose lists go',
		);
	return [];
}

const replaces = 'says what a merge replaces; set write_disposition: merge, or leave it out';

function isGiven(key: unknown): boolean {
	return key != null && !(Array.isArray(key) && key.length === 0);
}

// The columns with dlt's hint for a merge key.
function columnsWithMergeKey(columns: unknown): string[] {
	const list: readonly unknown[] = Array.isArray(columns) ? columns : [];
	return list.map(asObject).flatMap(({name, merge_key}) => (merge_key === true ? [String(name)] : []));
}

// A merge has its own rule for rows with the same key.
export function checkKeepOfMerge({keys, at, isOwn}: Inherited): Finding[] {
	if (keys.keep !== 'first' || dispositionOf(keys) !== 'merge') return [];
	const message =
		'merge keeps the last row of a key, or the greatest by a column with dedup_sort: desc; leave keep: ' +
		'first out, or keep: null it here';
	return [{path: at(isOwn('keep') ? 'keep' : 'write_disposition'), message}];
}

// With `last`, the lists of all records would wait until the end and exceed the memory bound.
export function checkKeepOfTables({keys: {nested, keep}, at, isOwn}: Inherited): Finding[] {
	if (nested !== 'tables' || keep !== 'last') return [];
	const message = 'nested: tables cannot go with keep: last; leave one of them out';
	return [{path: at(isOwn('nested') ? 'nested' : 'keep'), message}];
}
