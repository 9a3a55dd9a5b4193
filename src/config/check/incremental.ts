/**
 * What is wrong with incremental reading that takes several keys to see. Looks at the raw tree, which may be
 * wrong anywhere.
 */

import type {Finding} from '../finding.ts';
import {placeholders} from '../placeholders/braces.ts';
import {isRangeName, rangeNameProblem} from '../placeholders/range.ts';
import {asObject, type ConfigPath, eachText, type PlainObject} from '../tree.ts';

export function checkIncremental(resources: readonly unknown[], defaults: PlainObject): Finding[] {
	const base = asObject(defaults.endpoint);
	const found = unknownNames(base, ['resource_defaults', 'endpoint']);
	for (const [index, item] of resources.entries()) {
		const resource: PlainObject = asObject(item);
		const at: ConfigPath = ['resources', index];
		const isShort = typeof resource.endpoint === 'string';
		const own = isShort ? {path: resource.endpoint} : asObject(resource.endpoint);
		const here: ConfigPath = isShort ? at : [...at, 'endpoint'];
		const merged = {...base, ...own, params: {...asObject(base.params), ...asObject(own.params)}};
		const params = incrementalParams(merged);
		const hasOne = asObject(merged).incremental != null;
		const [one, other] = hasOne ? ['incremental', ...params] : params;
		found.push(...unknownNames(own, here));
		if (other !== undefined) {
			const message = `an endpoint has one incremental, and there is ${one} already`;
			found.push({path: [...here, 'params', other], message});
		}
		if (one === undefined) found.push(...withoutRange(merged, own, here, isShort));
		else if ({...defaults, ...resource}.batch != null)
			found.push({
				path: [...at, resource.batch == null ? 'endpoint' : 'batch'],
				message: 'a batch has several parents, each with a start of its own; leave out batch or incremental',
			});
	}
	return found;
}

function incrementalParams({params}: PlainObject): string[] {
	return Object.entries(asObject(params)).flatMap(([key, value]) =>
		asObject(value).type === 'incremental' ? [key] : [],
	);
}

function unknownNames(endpoint: PlainObject, at: ConfigPath): Finding[] {
	return rangeNames(endpoint).flatMap(({name, path}) => {
		const message = rangeNameProblem(name);
		return message === undefined ? [] : [{path: [...at, ...path], message}];
	});
}

function withoutRange(merged: PlainObject, own: PlainObject, at: ConfigPath, isShort: boolean): Finding[] {
	const [used] = rangeNames(merged);
	if (!used) return [];
	const isOwn = !isShort && rangeNames(own).length > 0;
	const path = isOwn ? [...at, ...(rangeNames(own)[0]?.path ?? [])] : isShort ? [...at, 'endpoint'] : at;
	return [
		{
			path,
			message: `{${used.name}} needs incremental in the endpoint, for example incremental: {cursor_path: updated_at}`,
		},
	];
}

function rangeNames(endpoint: PlainObject): {name: string; path: ConfigPath}[] {
	const found: {name: string; path: ConfigPath}[] = [];
	for (const part of ['path', 'params', 'headers', 'json', 'data'])
		eachText(endpoint[part], (text, below) => {
			for (const name of placeholders(text).filter(isRangeName)) found.push({name, path: [part, ...below]});
		});
	return found;
}
