/** Signs that a body is an error message, by the names that APIs give such things. */
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {memoize} from '../../core/remembered.ts';
import {besideRows} from './error-places.ts';
import {partialKeys, partialSign} from './gave-up.ts';
import {hasStopped, saysNoRows, withoutGoodNews} from './speaking.ts';

export interface ErrorSign {
	/** The message of the API. */
	readonly text: string;
	/** It is an error even beside rows. A mere message is an error only where rows are missing. */
	readonly isSure: boolean;
	/**
	 * It is an error also beside a list without rows: `{code: 10001, msg: 'too fast', data: []}`. @default
	 * false
	 */
	readonly isAboutNone?: boolean;
}

export const errorKeys =
	/^(odata\.)?(errs?|errors?|fault|exceptions?|(user|has)_?errors?|error_?(code|msg|messages?|desc|description|type)|errmsg|errcode)$/i;
const successKeys = /^(success|ok|is_?success|successful)$/i;
const failedWords = /^(false|no|n)$/i;
const stateKeys = /^(status|state|result|stat|ack)$/i;
// The words of Google Maps, and of etherscan, are among them.
const failedStates =
	/^(error|errored|fail|failed|failure|not_?ok|over_query_limit|over_daily_limit|request_denied|unknown_error|rate_?limited|throttled)$/i;
const codeKeys =
	/^(code|status|status_?code|http_?(status|code|status_?code)|err_?no|(ret|return|result)_?code)$/i;
export const messageKeys =
	/^(messages?|msg|detail|details|reason|title|description|note|information|remark|(ret|return|result)_?(msg|message|text))$/i;
/** Their texts may be about the rows of the list. */
export const titleKeys = /^(title|description|note)$/i;
/** Their texts are an error only in place of a whole answer. */
const mildKeys = /^(title|description|note|information|remark)$/i;
// A message with one of these words is an error where there are no rows.
const troubleWords =
	/too (many|fast)|denied|forbidden|unauthori[sz]ed|expired|try again|\bbusy\b|\bfail(ed|ure)\b|\berror\b/i;
const goodWords =
	/^(0|ok|okay|none|null|false|no|no errors?|success\w*|done|no (more )?(data|results?|records?|rows|items)\b.*)\.?$/i;
/** A body with more keys is more than a short message. */
const MOST_KEYS_OF_A_MESSAGE = 6;

/** The sign of an error in a status of HTTP: `{status: 429, body: []}` in an answer to several requests. */
export function statusSign(part: JsonObject): ErrorSign | undefined {
	const found = Object.entries(part).find(
		([key, value]) => codeKeys.test(key) && /^[45]\d\d$/.test(String(value)),
	);
	return found && {text: withMessage(`${found[0]}: ${String(found[1])}`, Object.entries(part)), isSure: true};
}

/** The sign of an error in a body. `keys` lead down to the rows, which are not searched. */
export function errorSign(body: JsonObject, keys: readonly string[] = []): ErrorSign | undefined {
	return signAtRoot(body, keys[0]) ?? signBeside(body, keys) ?? signAround(body, keys);
}

// `{response: {status: 'error', data: []}}`, `{meta: {code: 429}, data: []}`. Beside rows such a word may be
// theirs, or a filter.
function signAround(body: JsonObject, keys: readonly string[]): ErrorSign | undefined {
	for (const [prefix, owner] of besideRows(body, keys)) {
		if (isIdentified(owner)) continue;
		const rowsKey = keys.find(key => Object.hasOwn(owner, key));
		const sign = signAtRoot(owner, rowsKey);
		if (sign && (sign.isSure || sign.isAboutNone))
			return {text: `${prefix}${sign.text}`, isSure: false, isAboutNone: true};
	}
	return undefined;
}

// Numbers there count errors of the rows, as a report does.
function signBeside(body: JsonObject, keys: readonly string[]): ErrorSign | undefined {
	for (const [prefix, owner] of besideRows(body, keys)) {
		if (isIdentified(owner)) continue;
		for (const [key, value] of Object.entries(owner)) {
			if (!errorKeys.test(key) || /code$/i.test(key) || typeof value === 'number' || value === true) continue;
			if (isBad(value) && !isWordless(value))
				return {text: `${prefix}${key}: ${quoteValue(value)}`, isSure: true};
		}
		const partial = partialSign(owner);
		if (partial !== undefined) return {text: `${prefix}${partial}`, isSure: true};
	}
	return undefined;
}

