/**
 * Placeholders in a path: `{org}/{repo}/issues`. Values are URL-encoded, so that a slash in one cannot change the path.
 * Doubled braces are literal ones, as in dlt.
 */
import {ConfigError} from '../core/errors.ts';
import type {QueryValue} from '../http/url.ts';

const placeholder = /\{\{|\}\}|\{([^{}]*)\}/g;

/** The path with its placeholders filled from `params`, and the parameters that it did not use. */
export function bindPath(
	path: string,
	params: Readonly<Record<string, QueryValue>>,
	name: string,
): {path: string; params: Record<string, QueryValue>} {
	const rest = {...params};
	const bound = path.replace(placeholder, (found, key: string | undefined) => {
		if (key === undefined) return found.charAt(0);
		const value = params[key];
		if (value === undefined || value === null || typeof value === 'object') {
			throw new ConfigError(`${name}: the path "${path}" needs a value for {${key}}; give it in params`);
		}
		delete rest[key];
		return encodeURIComponent(String(value));
	});
	return {path: bound, params: rest};
}

/** Literal braces of a text outside the path: doubled ones, where the text doubles them, become single. */
export function unescapeBraces(text: string): string {
	return text.includes('{{') ? text.replaceAll('{{', '{').replaceAll('}}', '}') : text;
}
