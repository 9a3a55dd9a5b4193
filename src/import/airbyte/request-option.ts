/** Imports a `RequestOption`: the place of a value in a request. */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {LeftOut} from './outcome.ts';
import {putInJson, type Request, type TokenPlace} from './requester.ts';

/** A place of the page token: one of a template, or the whole next URL. */
export type Where = TokenPlace & {readonly isLink?: true};

/** The place of the page token by the option. */
export function tokenPlaceOf(option: unknown, known: Known): Where | undefined {
	if (!isPlainObject(option)) return undefined;
	const {type, inject_into: into, field_name: name, field_path: path} = option;
	if (type === 'RequestPath' || into === 'path') return {isLink: true};
	const inside = known.in(option);
	const key = inside.text(name ?? '', 'name of a parameter');
	const keys = Array.isArray(path) ? path.map(part => inside.text(part, 'name of a parameter')) : [key];
	if (into === 'request_parameter') return {param: keys[0] ?? ''};
	if (into === 'header') return {header: keys[0] ?? ''};
	if (into === 'body_json') return {bodyPath: keys.join('.')};
	throw new LeftOut(`page token: in ${String(into)}`);
}

/** Puts a value into the place of a `RequestOption`. */
export function putOption(request: Request, option: PlainObject, value: string | number, known: Known): void {
	const {inject_into: into, field_name: name, field_path: path} = option;
	const keys = (Array.isArray(path) ? path : [name]).map(part => known.text(part, 'name of a parameter'));
	const [key = ''] = keys;
	if (into === 'request_parameter') request.params.set(key, value);
	else if (into === 'header') request.headers.set(key, String(value));
	else if (into === 'body_json') putInJson(request, keys, value);
	else if (into === 'body_data' && typeof request.data !== 'string')
		request.data = {...request.data, [key]: value};
	else throw new LeftOut(`a value: in ${String(into)}`, key);
}
