/**
 * Paths into JSON, in the syntax of dlt: `data.items`, `['odd key']`, `groups[*].items`, `data[-1].id`,
 * `@odata.nextLink`. A path with a filter, a slice or `..` is JSONPath (RFC 9535), which json-p3 evaluates.
 */
import type {JSONValue} from 'json-p3';
import {SelectorError} from '../errors.ts';
import {Decimal, type JsonValue} from '../json/json.ts';
import {ownValue} from '../own.ts';
import {SlowPattern} from '../regex.ts';
import {compile} from './json-path.ts';

/** A key, or an index (negative counts from the end). */
export type SureStep = {readonly key: string} | {readonly index: number};
/** `*` stands for every item or value. */
export type PathStep = SureStep | '*';

export interface Path {
	readonly text: string;
	/** The steps of a plain path; absent for JSONPath. */
	readonly steps?: readonly PathStep[];
	/** The steps before the first `*`, filter, slice or `..`, which lead to the list that the path searches. */
	root(value: JsonValue): readonly SureStep[];
	/** All matches, in document order. */
	all(value: JsonValue): JsonValue[];
	/** The first match. */
	first(value: JsonValue): JsonValue | undefined;
}

const plain =
	/\.?(?:([^\s.[\]'"*?()|&,]+)|"((?:[^"\\]|\\.)*)"|(\*))|\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)|(\*))\s*\]/y;

/**
 * Parses a path. Throws `SelectorError` for a text that is neither a plain path nor JSONPath.
 * @example const id = parsePath('data[-1].id').first(body);
 */
export function parsePath(text: string): Path {
	const {steps, isAll} = plainSteps(text.trim());
	return isAll ? plainPath(text, steps) : jsonPath(text, steps);
}

// The steps before the first part that is no plain path.
function plainSteps(text: string): {steps: PathStep[]; isAll: boolean} {
	const steps: PathStep[] = [];
	if (text === '' || (text.startsWith('$') && text.length > 1 && !/[.[]/.test(text.charAt(1))))
		return {steps, isAll: false};
	let at = text.startsWith('$') ? 1 : 0;
	while (at < text.length) {
		plain.lastIndex = at;
		const found = plain.exec(text);
		if (!found) return {steps, isAll: false};
		at = plain.lastIndex;
		const key = found[1] ?? found[2] ?? found[4] ?? found[5];
		if (key !== undefined) steps.push({key: found[1] ?? key.replace(/\\(.)/g, '$1')});
		else if (found[6] !== undefined) steps.push({index: Number(found[6])});
		else steps.push('*');
		if (text.charAt(at) === '.' && !/[^.[]/.test(text.charAt(at + 1))) return {steps, isAll: false};
	}
	return {steps, isAll: true};
}

function plainPath(text: string, steps: readonly PathStep[]): Path {
	// `@odata.nextLink` is more often a key with a dot than a path, so a key of the root with the whole text
	// takes precedence.
	const literal = steps.length > 1 && !/[[\]"'*$]/.test(text) ? text : undefined;
	const stepsIn = (value: JsonValue): readonly PathStep[] =>
		literal !== undefined && isObject(value) && Object.hasOwn(value, literal) ? [{key: literal}] : steps;
	const all = (value: JsonValue): JsonValue[] => {
		let found: JsonValue[] = [value];
		for (const step of stepsIn(value)) found = found.flatMap(item => take(item, step));
		return found;
	};
	const isSingle = !steps.includes('*');
	const first = (value: JsonValue): JsonValue | undefined =>
		isSingle ? follow(value, stepsIn(value)) : all(value)[0];
	return {text, steps, root: value => beforeWildcard(stepsIn(value)), all, first};
}

// The value at the end of steps without a `*`.
function follow(value: JsonValue, steps: readonly PathStep[]): JsonValue | undefined {
	let found: JsonValue | undefined = value;
	for (const step of steps) {
		if (found === undefined || step === '*') return undefined;
		found =
			'index' in step ? (Array.isArray(found) ? found.at(step.index) : undefined) : member(found, step.key);
	}
	return found;
}

function member(value: JsonValue, key: string): JsonValue | undefined {
	return isObject(value) ? ownValue(value, key) : undefined;
}

function beforeWildcard(steps: readonly PathStep[]): readonly SureStep[] {
	const root: SureStep[] = [];
	for (const step of steps) {
		if (step === '*') break;
		root.push(step);
	}
	return root;
}

function take(value: JsonValue, step: PathStep): JsonValue[] {
	if (step === '*') {
		if (Array.isArray(value)) return value;
		return isObject(value) ? Object.values(value) : [];
	}
	if ('index' in step) {
		const item = Array.isArray(value) ? value.at(step.index) : undefined;
		return item === undefined ? [] : [item];
	}
	return isObject(value) && Object.hasOwn(value, step.key) ? [value[step.key] as JsonValue] : [];
}

function jsonPath(text: string, start: readonly PathStep[]): Path {
	const standard = text.startsWith('$') ? text : text.startsWith('[') ? `$${text}` : `$.${text}`;
	try {
		const query = compile(standard);
		const all = (value: JsonValue): JsonValue[] => {
			try {
				return query.query(value as JSONValue).values() as JsonValue[];
			} catch (error) {
				if (!(error instanceof SlowPattern)) throw error;
				throw new SelectorError(`the path ${JSON.stringify(text)}: ${error.message}`, {cause: error});
			}
		};
		const root = beforeWildcard(start);
		return {text, root: () => root, all, first: value => all(value)[0]};
	} catch (error) {
		throw new SelectorError(`cannot read the path ${JSON.stringify(text)}: ${(error as Error).message}`, {
			cause: error,
		});
	}
}

export function isObject(value: JsonValue | undefined): value is {[key: string]: JsonValue} {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
}
