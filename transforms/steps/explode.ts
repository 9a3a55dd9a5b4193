import {fieldPlace} from './place.ts';
import type {Change} from './step.ts';

/** One record for each item of a list, with the item in its place. An empty list becomes null; what is no list stays. */
export function explode(path: string): Change {
	const place = fieldPlace(path);
	return record => {
		const list = place.read(record);
		if (!Array.isArray(list)) return record;
		const items = list.length === 0 ? [null] : list;
		return items.map(item => place.edit(record, value => (value === list ? item : value)));
	};
}
