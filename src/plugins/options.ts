/** From what a user gives to what `make` gets: defaults, and the rules that take several fields. */
import {ConfigError} from '../core/errors.ts';
import {parsePath} from '../core/path/path.ts';
import {messageOf} from '../core/stage.ts';
import type {Field, Fields, Options} from './fields.ts';

/** Options by the name of their field. */
export type Values = {readonly [name: string]: unknown};

/**
 * Reports what is wrong with a field; `{otherField}` in the message becomes the name of that field as the user
 * spells it.
 */
export type Report = (field: string, message: string) => void;

export interface Problem {
	readonly field: string;
	readonly message: string;
}

export interface Rules<F extends Fields = Fields> {
	readonly type: string;
	readonly fields: F;
	check?(options: object, report: Report): void;
}

/** The key of a field in a config: `cursor_path` of `cursorPath`. */
export function keyOf(field: string): string {
	return field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

/** Whether a config has a key for the field. */
export function isKey({is}: Field): boolean {
	return is !== 'placeholder' && is !== 'callback';
}

/** Whether a user must set the field. */
export function isRequired({default: fallback, optional, sameAs, unless}: Field): boolean {
	return [fallback, optional, sameAs, unless].every(each => each === undefined);
}

/** The options with every default that applies, and without those that count as left out. */
export function withDefaults(fields: Fields, given: Values): Values {
	const filled: {[name: string]: unknown} = {};
	for (const [name, field] of Object.entries(fields)) {
		const value = optionOf(given[name], field, {given, filled});
		if (value !== undefined) filled[name] = value;
	}
	return filled;
}

function optionOf(
	value: unknown,
	field: Field,
	{given, filled}: {readonly given: Values; readonly filled: Values},
): unknown {
	if (isGiven(field, value)) return meaningOf(field, value);
	if (field.unless?.some(other => isSet(given[other]))) return undefined;
	return field.sameAs === undefined ? field.default : filled[field.sameAs];
}

// Of a choice with several spellings, the word that `make` knows.
function meaningOf({means = {}}: Field, value: unknown): unknown {
	return typeof value === 'string' && Object.hasOwn(means, value) ? means[value] : value;
}

function isGiven(field: Field, value: unknown): boolean {
	return value !== undefined && (value !== null || field.null === 'value');
}

// Of a placeholder, false is the same as left out.
function isSet(value: unknown): boolean {
	return value != null && value !== false;
}

/** The field whose value replaces the one of a placeholder field, and the other fields that do. */
export function insteadOf(fields: Fields, placeholder: string): readonly string[] {
	return Object.entries(fields).flatMap(([name, {unless = []}]) =>
		unless.includes(placeholder) ? [name, ...unless.filter(other => other !== placeholder)] : [],
	);
}

/** What is wrong with fields that are right each by itself. `spell` gives the user's name of a field. */
export function problemsAmong(
	{fields, check}: Omit<Rules, 'type'>,
	given: Values,
	spell: (field: string) => string = keyOf,
): Problem[] {
	const problems: Problem[] = [];
	const report: Report = (field, message) =>
		problems.push({
			field,
			message: message.replace(/\{(\w+)\}/g, (whole, name: string) =>
				Object.hasOwn(fields, name) ? spell(name) : whole,
			),
		});
	for (const [name, {unless = []}] of Object.entries(fields)) {
		const [first, ...others] = [name, ...unless].filter(each => isSet(given[each]));
		if (unless.length === 0) continue;
		for (const other of others) report(other, `excludes {${first}}: the value is sent in one place`);
	}
	check?.(given, report);
	return problems;
}

/** The options with defaults. Throws `ConfigError` with everything that is wrong. */
export function optionsOf<F extends Fields>(rules: Rules<F>, given: Values): Options<F> {
	const filled = withDefaults(rules.fields, given);
	const messages: string[] = [];
	if (fits(rules.fields, filled, message => messages.push(message))) {
		for (const {field, message} of problemsAmong(rules, given, name => name))
			messages.push(`${field} ${message}`);
		if (messages.length === 0) return filled;
	}
	throw new ConfigError(messages.map(message => ({path: '', message: `${rules.type}: ${message}`})));
}

/** Whether each field has a value of its type. */
function fits<F extends Fields>(
	fields: F,
	values: Values,
	tell: (message: string) => void,
): values is Options<F> {
	let isRight = true;
	for (const [name, field] of Object.entries(fields)) {
		const problem = problemWith(field, values[name]);
		if (problem === undefined) continue;
		tell(`expected ${name} to be ${problem}`);
		isRight = false;
	}
	return isRight;
}

function problemWith(field: Field, value: unknown): string | undefined {
	if (!isGiven(field, value)) {
		return isRequired(field) ? `${expected(field)}, got nothing` : undefined;
	}
	if (value === null || isRight(field, value))
		return field.is === 'responsePath' ? pathProblem(value) : undefined;
	return `${expected(field)}, got ${typeof value === 'number' ? value : JSON.stringify(value)}`;
}

function isRight(
	{is, allowEmpty, min = 0, max = Number.POSITIVE_INFINITY, above, words = []}: Field,
	value: unknown,
): boolean {
	if (is === 'text' || is === 'url' || is === 'responsePath')
		return typeof value === 'string' && (value !== '' || allowEmpty === true);
	if (is === 'count') return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
	if (is === 'seconds')
		return typeof value === 'number' && (above === undefined ? value >= min : value > above);
	if (is === 'boolean' || is === 'placeholder') return typeof value === 'boolean';
	return is !== 'choice' || words.some(word => word === value);
}

function pathProblem(path: unknown): string | undefined {
	try {
		if (typeof path === 'string') parsePath(path);
		return undefined;
	} catch (error) {
		return `a path: ${messageOf(error)}`;
	}
}

function expected({is, min = 0, max, above, words = []}: Field): string {
	if (is === 'count') return `a whole number from ${min}${max === undefined ? '' : ` to ${max}`}`;
	if (is === 'seconds') return above === undefined ? `a number from ${min}` : `a number above ${above}`;
	if (is === 'boolean' || is === 'placeholder') return 'true or false';
	return is === 'choice' ? `one of ${words.join(', ')}` : 'text';
}
