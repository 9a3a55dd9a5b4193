/**
 * Conceals values that must not be written as they are: hashed, so that they can still be joined, or masked.
 */
import {createHash, createHmac} from 'node:crypto';
import {ConfigError} from '../../src/core/errors.ts';
import {asText} from './add.ts';
import type {Edit} from './place.ts';
import {fieldPlace} from './place.ts';
import type {Change} from './step.ts';

export interface HashOptions {
	readonly names: readonly string[];
	/** Key of an HMAC. Without one, a reader who guesses a value can confirm the guess. */
	readonly secret?: string | undefined;
}

/** How much of a value stays visible. */
export interface MaskRule {
	/**
	 * The number of visible characters at the end. A value that is not at least twice as long is hidden
	 * completely. @default 0
	 */
	readonly keep?: number | undefined;
}

/**
 * 64 hexadecimal digits: SHA-256 of the UTF-8 of a text, or of the JSON of any other value. null stays null.
 */
export function hash(options: readonly string[] | HashOptions): Change {
	const {names, secret} = isList(options) ? {names: options, secret: undefined} : options;
	if (secret === '') throw new ConfigError('hash: the secret is empty; leave it out, or give it a value');
	const start = () => (secret === undefined ? createHash('sha256') : createHmac('sha256', secret));
	return editAll(
		names.map(name => [name, value => (value === null ? null : start().update(asText(value)).digest('hex'))]),
	);
}

/** Always three stars, so that the length stays secret, too. null stays null. */
export function mask(rules: readonly string[] | {readonly [name: string]: MaskRule}): Change {
	const entries = isList(rules) ? rules.map((name): [string, MaskRule] => [name, {}]) : Object.entries(rules);
	return editAll(
		entries.map(([name, {keep = 0}]) => {
			if (!(Number.isInteger(keep) && keep >= 0))
				throw new ConfigError(`mask: ${name}: keep is a whole number from 0, got ${keep}`);
			return [name, value => (value === null ? null : `***${ending([...asText(value)], keep)}`)];
		}),
	);
}

function ending(characters: readonly string[], keep: number): string {
	return keep > 0 && characters.length >= 2 * keep ? characters.slice(-keep).join('') : '';
}

function editAll(edits: readonly (readonly [name: string, edit: Edit])[]): Change {
	const places = edits.map(([name, edit]) => ({place: fieldPlace(name), edit}));
	return record => places.reduce((result, {place, edit}) => place.edit(result, edit), record);
}

function isList<T>(value: readonly string[] | T): value is readonly string[] {
	return Array.isArray(value);
}