function signAtRoot(body: JsonObject, rowsKey: string | undefined): ErrorSign | undefined {
	if (isSilent(body)) return undefined;
	const entries = Object.entries(unwrapped(body, rowsKey)).filter(([key]) => key !== rowsKey);
	const named = entries.find(([key, value]) => errorKeys.test(key) && isBad(value));
	// Objects without a key that errors have may be data: they are errors only where there are no rows.
	const isSure = named !== undefined && !isWordless(named[1]);
	if (named)
		return {text: withMessage(quoteValue(named[1]), entries), isSure, ...(!isSure && {isAboutNone: true})};
	// `{success: false, message: 'No records found', data: []}`
	const rows = rowsKey === undefined ? undefined : body[rowsKey];
	if (Array.isArray(rows) && rows.length === 0 && isNone(entries)) return undefined;
	const failed = entries.find(
		([key, value]) =>
			(successKeys.test(key) &&
				(value === false || (typeof value === 'string' && failedWords.test(value)))) ||
			(stateKeys.test(key) && typeof value === 'string' && failedStates.test(value)),
	);
	if (failed) return {text: withMessage(`${failed[0]}: ${String(failed[1])}`, entries), isSure: true};
	const partial = partialSign(body);
	if (partial !== undefined) return {text: partial, isSure: true};
	const coded = codeSign(entries);
	if (coded) return coded;
	if (
		entries.length > MOST_KEYS_OF_A_MESSAGE ||
		entries.some(([key, value]) => successKeys.test(key) && value === true)
	)
		return undefined;
	const text = messageIn(entries);
	if (text === undefined) return undefined;
	// A list may have the title `Failed payments`.
	const isTitle = entries.some(([key, value]) => titleKeys.test(key) && value === text);
	const isTrouble = hasStopped(text) || (!isTitle && troubleWords.test(withoutGoodNews(text)));
	// A record with a note: `{price: 5, note: 'Prices exclude VAT'}`.
	if (!isTrouble && isMild(entries, text)) return undefined;
	return {text, isSure: false, ...(isTrouble && {isAboutNone: true})};
}

// A code other than 404 is about more than the rows that were asked for.
function isNone(entries: readonly (readonly [string, JsonValue])[]): boolean {
	const isOther = ([key, value]: readonly [string, JsonValue]) =>
		codeKeys.test(key) && /^-?\d+$/.test(String(value)) && !/^(-?[01]|20\d|404)$/.test(String(value));
	const saysIt = ([key, value]: readonly [string, JsonValue]) =>
		messageKeys.test(key) && typeof value === 'string' && saysNoRows(value);
	return entries.some(saysIt) && !entries.some(isOther);
}

function isMild(entries: readonly (readonly [string, JsonValue])[], text: string): boolean {
	return (
		entries.some(([key, value]) => mildKeys.test(key) && value === text) &&
		entries.some(([key, value]) => !isEnvelopeWord(key) && isTruthy(value))
	);
}

// Most bodies have no key that matters, and no object inside that could: they cost one check of each key.
function isSilent(body: JsonObject): boolean {
	const keys = Object.keys(body);
	let others = 0;
	for (const key of keys) {
		const kind = kindOf(key);
		if (kind === 'tells') return false;
		if (kind === 'other') others++;
	}
	return others > 1;
}

const kindOf = memoize((key: string): 'tells' | 'besides' | 'other' => {
	const tables = [errorKeys, successKeys, stateKeys, codeKeys, messageKeys];
	if (partialKeys.includes(key) || tables.some(names => names.test(local(key)))) return 'tells';
	return isBesides(key) ? 'besides' : 'other';
});

function isWordless(value: JsonValue): boolean {
	if (!Array.isArray(value)) return false;
	const words = [errorKeys, stateKeys, messageKeys, codeKeys, /^(type|name|path|field|kind|text|info)$/i];
	return value.every(
		item => isObject(item) && !Object.keys(item).some(key => words.some(names => names.test(key))),
	);
}

// 429 and 503 are errors beside any other fields. Other codes are errors only with a message, and 0 only
// without rows.
function codeSign(entries: readonly (readonly [string, JsonValue])[]): ErrorSign | undefined {
	const code = entries.find(([key, value]) => codeKeys.test(key) && /^-?\d+$/.test(String(value)));
	const number = Number(code?.[1] ?? 0);
	const text = code === undefined ? '' : withMessage(`${code[0]}: ${number}`, entries);
	if (number >= 400 && number < 600) return {text, isSure: true};
	const isOther = number < 0 || (number > 1 && !(number >= 200 && number < 300));
	if (isOther && messageIn(entries) !== undefined) return {text, isSure: false, isAboutNone: true};
	const none = entries.find(([key, value]) => successKeys.test(key) && (value === 0 || value === '0'));
	return none && {text: withMessage(`${none[0]}: 0`, entries), isSure: false, isAboutNone: true};
}

