/** Checks that the body of a request and those of its responses fit their options. */
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {asObject, type PlainObject} from '../tree.ts';

export function checkBody({endpoint: {json, data}, at, isOwn}: Inherited): Finding[] {
	if (json == null || data == null) return [];
	const [here, other] = isOwn('endpoint', 'data') ? ['data', 'json'] : ['json', 'data'];
	const advice = isOwn('endpoint', other)
		? ''
		: `; resource_defaults has ${other}: write ${other}: null here`;
	return [{path: at('endpoint', here), message: `a request has one body: json or data${advice}`}];
}

/** The type of the response bodies. */
export function formatOf({format}: PlainObject): unknown {
	return asObject(format).type ?? format;
}

export function checkSelector({endpoint, at, isOwn}: Inherited): Finding[] {
	const {data_selector: selector} = endpoint;
	if (formatOf(endpoint) !== 'csv' || selector == null || selector === '$') return [];
	const advice = isOwn('endpoint', 'data_selector')
		? '; leave it out'
		: "; resource_defaults has one: write data_selector: '$' here";
	return [{path: at('endpoint', 'data_selector'), message: `a body in csv is nothing but rows${advice}`}];
}
