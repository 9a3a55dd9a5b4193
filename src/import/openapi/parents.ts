/** Parents by path: the rows of /users have the values for {userId} in /users/{userId}/posts. */
import {plainName} from '../../resource/paging/known-places.ts';
import {singularOf} from '../column-names.ts';
import {variable, variableName} from './parameters.ts';
import type {Shape} from './schema.ts';

export interface PossibleParent {
	readonly name: string;
	readonly path: string;
	readonly row: Shape | undefined;
	readonly key: string | undefined;
}

export interface ResolvedPath {
	/** The path with `{resources.users.id}` and `${NAME}` in the places of its parameters. */
	readonly path: string;
	readonly parents: readonly string[];
}

// Neither a variable nor a doubled brace.
const parameter = /(?<![${])\{([^{}]+)\}(?!\})/g;

/** Fills in the parameters of a path, from parents where there are some, else from the environment. */
export function resolvedPath(
	path: string,
	parents: ReadonlyMap<string, PossibleParent>,
	known: {readonly [name: string]: unknown},
	remarks: string[],
): ResolvedPath {
	const used: string[] = [];
	const resolved = path.replace(parameter, (_whole, name: string, at: number) => {
		const before = path.slice(0, at);
		const parent = before.endsWith('/') ? parents.get(plainPath(before)) : undefined;
		const field = parent && fieldFor(name, parent, remarks);
		if (parent && field !== undefined) {
			used.push(parent.name);
			return `{resources.${parent.name}.${field}}`;
		}
		const value = known[name];
		if (typeof value === 'string' || typeof value === 'number') return String(value);
		remarks.push(`no list has the values of {${name}}: set ${variableName(name)} in the environment`);
		return variable(name);
	});
	return {path: resolved, parents: used};
}

/** A path for comparison: without a slash at the end, and with all parameters alike. */
export function plainPath(path: string): string {
	return path.replace(/\/+$/, '').replace(parameter, '{}');
}

function fieldFor(wanted: string, {name, row, key}: PossibleParent, remarks: string[]): string | undefined {
	const fields = Object.keys(row?.properties ?? {});
	if (fields.length === 0) {
		remarks.push(`a guess: {${wanted}} is the id of ${name}, as the document has no schema of its rows`);
		return 'id';
	}
	const plain = plainName(wanted);
	const exact = fields.find(field => plainName(field) === plain);
	if (exact !== undefined) return exact;
	const singular = singularOf(plainName(name));
	// user_id of users is their id.
	const short = plain.startsWith(singular) ? plain.slice(singular.length) : plain;
	const own = fields.find(field => plainName(field) === short && short !== '');
	if (own !== undefined) return own;
	const isId = /id$|uuid$|key$|^id/.test(plain) || plain === singular;
	const found = key ?? fields.find(field => /^(id|uuid|guid)$/.test(plainName(field)));
	if (found !== undefined && !isId) remarks.push(`a guess: {${wanted}} is the ${found} of ${name}`);
	return found;
}
