/** Checks of incremental reading that involve several keys. */
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {placeholders} from '../placeholders/braces.ts';
import {isRangeName, rangeNameProblem} from '../placeholders/range.ts';
import {asObject, type ConfigPath, eachText, type PlainObject} from '../tree.ts';

export function checkIncremental(resource: Inherited): Finding[] {
	const {keys, endpoint, at, placeOf, isOwn} = resource;
	const found = unknownRangeNames(endpoint, path => placeOf('endpoint', ...path));
	const params = incrementalParams(endpoint);
	const [one, other] = endpoint.incremental != null ? ['incremental', ...params] : params;
	if (other !== undefined) {
		const message = `an endpoint has one incremental, and there is ${one} already`;
		found.push({path: placeOf('endpoint', 'params', other), message});
	}
	if (one === undefined) found.push(...withoutRange(resource));
	else if (keys.batch != null)
		found.push({
			path: isOwn('batch') ? at('batch') : at('endpoint'),
			message: 'a batch has several parents, each with a start of its own; leave out batch or incremental',
		});
	return found;
}

/** Unknown names in the placeholders of an endpoint, or of the defaults for all endpoints. */
export function unknownRangeNames(
	endpoint: PlainObject,
	placeOf: (path: ConfigPath) => ConfigPath,
): Finding[] {
	return rangeNames(endpoint).flatMap(({name, path}) => {
		const message = rangeNameProblem(name);
		return message === undefined ? [] : [{path: placeOf(path), message}];
	});
}

function incrementalParams({params}: PlainObject): string[] {
	return Object.entries(asObject(params)).flatMap(([key, value]) =>
		asObject(value).type === 'incremental' ? [key] : [],
	);
}

function withoutRange({endpoint, at, placeOf, isOwn}: Inherited): Finding[] {
	const all = rangeNames(endpoint);
	const used = all.find(({path}) => isOwn('endpoint', ...path)) ?? all[0];
	if (!used) return [];
	return [
		{
			path: isOwn('endpoint', ...used.path) ? placeOf('endpoint', ...used.path) : at('endpoint'),
			message:
				`{${used.name}} needs incremental in the endpoint, for example incremental: {cursor_path: ` +
				'updated_at}',
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
