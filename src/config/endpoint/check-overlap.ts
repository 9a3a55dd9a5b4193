/**
 * Checks that a resource has a key if its paginator reads pages more than once: only a key distinguishes
 * rows.
 */
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {asObject} from '../tree.ts';

export function checkOverlap({keys, paginator, at, isOwn}: Inherited): Finding[] {
	const {type, overlap} = asObject(paginator);
	const {primary_key: key} = keys;
	if (type !== 'page_number' || overlap !== 1 || (key != null && String(key) !== '')) return [];
	return [
		{
			path: isOwn('endpoint', 'paginator') ? at('endpoint', 'paginator', 'overlap') : at(),
			message: 'rows that are read once more are told apart by primary_key, and this resource has none',
		},
	];
}
