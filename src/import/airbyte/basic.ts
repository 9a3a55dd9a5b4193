/** HTTP Basic in a template of a manifest: `Basic {{ (user ~ ':' ~ password) | base64encode }}`. */
import type {Known} from './known.ts';

const basicText = /^\s*Basic\s+\{\{\s*([\s\S]+?)\s*\|\s*base64encode(?:\(\))?\s*\}\}\s*$/i;

export function isBasic(text: unknown): text is string {
	return typeof text === 'string' && basicText.test(text);
}

/** User and password in `Basic {{ (user ~ ':' ~ password) | base64encode }}`. */
export function basicPair(text: string, known: Known): {username: string; password: string} | undefined {
	const [, inside] = basicText.exec(text) ?? [];
	if (inside === undefined) return undefined;
	const [, username, password] =
		/^([^:]*):([\s\S]*)$/.exec(known.text(`{{ ${inside} }}`, 'user and password')) ?? [];
	return username === undefined || password === undefined ? undefined : {username, password};
}
