/** The paginator of a request: by its answer, else by the names of its parameters. */
import {parse} from 'yaml';
import {asObject, type PlainObject} from '../../config/tree.ts';
import {guesses} from '../../resource/paging/detect.ts';
import {configOf} from '../../resource/paging/guess.ts';
import type {Pair} from '../imported-request.ts';
import {type Paging, pagingOf} from '../openapi/pages.ts';
import type {Parameter} from '../openapi/parameters.ts';
import {shapeOf} from '../openapi/schema.ts';
import {Spec} from '../openapi/spec.ts';
import type {CollectedAnswer, Sample} from './collected.ts';
import {schemaOfSample} from './schema-of-sample.ts';

/** Schemas of samples refer to no other. */
export const noSpec = new Spec({openapi: '3.1.0'}, '');

export interface Asked {
	/** All values of each parameter, in the order of the requests. */
	readonly values: ReadonlyMap<string, readonly string[]>;
	readonly answer: CollectedAnswer | undefined;
	readonly sample: Sample | undefined;
}

export function pagingFor({values, answer, sample}: Asked): Paging {
	const parameters = [...values].map(([name, given]) => parameterOf(name, given));
	const body = answer && shapeOf(noSpec, schemaOfSample(answer.body));
	const row = sample && shapeOf(noSpec, asObject(schemaOfSample([...sample.rows])).items);
	const headers: PlainObject = answer?.headers.link?.includes('rel="next"') ? {link: {}} : {};
	const named = pagingOf(noSpec, parameters, {
		selector: sample?.selector,
		row,
		rowName: undefined,
		body: body?.items === undefined ? body : undefined,
		headers,
	});
	if (named.paginator !== undefined || !answer || !sample) return named;
	const [guess] = guesses({headers: answer.headers, body: answer.body, received: sample.received});
	if (!guess || guess.type === 'single_page') return named;
	const paginator = (parse(configOf(guess)) as PlainObject).paginator as PlainObject | string;
	return {...named, paginator, remarks: []};
}

function parameterOf(name: string, given: readonly string[]): Parameter {
	const isWhole = given.every(value => /^\d+$/.test(value));
	const numbers = given.map(Number);
	return {
		name,
		in: 'query',
		isRequired: true,
		isChoice: false,
		value: given[0],
		shape: shapeOf(noSpec, {
			type: isWhole ? 'integer' : 'string',
			...(isWhole && {default: Math.min(...numbers), maximum: Math.max(...numbers)}),
		}),
	};
}

/** Values of each parameter in several requests. */
export function valuesOf(requests: readonly (readonly Pair[])[]): Map<string, string[]> {
	const values = new Map<string, string[]>();
	for (const params of requests)
		for (const [name, value] of params) {
			const known = values.get(name) ?? [];
			if (!known.includes(value)) values.set(name, [...known, value]);
		}
	return values;
}
