import type {JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {fieldPlace} from './place.ts';
import {type Change, RefusedRecord} from './step.ts';

/** With this many records whose other list has the same length each time, it is no accident. */
const ENOUGH = 3;

/**
 * Called once with a list that stays whole in each row, though its items seem to belong to those of the
 * exploded list.
 */
export type OnSibling = (path: string, sibling: string) => void;

/**
 * One record for each item of a list, with the item in place of the list. An empty list becomes null; a value
 * that is no list stays. Several lists are exploded together: their first items are one row, their second
 * ones the next. They must have the same length.
 */
export function explode(paths: string | readonly string[], onSibling: OnSibling = () => {}): Change {
	if (typeof paths === 'string') return one(paths, onSibling);
	const [first = '', ...others] = paths;
	return others.length === 0 ? one(first, onSibling) : together(paths);
}

function one(path: string, onSibling: OnSibling): Change {
	const place = fieldPlace(path);
	const look = siblings(path, onSibling);
	return record => {
		const list = place.read(record);
		if (!Array.isArray(list)) return record;
		look(record, list);
		const items = list.length === 0 ? [null] : list;
		return items.map(item => place.edit(record, value => (value === list ? item : value)));
	};
}

function together(paths: readonly string[]): Change {
	const places = paths.map(fieldPlace);
	return record => {
		const lists = places
			.map(place => ({place, list: place.read(record)}))
			.filter(({list}) => Array.isArray(list));
		const [first, ...others] = lists as {place: (typeof places)[number]; list: JsonValue[]}[];
		if (!first) return record;
		const odd = others.find(({list}) => list.length !== first.list.length);
		if (odd) return new RefusedRecord(odd.place.text, differ(first, odd));
		const length = Math.max(first.list.length, 1);
		return Array.from({length}, (_, index) =>
			[first, ...others].reduce(
				(row, {place, list}) => place.edit(row, value => (value === list ? (list[index] ?? null) : value)),
				record,
			),
		);
	};
}

type Found = {readonly place: {readonly text: string}; readonly list: readonly JsonValue[]};

function differ(one: Found, other: Found): string {
	return (
		`explode: ${one.place.text} has ${one.list.length} items, and ${other.place.text} has ` +
		`${other.list.length}`
	);
}

// Lists of the same object that are as long as the exploded one, in every record so far.
function siblings(
	path: string,
	onSibling: OnSibling,
): (record: JsonRecord, list: readonly JsonValue[]) => void {
	const [, above, name] = /^(?:(.*)\.)?([^.[\]]+)$/.exec(path) ?? [];
	const parent = above === undefined ? undefined : fieldPlace(above);
	let candidates: Set<string> | undefined;
	let seen = 0;
	let isOver = name === undefined;
	return (record, list) => {
		if (isOver || list.length < 2) return;
		const owner = parent ? parent.read(record) : record;
		const alike = isObject(owner)
			? Object.entries(owner).filter(
					([key, value]) => key !== name && Array.isArray(value) && value.length === list.length,
				)
			: [];
		const keys = alike.map(([key]) => key);
		candidates = candidates ? new Set(keys.filter(key => candidates?.has(key))) : new Set(keys);
		seen++;
		isOver = candidates.size === 0 || seen >= ENOUGH;
		const [sibling] = candidates;
		if (seen >= ENOUGH && sibling !== undefined)
			onSibling(path, above === undefined ? sibling : `${above}.${sibling}`);
	};
}
