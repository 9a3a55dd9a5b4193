/** `{name}` placeholders in paths and request values. Other braces are literal, doubled or single. */
import {suggest} from '../suggest.ts';
import type {ConfigPath} from '../tree.ts';

/** The beginnings of placeholders with a dot: `{resources.users.id}`. */
export const roots = ['resources', 'partitions', 'incremental', 'expressions'] as const;

const tokens = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * The text with its literal braces doubled, as all other functions here require. If the braces are balanced
 * and some of them cannot be placeholders, as in JSON or GraphQL, all braces are literal except those of
 * placeholders: names that begin with a root, and in a path any word. Any other text stays as it is. `names`
 * are the params of a path, and absent for other texts.
 */
export function template(text: string, names?: readonly string[]): string {
	const isKnown = (name: string): boolean => isRooted(name) || names?.includes(name) === true;
	const found = [...text.matchAll(tokens)];
	const isRegular = found.every(([token, name]) =>
		name === undefined ? token.length === 2 : isWord(name) || isKnown(name),
	);
	if (isRegular || !isBalanced(text)) return text;
	return text.replace(/\{([^{}]*)\}|[{}]/g, (token, name: string | undefined) => {
		if (name === undefined) return doubled(token);
		return isKnown(name) || (names && isWord(name)) || likelyRoot(name) ? token : doubled(token);
	});
}

/** `{resources.users.id}` for `{resource.users.id}`; `undefined` if no root is similar. */
export function likelyRoot(name: string): string | undefined {
	const [, first, rest] = /^([\w-]+)(\.[\w.[\]'-]+)$/.exec(name) ?? [];
	const root = first === undefined || isRooted(name) ? undefined : suggest(first, roots);
	return root && `{${root}${rest}}`;
}

function isRooted(name: string): boolean {
	return roots.some(root => name.startsWith(`${root}.`));
}

function isWord(name: string): boolean {
	return /^[\p{L}_$@][\p{L}\d_.$@-]*$/u.test(name);
}

function isBalanced(text: string): boolean {
	let depth = 0;
	for (const [brace] of text.matchAll(/[{}]/g)) {
		depth += brace === '{' ? 1 : -1;
		if (depth < 0) return false;
	}
	return depth === 0;
}

/**
 * The text with its placeholders filled in and doubled braces made single. A placeholder without a value
 * stays.
 */
export function fill(text: string, value: (name: string) => string | undefined = () => undefined): string {
	return text.replace(tokens, (token, name: string | undefined) => {
		if (name !== undefined) return value(name) ?? token;
		return token.length === 2 ? token.charAt(0) : token;
	});
}

/** The text with some of its placeholders filled in. Everything else stays for a later call. */
export function fillSome(text: string, value: (name: string) => string | undefined): string {
	return text.replace(tokens, (token, name: string | undefined) =>
		name === undefined ? token : (value(name) ?? token),
	);
}

/** The names of all placeholders, in order. */
export function placeholders(text: string): string[] {
	return [...text.matchAll(tokens)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** Whether there is a `{` or `}` that neither opens nor closes a placeholder, and is not doubled. */
export function hasLoneBrace(text: string): boolean {
	return [...text.matchAll(tokens)].some(([token]) => token.length === 1);
}

/** The text with its braces doubled, so that `fill` returns the original. */
export function doubled(text: string): string {
	return text.replace(/[{}]/g, '$&$&');
}

/** Whether braces have a meaning at this place: in a request of an endpoint, and in its path. */
export function isTemplate(path: ConfigPath): boolean {
	return ['path', 'params', 'json', 'data', 'headers'].includes(partOf(path));
}

/** Whether this is the place of an endpoint's path. */
export function isPath(path: ConfigPath): boolean {
	return partOf(path) === 'path';
}

// The part of an endpoint that contains this place.
function partOf([root, ...rest]: ConfigPath): string {
	const [owner, part = 'path'] = root === 'resources' ? rest.slice(1) : rest;
	return owner === 'endpoint' ? String(part) : '';
}

/** Whether the path leads to a single record by dlt's rule: its last segment holds a placeholder. */
export function isSingleEntity(path: string): boolean {
	const [plain = ''] = path.split('?');
	const last = plain.replace(/\/+$/, '').split('/').at(-1) ?? '';
	return /\{[\w.]+\}|\{(resources|partitions)\.[^{}]+\}/.test(last);
}
