/**
 * `{cursor}`, `{page}`, `{offset}` and `{limit}` in the path of an endpoint: a paginator puts its value there
 * instead of into a parameter. Its fields have these names.
 */
import {configKey, insteadOf} from '../../plugins/options.ts';
import type {Registry} from '../../plugins/registry.ts';
import {asObject, type PlainObject} from '../tree.ts';
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