/**
 * The innermost of objects that hold nothing but one another: `{'soap:Envelope': {'soap:Body': {'soap:Fault':
 * …}}}`. Prefixes and attributes are ignored.
 */
function unwrapped(body: JsonObject, rowsKey: string | undefined): JsonObject {
	let inner = body;
	for (let depth = 0; depth < 4; depth++) {
		const entries = Object.entries(inner).filter(([key]) => !isBesides(key));
		const [only] = entries;
		const isWrapper =
			entries.length === 1 && only !== undefined && only[0] !== rowsKey && !errorKeys.test(local(only[0]));
		if (!isWrapper || !isObject(only[1]) || isIdentified(only[1] as JsonObject)) break;
		inner = only[1] as JsonObject;
	}
	return Object.fromEntries(Object.entries(inner).map(([key, value]) => [local(key), value]));
}

// Whether a key may be beside the one object that an envelope holds.
function isBesides(key: string): boolean {
	return /^(@|_)|(^|:)header$/i.test(key) || key === '#text';
}

function local(key: string): string {
	return key.replace(/^@|^[A-Za-z][\w-]*:(?=\w)/, '');
}

function messageIn(entries: readonly (readonly [string, JsonValue])[]): string | undefined {
	const found = entries.find(
		([key, value]) => messageKeys.test(key) && typeof value === 'string' && isBad(value),
	);
	return found && String(found[1]);
}

function withMessage(text: string, entries: readonly (readonly [string, JsonValue])[]): string {
	const more = messageIn(entries);
	return more === undefined || text.includes(more) ? text : `${text}: ${more}`;
}

/** Whether a value is not empty, and no word that means success. */
export function isBad(value: JsonValue): boolean {
	// {code: 0, message: 'OK'}
	if (isObject(value) && Object.values(value).every(item => item === null || typeof item !== 'object'))
		return Object.values(value as JsonObject).some(isBad);
	return isTruthy(value) && !(typeof value === 'string' && goodWords.test(value.trim()));
}

/** Not null, false, 0 or empty. */
export function isTruthy(value: JsonValue): boolean {
	if (value === null || value === false || value === '' || value === 0) return false;
	if (Array.isArray(value)) return value.length > 0;
	return !isObject(value) || Object.keys(value).length > 0;
}

/** A value for a message: its own message, or its beginning as JSON. */
export function quoteValue(value: JsonValue, depth = 0): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value) && value[0] !== undefined && depth < 4) return quoteValue(value[0], depth + 1);
	if (isObject(value) && depth < 4) {
		const entries = Object.entries(value as JsonObject);
		const said =
			entries.find(([key, text]) => messageKeys.test(key) && isTruthy(text)) ??
			entries.find(([key]) => errorKeys.test(key));
		if (said) return quoteValue(said[1], depth + 1);
	}
	return stringify(value).slice(0, 1000);
}

/** Whether the same request may succeed a little later. */
export function mayPass(text: string): boolean {
	return !/auth|denied|forbidden|permission|not.?allowed|not.?found|invalid|unknown|unsupported|syntax|missing|required|no such/i.test(
		text,
	);
}

const identity = /^(_?id|uuid|guid|key|name|.+_id|.+[a-z]I[dD])$/;
const ofTheRequest = /^(request|req|trace|correlation|error|transaction|log|session)_?id$/i;

/**
 * Whether an object without a name or an id is a record all the same: it has fields of its own beside those
 * of a message. An order may have failed.
 */
export function hasFieldsOfItsOwn(body: JsonObject): boolean {
	return Object.entries(body).filter(([key, value]) => !isEnvelopeWord(key) && isTruthy(value)).length > 2;
}

/** Whether a key is of a message, or of the request. */
export function isEnvelopeWord(key: string): boolean {
	return [errorKeys, successKeys, stateKeys, messageKeys, codeKeys, ofTheRequest, ofAMessage].some(keys =>
		keys.test(key),
	);
}

const ofAMessage =
	/^(type|data|result|results|items|time|timestamp|date|path|instance|help|documentation_url|more_?info|jsonrpc|version)$/i;

/** Whether an object has what identifies a record: a name or an id. The id of a request does not count. */
export function isIdentified(body: JsonObject): boolean {
	return !('jsonrpc' in body) && Object.keys(body).some(key => identity.test(key) && !ofTheRequest.test(key));
}

const besideErrors = /^(code|(request|req|trace|correlation)_?id|type|time|timestamp|path|instance)$/i;

/** Whether an object has only keys of error messages. */
export function isBareError(body: JsonObject): boolean {
	return Object.keys(body).every(key =>
		[errorKeys, successKeys, stateKeys, messageKeys, besideErrors].some(known => known.test(key)),
	);
}
