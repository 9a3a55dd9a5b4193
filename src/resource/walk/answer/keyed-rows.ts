/**
 * Finds objects that were taken for one record although their values look like rows under keys: `{u1: {name:
 * 'Ann'}, u2: {name: 'Bob'}}`. The values decide, as a key may be any word.
 */
import {SelectorError} from '../../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';
import type {Selector} from '../../../core/path/selector.ts';
import {yamlPath} from '../../../core/path/selector.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import {hasFieldsOfItsOwn, isIdentified} from '../../completeness/error-signs.ts';
import {isAboutTheList, pathStep} from '../../paging/known-places.ts';
import type {AnswerCheckOptions} from './answer-check.ts';
import {valueAtSelector} from './rows-place.ts';

export interface KeyedRows {
	/** What was found and what to write in the config. */
	readonly message: string;
	/** The keys are certainly ids: the object is no record. */
	readonly isSure: boolean;
}

/** `isGuess`: the author has not named the path of the rows, so the objects inside are searched, too. */
export function keyedRows(body: JsonValue, path: Selector, isGuess: boolean): KeyedRows | undefined {
	if (path.keys === undefined || path.isEach) return undefined;
	const value = valueAtSelector(path, body);
	if (!isObject(value)) return undefined;
	const own = look(value as JsonObject, path.text);
	if (own || !isGuess || path.keys.length > 0) return own;
	return inside(value as JsonObject, '');
}

type DoubtOptions = Pick<AnswerCheckOptions, 'name' | 'onWarning' | 'selector' | 'isSelectorImplied'>;

/** Refuses one record that looks like rows, or warns of it. `isFirst`: it is the first record. */
export function doubtOne(part: BodyPart, path: Selector, options: DoubtOptions, isFirst: boolean): void {
	const {value = null, records, rows, lines} = part;
	if (options.isSelectorImplied || records || rows?.length || lines !== undefined) return;
	const found = keyedRows(value, path, options.selector === undefined);
	if (found?.isSure) throw new SelectorError(found.message);
	if (!found || !isFirst) return;
	const message = `${found.message}. It was read as one record`;
	options.onWarning?.({code: 'looks-keyed', resource: options.name, message});
}

const usualKeys = /^(data|results?|items|records|rows|entries|entities|payload|content|objects|response)$/i;
const DEEPEST = 3;

// A record with a name or fields of its own may hold objects of one form, such as addresses.
function inside(owner: JsonObject, prefix: string, depth = 1): KeyedRows | undefined {
	if (isIdentified(owner) || hasFieldsOfItsOwn(owner)) return undefined;
	const objects = Object.entries(owner).filter(([key, value]) => isObject(value) && !isAboutTheList(key));
	const only = objects.length === 1 ? objects[0] : objects.find(([key]) => usualKeys.test(key));
	if (!only) return undefined;
	const path = prefix + pathStep(only[0], prefix === '');
	const value = only[1] as JsonObject;
	const found = look(value, path, '$');
	if (found) return {...found, isSure: found.isSure || usualKeys.test(only[0])};
	return depth < DEEPEST ? inside(value, path, depth + 1) : undefined;
}

function look(object: JsonObject, path: string, whole = path): KeyedRows | undefined {
	const entries = Object.entries(object);
	const values = entries.map(([, value]) => value);
	if (entries.length < 2 || !values.every(isObject) || !areAlike(values as JsonObject[])) return undefined;
	const keys = entries.map(([key]) => key);
	const areNamed = (values as JsonObject[]).every(isIdentified);
	const holdTheirKey = entries.every(([key, value]) =>
		Object.values(value as JsonObject).some(item => String(item) === key),
	);
	const isSure = holdTheirKey || (areNamed && keys.every(key => /\d|@/.test(key)));
	return {message: keyedMessage(path, keys, isSure, whole), isSure};
}

// Whether most of their fields are in all of them.
function areAlike(rows: readonly JsonObject[]): boolean {
	const [first = {}, ...others] = rows;
	const shared = Object.keys(first).filter(key => others.every(row => Object.hasOwn(row, key)));
	return shared.length > 0 && rows.every(row => shared.length * 2 >= Object.keys(row).length);
}

function keyedMessage(path: string, keys: readonly string[], isSure: boolean, whole: string): string {
	const each = path === '$' ? '$.*' : `${path}.*`;
	const are = isSure ? 'rows under their keys' : 'objects of one shape, which may be rows under their keys';
	return (
		`${JSON.stringify(path)} leads to ${keys.length} ${are} (${keys.slice(0, 3).join(', ')}), not to a ` +
		`list. To read its values without their keys: data_selector: ${yamlPath(each)}; with the keys in a ` +
		`column id: data_selector: ${yamlPath(path)} with rows: {from: object, key: id}. If it is one ` +
		`record: data_selector: ${yamlPath(whole)} with rows: {from: record}`
	);
}
