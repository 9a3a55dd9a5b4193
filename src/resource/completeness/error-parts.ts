/**
 * Errors of parts. Where the rows are in several lists (`groups[*].items`), each part of the answer may have
 * failed by itself.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject, type Path, type PathStep, parsePath} from '../../core/path/path.ts';
import {type EnvelopeField, envelopeFields} from '../paging/envelope.ts';
import {
	excerpt,
	isToken,
	isUrlText,
	lastName,
	moreName,
	nextLinkName,
	nextTokenName,
	pathStep,
} from '../paging/known-places.ts';
import {rowsStated} from '../paging/stated.ts';
import {errorSign, isIdentified, statusSign} from './error-signs.ts';
import {partialSign} from './gave-up.ts';
import {isThing, ownFields} from './own-fields.ts';

interface Part {
	/** `groups[2]` */
	readonly at: string;
	readonly value: JsonObject;
	/** Keys from here down to the rows, or to the next parts. */
	readonly keys: readonly string[];
}

/** What the first part with an error says; `undefined` where no part has one. */
export function errorInPart(body: JsonValue, selector: string): string | undefined {
	for (const {at, value, keys} of partsOf(body, parsePath(selector))) {
		const isEmpty = !hasRows(value, keys);
		// A part with an id may be a record, such as an order that has failed.
		const sign = isIdentified(value)
			? isEmpty
				? statusSign(value)
				: undefined
			: (errorSign(value, keys) ?? statusSign(value));
		if (sign && (sign.isSure || isEmpty)) return `${at}.${sign.text}`;
	}
	return undefined;
}

/** The error of a row that is a part of an answer to several requests, and no record: `responses[0].timed_out: true`. */
export function errorInRows(rows: readonly JsonValue[], at: string): string | undefined {
	for (const [index, row] of rows.entries()) {
		if (!isObject(row) || isIdentified(row as JsonObject)) continue;
		const part = row as JsonObject;
		const isResponse = ['body', 'response', 'hits'].some(key => Object.hasOwn(part, key));
		const partial = partialSign(part);
		const text = partial ?? (isResponse ? statusSign(part)?.text : undefined);
		if (text !== undefined) return `${at}[${index}].${text}`;
	}
	return undefined;
}

/** The first part that says that it has more rows. */
export function moreInPart(body: JsonValue, selector: string): string | undefined {
	for (const {at, value, keys} of partsOf(body, parsePath(selector))) {
		const fields = envelopeFields(value, keys);
		const said = fields.map(moreAt).find(text => text !== undefined) ?? moreStated(fields, value, keys);
		if (said !== undefined) return `"${at}.${said}`;
	}
	return undefined;
}

function moreAt({key, name, value, path, owner, isOfRecord}: EnvelopeField): string | undefined {
	if (moreName.test(name) && value === true) return `${path}" is true`;
	if (isOfRecord || isThing(owner, key)) return undefined;
	if (lastName.test(name) && value === false) return `${path}" is false`;
	const leadsOn = nextLinkName.test(name) ? isUrlText(value) : nextTokenName.test(name) && isToken(value);
	return leadsOn && value !== 0 ? `${path}" is ${excerpt(value)}` : undefined;
}

// The total of an order with its lines is a price.
function moreStated(
	fields: readonly EnvelopeField[],
	part: JsonObject,
	keys: readonly string[],
): string | undefined {
	let list: JsonValue | undefined = part;
	for (const key of keys) list = isObject(list) ? list[key] : undefined;
	if (!Array.isArray(list)) return undefined;
	const stated = rowsStated(fields, [], {headers: {}, url: new URL('part:'), rows: list.length});
	if (!stated || stated.count <= list.length || isIdentified(part) || ownFields(part) > 0) return undefined;
	return `${stated.where}" is ${stated.count} beside ${list.length} rows`;
}

/** An item with a status of failure in a list beside the rows, where the answer has the status 207. */
export function failedPart(body: JsonValue, rowsKey: string | undefined): string | undefined {
	if (!isObject(body)) return undefined;
	for (const [key, list] of Object.entries(body)) {
		if (key === rowsKey || !Array.isArray(list)) continue;
		for (const [index, item] of list.entries()) {
			const sign = isObject(item) ? statusSign(item as JsonObject) : undefined;
			if (sign) return `${key}[${index}].${sign.text}`;
		}
	}
	return undefined;
}

function* partsOf(body: JsonValue, {steps = []}: Path): Generator<Part> {
	// After the last `*` come the rows themselves, or the list of the rows.
	if (steps.slice(0, -1).includes('*')) yield* partsBelow(body, steps, '');
}

function* partsBelow(value: JsonValue | undefined, steps: readonly PathStep[], at: string): Generator<Part> {
	const [step, ...rest] = steps;
	if (step === undefined || typeof value !== 'object' || value === null) return;
	if (step !== '*') {
		const key = 'index' in step ? step.index : step.key;
		const inner = (value as {[key: string]: JsonValue})[key];
		const name = typeof key === 'number' ? `[${key}]` : pathStep(key, at === '');
		yield* partsBelow(inner, rest, at + name);
		return;
	}
	if (rest.length === 0) return;
	for (const [key, item] of Object.entries(value)) {
		const name = Array.isArray(value) ? `${at}[${key}]` : at + pathStep(key, at === '');
		if (isObject(item)) yield {at: name, value: item as JsonObject, keys: keysOf(rest)};
		yield* partsBelow(item as JsonValue, rest, name);
	}
}

function keysOf(steps: readonly PathStep[]): string[] {
	const keys: string[] = [];
	for (const step of steps) {
		if (step === '*' || 'index' in step) break;
		keys.push(step.key);
	}
	return keys;
}

function hasRows(part: JsonObject, keys: readonly string[]): boolean {
	let value: JsonValue | undefined = part;
	for (const key of keys) value = isObject(value) ? value[key] : undefined;
	return isObject(value) || (Array.isArray(value) && value.length > 0);
}
