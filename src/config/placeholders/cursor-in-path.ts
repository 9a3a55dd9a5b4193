/**
 * `{cursor}`, `{page}`, `{offset}` and `{limit}` in the path of an endpoint: where a paginator puts its
 * value, instead of a parameter.
 */

import {asObject, type PlainObject} from '../tree.ts';
import {placeholders, template} from './braces.ts';

/** What paginators fill in, and the keys that would send it somewhere else. */
const values = {
	cursor: {types: ['cursor', 'header_cursor'], keys: ['cursor_param', 'cursor_body_path', 'cursor_header']},
	page: {types: ['page_number'], keys: ['page_param', 'page_body_path']},
	offset: {types: ['offset'], keys: ['offset_param', 'offset_body_path']},
	limit: {types: ['offset'], keys: ['limit_param', 'limit_body_path']},
} as const;

export type PaginatorValue = keyof typeof values;

const names = Object.keys(values) as PaginatorValue[];

/** The values that go into the path. A param of that name goes first, as for any other placeholder. */
export function inPathOf(path: string, params: PlainObject, paginator: unknown): PaginatorValue[] {
	const type = asObject(paginator).type ?? paginator;
	const there = placeholders(path);
	return names.filter(
		name => params[name] == null && there.includes(name) && values[name].types.some(one => one === type),
	);
}

/** Whether the cursor goes into the path of the requests after the first one. */
export function nextTakesCursor(paginator: unknown): boolean {
	const {path} = asObject(asObject(paginator).next_request);
	return typeof path === 'string' && inPathOf(template(path, ['cursor']), {}, paginator).includes('cursor');
}

/** The key of the paginator that sends the value somewhere else, which it cannot do as well. */
export function otherPlace(paginator: unknown, name: PaginatorValue): string | undefined {
	const given = asObject(paginator);
	return values[name].keys.find(key => given[key] != null);
}

/** The paginators that would put a value in the place of this name. */
export function paginatorsFor(name: string): readonly string[] {
	return names.includes(name as PaginatorValue) ? values[name as PaginatorValue].types : [];
}

/** The path without the placeholders of these. */
export function withoutValues(path: string, taken: readonly PaginatorValue[]): string {
	return taken.reduce((text, name) => text.replaceAll(`{${name}}`, ''), path);
}
