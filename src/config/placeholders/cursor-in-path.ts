/**
 * `{cursor}`, `{page}`, `{offset}` and `{limit}` in the request of an endpoint: a paginator puts its value there
 * instead of into a parameter of its own. Its fields have these names.
 */
import {configKey, insteadOf} from '../../plugins/options.ts';
import type {Registry} from '../../plugins/registry.ts';
import {asObject, eachText, type PlainObject} from '../tree.ts';
import {placeholders, template} from './braces.ts';

/** A value of a paginator in the path. */
export interface ValueInPath {
	/** The name of the placeholder: `cursor`. */
	readonly name: string;
	/** The field of the paginator for it: `cursorInPath`. */
	readonly field: string;
	/** Fields that would put the value elsewhere. */
	readonly instead: readonly string[];
}

/**
 * The values of the paginator in the path. A param with the same name takes precedence, as for any other
 * placeholder.
 */
export function inPathOf(
	path: string,
	params: PlainObject,
	paginator: unknown,
	plugins: Registry,
): ValueInPath[] {
	const there = placeholders(path);
	return valuesOf(paginator, plugins).filter(({name}) => params[name] == null && there.includes(name));
}

function valuesOf(paginator: unknown, plugins: Registry): ValueInPath[] {
	const {type, name} = asObject(paginator);
	const fields = plugins.paginator(type ?? name ?? paginator)?.fields ?? {};
	return Object.entries(fields).flatMap(([field, {is, name}]) =>
		is === 'placeholder' && name !== undefined ? [{name, field, instead: insteadOf(fields, field)}] : [],
	);
}

/** Names of the values that paginators have. Expressions of a request read them too. */
export const pageNames = ['page', 'offset', 'limit', 'cursor'];

/** The parts of an endpoint with placeholders, beside its path. */
export const parts = ['params', 'headers', 'json', 'data'];

/** The names of `{page}` and the like in the request, beside its path. */
export function pageNamesIn(endpoint: PlainObject): string[] {
	const found = new Set<string>();
	eachText(
		parts.map(part => endpoint[part]),
		text => {
			for (const name of placeholders(template(text))) if (pageNames.includes(name)) found.add(name);
		},
	);
	return [...found];
}

/** The values of the paginator for these names. */
export function valuesFor(names: readonly string[], paginator: unknown, plugins: Registry): ValueInPath[] {
	return valuesOf(paginator, plugins).filter(({name}) => names.includes(name));
}

/** The values of the paginator in the path of the requests after the first one. */
export function inNextPathOf(paginator: unknown, plugins: Registry): ValueInPath[] {
	const {path} = asObject(asObject(paginator).next_request);
	if (typeof path !== 'string') return [];
	return inPathOf(template(path, ['cursor']), {}, paginator, plugins).filter(({name}) => name === 'cursor');
}

/** The key of the paginator that puts the value elsewhere. Both at once are not possible. */
export function otherPlace(paginator: unknown, {instead}: ValueInPath): string | undefined {
	const given = asObject(paginator);
	return instead.map(configKey).find(key => given[key] != null);
}

/** Whether the paginator sends a value in a place of its own, which is not the default one. */
export function isSentElsewhere(paginator: unknown, {instead}: ValueInPath, plugins: Registry): boolean {
	const given = asObject(paginator);
	const fields = plugins.paginator(given.type)?.fields ?? {};
	return instead.some(field => {
		const value = given[configKey(field)];
		return value != null && value !== fields[field]?.default;
	});
}

/** The paginators that could put a value in place of this name. */
export function paginatorsFor(name: string, {paginators}: Registry): readonly string[] {
	return paginators
		.filter(({fields}) =>
			Object.values(fields).some(field => field.is === 'placeholder' && field.name === name),
		)
		.map(({type}) => type);
}

/** The path without the placeholders of these values. */
export function withoutValues(path: string, taken: readonly ValueInPath[]): string {
	return taken.reduce((text, {name}) => text.replaceAll(`{${name}}`, ''), path);
}
