/** The paginator of a request whose page stands in its JSON body, as with GraphQL and searches. */
import {isPlainObject, mapLeaves, type PlainObject} from '../../config/tree.ts';
import type {Paging} from '../openapi/pages.ts';
import {type Asked, pagingFor} from './paging-params.ts';

const DEEPEST = 4;
const places = ['cursor', 'page', 'offset', 'limit'] as const;

export interface BodyPaging {
	readonly paging: Paging;
	/** The body without the cursor of a later page. */
	readonly json: unknown;
}

/** `bodies` are those of all requests for the list. Without such a place in them, pages are by `params`. */
export function bodyPaging(bodies: readonly unknown[], asked: Asked): BodyPaging {
	const [json] = bodies;
	const paths = new Map<string, string>();
	const values = new Map<string, string[]>();
	for (const body of bodies)
		for (const {path, key, value} of leavesOf(body, '', 0)) {
			if (!paths.has(key)) paths.set(key, path);
			if (value !== '') values.set(key, [...(values.get(key) ?? []), value]);
			else if (!values.has(key)) values.set(key, []);
		}
	const inBody = pagingFor({...asked, values});
	const {paginator} = inBody;
	if (!isPlainObject(paginator) || ![...inBody.names].some(name => paths.has(name)))
		return {paging: pagingFor(asked), json};
	const moved: PlainObject = {...paginator};
	for (const place of places) {
		const usual = place === 'cursor' ? undefined : place;
		const name = moved[`${place}_param`] ?? (usesPlace(paginator, place) ? usual : undefined);
		const path = typeof name === 'string' ? paths.get(name) : undefined;
		if (path === undefined) continue;
		delete moved[`${place}_param`];
		moved[`${place}_body_path`] = path;
	}
	return {
		paging: {...inBody, paginator: moved, params: {}, names: new Set()},
		json: without(json, String(moved.cursor_body_path ?? '')),
	};
}

function usesPlace({type}: PlainObject, place: string): boolean {
	return type === 'offset'
		? place === 'offset' || place === 'limit'
		: type === 'page_number' && place === 'page';
}

interface Leaf {
	readonly path: string;
	readonly key: string;
	readonly value: string;
}

function* leavesOf(value: unknown, before: string, depth: number): Generator<Leaf> {
	if (!isPlainObject(value) || depth > DEEPEST) return;
	for (const [key, item] of Object.entries(value)) {
		if (!/^\w+$/.test(key)) continue;
		const path = before === '' ? key : `${before}.${key}`;
		if (typeof item === 'number' || item === null || (typeof item === 'string' && key !== 'query'))
			yield {path, key, value: String(item ?? '')};
		else yield* leavesOf(item, path, depth + 1);
	}
}

function without(json: unknown, path: string): unknown {
	if (path === '') return json;
	return mapLeaves(json, (leaf, at) => (at.join('.') === path ? null : leaf));
}
