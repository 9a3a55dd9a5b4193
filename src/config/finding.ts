/** Faults at places of the config, and their sentences for zod's issues: one plain sentence each. */
import type {z} from 'zod';
import {isSecretPath} from './secret-path.ts';
import {didYouMean} from './suggest.ts';
import {type ConfigPath, isPlainObject} from './tree.ts';

export interface Finding {
	readonly path: ConfigPath;
	readonly message: string;
	/** The fault is the last key of the path, not its value. */
	readonly atKey?: boolean;
}

type Issue = z.core.$ZodIssue;
type UnionIssue = z.core.$ZodIssueInvalidUnion;

/**
 * The findings for zod's issues. The issues must be made with `reportInput`, and have an empty message unless
 * the schema has one of its own.
 */
export function findings(issues: readonly Issue[], above: ConfigPath = []): Finding[] {
	return issues.flatMap(issue => {
		const path = [...above, ...issue.path];
		if (issue.code === 'unrecognized_keys') {
			const messages = issue.message.split('\n');
			return issue.keys.map((key, index) => ({
				path: [...path, key],
				message: messages[index] ?? 'unknown key',
				atKey: true,
			}));
		}
		if (issue.code === 'invalid_union' && issue.message === '') return ofUnion(issue, path);
		return [{path, message: issue.message || explain(issue, path)}];
	});
}

function ofUnion(issue: UnionIssue, path: ConfigPath): Finding[] {
	if (issue.discriminator !== undefined) return [{path, message: unknownKind(issue, issue.discriminator)}];
	if (issue.input === undefined) return [{path, message: MISSING}];
	// The intended alternative is the one of the right kind. No union of the schema has two.
	const meant = issue.errors.find(errors => !errors.some(isOfOtherKind));
	if (meant) return findings(meant, path);
	return [{path, message: `expected ${list(expectations(issue))}, got ${describeValue(issue.input, path)}`}];
}

function isOfOtherKind(issue: Issue): boolean {
	if (issue.path.length > 0) return false;
	if (issue.code === 'invalid_type') return true;
	// An alternative that files cannot use, and whose message is empty.
	if (issue.code === 'custom') return issue.message === '';
	if (issue.code === 'invalid_value') return typeof issue.input !== typeof issue.values[0];
	return (
		issue.code === 'invalid_union' &&
		issue.errors.length > 0 &&
		issue.errors.every(errors => errors.some(isOfOtherKind))
	);
}

function expectations(issue: UnionIssue): string[] {
	const all = issue.errors.flat().flatMap(error => {
		if (error.path.length > 0) return [];
		if (error.code === 'invalid_type') return [words[error.expected] ?? error.expected];
		if (error.code === 'invalid_value') return error.values.map(String);
		return error.code === 'invalid_union' ? expectations(error) : [];
	});
	return [...new Set(all)];
}

function unknownKind(issue: UnionIssue, discriminator: string): string {
	const kinds = (('options' in issue && issue.options) || []).filter(option => typeof option === 'string');
	const given = isPlainObject(issue.input) ? issue.input[discriminator] : undefined;
	return given === undefined ? `${MISSING}; expected ${list(kinds)}` : wrongWord(given, kinds);
}

const MISSING = 'required key is missing';

const words: {readonly [expected: string]: string} = {
	string: 'text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	array: 'a list',
	tuple: 'a [key, value] pair',
	object: 'an object',
	record: 'an object',
	null: 'null',
};

function explain(issue: Issue, path: ConfigPath): string {
	switch (issue.code) {
		case 'invalid_type':
			if (issue.input === undefined) return MISSING;
			return `expected ${words[issue.expected] ?? issue.expected}, got ${describeValue(issue.input, path)}`;
		case 'invalid_value':
			return issue.input === undefined ? MISSING : wrongWord(issue.input, issue.values.map(String));
		case 'too_small':
			if (issue.origin === 'string') return 'must not be empty';
			if (issue.origin === 'array')
				return issue.minimum === 1 ? 'must not be an empty list' : 'expected a [key, value] pair';
			return (
				`must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}, got ` +
				`${describeValue(issue.input, path)}`
			);
		case 'too_big':
			if (issue.origin === 'array') return 'expected a [key, value] pair';
			return `must be at most ${issue.maximum}, got ${describeValue(issue.input, path)}`;
		case 'invalid_key':
			return 'a key must not be empty';
		default:
			return `not valid: ${describeValue(issue.input, path)}`;
	}
}

function wrongWord(given: unknown, known: readonly string[]): string {
	const meant = typeof given === 'string' ? didYouMean(given, known) : '';
	return (
		`expected ${list(known)}, got ` +
		`${typeof given === 'string' ? quote(given) : describeValue(given, [])}${meant}`
	);
}

/** A description of a value for messages. It contains the value itself only if that cannot be a secret. */
export function describeValue(value: unknown, path: ConfigPath): string {
	if (value === null || value === undefined) return 'nothing (null)';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object')
		return isPlainObject(value) ? 'an object' : `a ${value.constructor?.name ?? 'foreign object'}`;
	const kind = typeof value === 'string' ? 'text' : typeof value;
	if (isSecretPath(path)) return kind === 'text' ? 'text' : `a ${kind}`;
	if (typeof value === 'string') return `the text ${quote(value)}`;
	return kind === 'boolean' || kind === 'number' ? `the ${kind} ${String(value)}` : `a ${kind}`;
}

const LONGEST = 40;

function quote(value: string): string {
	return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
}

function list(items: readonly string[]): string {
	return items.length < 2 ? items.join() : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
