/**
 * Turns the options of a user into those that `make` gets: it fills in defaults, and checks rules about
 * several fields.
 */
import {ConfigError} from '../core/errors.ts';
import {parsePath} from '../core/path/path.ts';
import {messageOf} from '../core/stage.ts';
import type {Field, Fields, Options, Report} from './fields.ts';

/** Options by the names of their fields. */
export type Values = {readonly [name: string]: unknown};

export interface OptionProblem {
	readonly field: string;
	/** Keys in the value of the field, down to the fault. */
	readonly below: readonly string[];
	readonly message: string;
}

export interface Rules<F extends Fields = Fields> {
	readonly type: string;
	readonly fields: F;
	check?(options: object, report: Report): void;
}

/** The key of a field in a config: `cursor_path` of `cursorPath`. */
export function configKey(field: string): string {
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

/** The options with every default that applies, and without those that count as missing. */
export function withDefaults(fields: Fields, given: Values): Values {
	const filled: {[name: string]: unknown} = {};
	for (const [name, field] of Object.entries(fields)) {
		const value = optionOf(given[name], field, {given, filled});
		if (value !== undefined) filled[field.aliasOf ?? name] = value;
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

// For a choice with several spellings, the word that `make` knows; for an object, its own options.
function meaningOf({is, fields = {}, means = {}}: Field, value: unknown): unknown {
	if (is === 'object' && isValues(value)) return withDefaults(fields, value);
	return typeof value === 'string' && Object.hasOwn(means, value) ? means[value] : value;
}

function isValues(value: unknown): value is Values {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGiven(field: Field, value: unknown): boolean {
	return value !== undefined && (value !== null || field.null === 'value');
}

// For a placeholder, false is the same as a missing value.
function isSet(value: unknown): boolean {
	return value != null && value !== false;
}

/** The field whose value the placeholder field replaces, and the other fields that replace it. */
export function insteadOf(fields: Fields, placeholder: string): readonly string[] {
	return Object.entries(fields).flatMap(([name, {unless = []}]) =>
		unless.includes(placeholder) ? [name, ...unless.filter(other => other !== placeholder)] : [],
	);
}

/** The faults of several fields that are valid on their own. `spell` returns the user's name of a field. */
export function problemsAmong(
	{fields, check}: Omit<Rules, 'type'>,
	given: Values,
	spell: (field: string) => string = configKey,
): OptionProblem[] {
	const problems: OptionProblem[] = [];
	const report: Report = (at, message) => {
		const [field = '', ...below] = [at].flat();
		problems.push({
			field,
			below,
			message: message.replace(/\{(\w+)\}/g, (whole, name: string) =>
				Object.hasOwn(fields, name) ? spell(name) : whole,
			),
		});
	};
	for (const [name, {unless = [], aliasOf}] of Object.entries(fields)) {
		if (aliasOf !== undefined && isSet(given[name]) && isSet(given[aliasOf]))
			report(name, `the same as {${aliasOf}}: give one of them`);
		const [first, ...others] = [name, ...unless].filter(each => isSet(given[each]));
		if (unless.length === 0) continue;
		for (const other of others) report(other, `excludes {${first}}: the value is sent in one place`);
	}
	check?.(given, report);
	return problems;
}

/** The options with defaults. Throws a `ConfigError` with all faults. */
export function optionsOf<F extends Fields>(rules: Rules<F>, given: Values): Options<F> {
	const filled = withDefaults(rules.fields, given);
	const messages: string[] = [];
	if (fits(rules.fields, filled, message => messages.push(message))) {
		for (const {field, below, message} of problemsWithin(rules, filled))
			messages.push(`${[field, ...below].join('.')} ${message}`);
		if (messages.length === 0) return filled;
	}
	throw new ConfigError(messages.map(message => ({path: '', message: `${rules.type}: ${message}`})));
}

function problemsWithin(rules: Omit<Rules, 'type'>, given: Values): OptionProblem[] {
	const inner = Object.entries(rules.fields).flatMap(([field, {is, fields = {}, rules: check}]) => {
		const value = given[field];
		if (is !== 'object' || !isValues(value)) return [];
		const problems = problemsWithin({fields, ...(check && {check})}, value);
		return problems.map(problem => ({...problem, field, below: [problem.field, ...problem.below]}));
	});
	return [...problemsAmong(rules, given, name => name), ...inner];
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
