/** `{name}` placeholders in paths and request values; other braces are literal, doubled or as they are. */
import {suggest} from '../suggest.ts';
import type {ConfigPath} from '../tree.ts';

/** What placeholders with a dot begin with: `{resources.users.id}`. */
export const roots = ['resources', 'partitions', 'incremental'] as const;

const tokens = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * The text with its literal braces doubled, which all other functions here expect. Where braces are balanced
 * and some of them can be no placeholder, as in JSON or GraphQL, all are literal but the placeholders: what
 * begins with a root, and in a path also every word. Any other text stays as it is. `names` are the params of
 * a path, absent for what is no path.
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

/** `{resources.users.id}` for `{resource.users.id}`; nothing where no root comes near. */
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

/**
 * The text with some of its placeholders filled in; everything else stays as it is, to be filled in later.
 */
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

/** The text with its braces doubled, so that `fill` gives it back as it is. */
export function doubled(text: string): string {
	return text.replace(/[{}]/g, '$&$&');
}

/** Whether braces mean something there: in what an endpoint sends, and in its path. */
export function isTemplate(path: ConfigPath): boolean {
	return ['path', 'params', 'json', 'data', 'headers'].includes(partOf(path));
}

/** Whether the path of an endpoint stands there. */
export function isPath(path: ConfigPath): boolean {
	return partOf(path) === 'path';
}

// The part of an endpoint that this is, or is in.
function partOf([root, ...rest]: ConfigPath): string {
	const [owner, part = 'path'] = root === 'resources' ? rest.slice(1) : rest;
	return owner === 'endpoint' ? String(part) : '';
}

/** dlt's rule: a path whose last segment holds a placeholder leads to one thing, not to a list. */
export function isSingleEntity(path: string): boolean {
	const [plain = ''] = path.split('?');
	const last = plain.replace(/\/+$/, '').split('/').at(-1) ?? '';
	return /\{[\w.]+\}|\{(resources|partitions)\.[^{}]+\}/.test(last);
}
