/** `{name}` placeholders in paths and request values, and `{{ }}` for literal braces. */
import type {ConfigPath} from './tree.ts';

const tokens = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** The text with its placeholders filled in and doubled braces made single. A placeholder without a value stays. */
export function fill(text: string, value: (name: string) => string | undefined = () => undefined): string {
	return text.replace(tokens, (token, name: string | undefined) => {
		if (name !== undefined) return value(name) ?? token;
		return token.length === 2 ? token.charAt(0) : token;
	});
}

/** The text with some of its placeholders filled in; everything else stays as it is, to be filled in later. */
export function fillSome(text: string, value: (name: string) => string | undefined): string {
	return text.replace(tokens, (token, name: string | undefined) => (name === undefined ? token : (value(name) ?? token)));
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
export function isTemplate([root, ...rest]: ConfigPath): boolean {
	const [owner, part = 'path'] = root === 'resources' ? rest.slice(1) : rest;
	return owner === 'endpoint' && ['path', 'params', 'json', 'data', 'headers'].includes(String(part));
}

/** dlt's rule: a path whose last segment holds a placeholder leads to one thing, not to a list. */
export function isSingleEntity(path: string): boolean {
	const [plain = ''] = path.split('?');
	const last = plain.replace(/\/+$/, '').split('/').at(-1) ?? '';
	return /\{[\w.]+\}|\{(resources|partitions)\.[^{}]+\}/.test(last);
}
