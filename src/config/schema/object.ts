/** Building blocks of the config schema: objects with known keys, and texts with a rule. */
import * as z from 'zod';
import {parsePath} from '../../core/path/path.ts';
import {messageOf} from '../../core/stage.ts';
import {isUnixSocket, noUnixSockets, userOf} from '../../http/url.ts';
import {didYouMean} from '../suggest.ts';
import {synonym} from '../synonyms.ts';

export interface ObjectOptions {
	/** Keys of dlt that this release does not support. Messages report them as such, not as unknown. */
	readonly later?: readonly string[];
	/** Keys that were read and removed before the schema gets the object. */
	readonly before?: readonly string[];
	/** Keys that users write here although they belong one level down: `{endpoint: ['params', …]}`. */
	readonly inside?: {readonly [key: string]: readonly string[]};
	/** Keys that have a meaning in a neighbour of this object, with advice. */
	readonly elsewhere?: {readonly [key: string]: string};
	/** Returns a note about this object for the message about an unknown key. */
	readonly note?: (value: object) => string;
}

/**
 * An object that refuses unknown keys. The message of its issue holds one line for each of them, in order:
 * only a schema knows its keys, and zod reports all unknown keys in a single issue.
 */
export function object<Shape extends z.core.$ZodLooseShape>(
	shape: Shape,
	{later = [], before = [], inside = {}, elsewhere = {}, note}: ObjectOptions = {},
) {
	const known = [...Object.keys(shape), ...before];
	const unknown = (key: string, value: unknown): string => {
		if (later.includes(key)) return 'not supported yet';
		if (elsewhere[key] !== undefined) return elsewhere[key];
		for (const [owner, keys] of Object.entries(inside))
			if (keys.includes(key)) return `unknown key here; it belongs under "${owner}"`;
		for (const [owner, keys] of Object.entries(inside)) {
			const other = synonym(key, known) === undefined ? synonym(key, keys) : undefined;
			if (other !== undefined)
				return `unknown key; it may be ${JSON.stringify(other)}, which belongs under "${owner}"`;
		}
		return (
			'unknown ' +
			`key${setting(key, value, known) || didYouMean(key, known) || `; known here: ${known.join(', ')}`}`
		);
	};
	return z.strictObject(shape, {
		error: issue => {
			if (issue.code !== 'unrecognized_keys') return '';
			const input = (issue.input ?? {}) as {readonly [key: string]: unknown};
			const addition = note?.(input) ?? '';
			return (issue.keys as string[]).map(key => unknown(key, input[key]) + addition).join('\n');
		},
	});
}

const dispositions = ['append', 'replace', 'merge'];

// Other tools write `mode: full-refresh`, and both words have another name here.
function setting(key: string, value: unknown, known: readonly string[]): string {
	if (synonym(key, known) !== 'write_disposition' || typeof value !== 'string') return '';
	const meant = dispositions.includes(value) ? value : synonym(value, dispositions);
	return meant === undefined ? '' : ` (did you mean "write_disposition: ${meant}"?)`;
}

/**
 * A schema that is made when the first value for it is parsed. Zod takes long to make schemas, and a config
 * uses few of them: this saves 9 % of the CPU time of `check`. It does not work for values that have a
 * default.
 */
export function whenNeeded<Schema extends z.core.SomeType>(make: () => Schema): z.ZodLazy<Schema> {
	const schema = z.lazy(make);
	// The object around it would read this property even without a value, which would make the schema.
	schema._zod.optin = undefined;
	return schema;
}

/** One of several kinds of object, distinguished by their `type`. The default kind needs no type. */
export function kind<const Type extends string, Schema extends z.core.SomeType>(
	types: readonly Type[],
	description: string,
	make: (type: z.ZodLiteral<Type> | z.ZodOptional<z.ZodLiteral<Type>>) => Schema,
	isDefault = false,
): z.ZodLazy<Schema> {
	const schema = whenNeeded(() => {
		const literal = z.literal(types);
		return make(isDefault ? literal.optional().describe(description) : literal.describe(description));
	});
	// The union reads this property of all kinds, to find the intended one.
	schema._zod.propValues = {type: new Set(isDefault ? [...types, undefined] : types)};
	return schema;
}

/** Runs a check of several keys even if one of them is invalid, so that all problems are reported at once. */
export const always = {
	when: ({value}: {value: unknown}): boolean => typeof value === 'object' && value !== null,
};

// Schemas do not change, so all keys share one of each.
const nonEmpty = z.string().min(1);
const nonNegative = z.number().nonnegative();
const positive = z.number().positive();
const wholeFromZero = z.int().nonnegative();

/** Text that may not be empty. */
export const text = (): z.ZodString => nonEmpty;

/** A number of seconds, 0 or more, with or without a fraction. */
export const seconds = (): z.ZodNumber => nonNegative;

/** A number of seconds, more than 0. */
export const moreThanNoTime = (): z.ZodNumber => positive;

/** A count, 0 or more. */
export const count = (): z.ZodInt => wholeFromZero;

const readablePath = nonEmpty.superRefine((path, context) => {
	try {
		parsePath(path);
	} catch (error) {
		context.addIssue({code: 'custom', message: messageOf(error)});
	}
});

/**
 * A path into the response. It is parsed here, so that an invalid one is reported with its line, and not
 * after the first request.
 */
export const responsePath = (): z.ZodString => readablePath;

/** The address of a server. With `base`, it is one to which paths are joined, or `""`. */
export function httpUrl({base = false}: {readonly base?: boolean} = {}) {
	return z.string().superRefine((url, context) => {
		const problem = base && url === '' ? undefined : urlProblem(url, base);
		if (problem) context.addIssue({code: 'custom', message: problem});
	});
}

/** Why the user name and the password of a URL cannot be sent, or `undefined` if they can. */
export function userProblem(url: URL): string | undefined {
	try {
		userOf(url);
		return undefined;
	} catch (error) {
		return messageOf(error);
	}
}

function urlProblem(url: string, base: boolean): string | undefined {
	if (!URL.canParse(url)) {
		const fixed = `https://${url}`;
		const advice =
			/^[\w-]+(\.[\w-]+)+/.test(url) && URL.canParse(fixed) ? `; write ${JSON.stringify(fixed)}` : '';
		return `expected an http(s) URL, got ${JSON.stringify(url)}${advice}`;
	}
	const parsed = new URL(url);
	if (isUnixSocket(parsed)) return noUnixSockets;
	if (!/^https?:$/.test(parsed.protocol))
		return `expected an http(s) URL, got one with ${JSON.stringify(parsed.protocol)}`;
	const problem = userProblem(parsed);
	if (problem) return problem;
	return base && /[?#]/.test(url)
		? 'paths are joined to this, so it cannot have a query; put it into params'
		: undefined;
}
