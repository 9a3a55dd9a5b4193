/** Messages of an API beside its rows: warnings, and messages about rows that are missing. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {memoize} from '../../core/remembered.ts';
import {envelopeName, plainName} from '../paging/known-places.ts';
import type {PageAnswer} from '../paging/paginator.ts';
import {isBad, messageKeys} from './error-signs.ts';
import {hintsIn} from './hints.ts';
import {troubleBesideNone} from './no-rows.ts';
import {hasStopped} from './speaking.ts';
import {cacheHeaders, errorHeaders, waitHeaders} from './trouble-headers.ts';

const LONGEST = 200;
/** The most messages that one walk reports. */
const MOST = 3;
const SOME_MISSING = 'Rows may be missing; if none is, set ignore_more: true in the paginator';
const DEEPEST = 2;
/** A longer list of messages is data, such as the messages of a chat. */
const MOST_MESSAGES = 5;

const warningKeys =
	/^(api|server|query|search|request|response)?(warnings?|warn|notices?|caveats?)(text|messages?)?$/;
const besideKeys = /^(extensions?|diagnostics?|status|debug)$/;
const textKeys =
	/^(messages?|msg|notes?|remarks?|info(rmation)?|statusmessage|disclaimer|(ret|return|result)(msg|message|text))$/;

/** A message that speaks of some of the rows. */
const ofSome =
	/\b(truncat\w*|partial\w*|incomplete\w*|capped|cut off|not all|more (results|rows|records|items|entries|data|pages)|(limited|restricted) to|only (the )?(first|top|last|latest)|(first|showing( only)?) \d+|too many (results|rows|records|items|matches)|exceed\w* .{0,30}(limit|maximum)|omitted|refine your|narrow (down )?your|upgrade (your|to))\b/i;
const ofNone = /\bno more (results|rows|records|items|entries|data|pages)\b/i;

/** A message about the future of the API, or about its rules, says nothing about these rows. */
const ofOther =
	/deprecat|sunset|will be (removed|retired|discontinued)|end[ -]of[ -]life|security features are not enabled/i;

/** Reports the messages in the answers of a walk, each once, and a few at most. */
export function toldWords(tell: (code: 'api-warning', message: string) => void) {
	const reported = new Set<string>();
	let messages: readonly string[] = [];
	let ofLast: readonly string[] = [];
	/** The headers of the last answer that had rows. */
	let withRows: Heard['headers'] | undefined;

	function tellOnce(texts: readonly string[]): boolean {
		for (const text of texts) {
			if (reported.size === MOST || reported.has(text)) continue;
			reported.add(text);
			tell('api-warning', `the API says, at ${text}. ${SOME_MISSING}`);
		}
		return texts.length > 0;
	}

	return {
		/**
		 * Reads one answer, and returns whether it says something. `keys` lead down to the rows. `isShort`: it has
		 * fewer rows than a page before.
		 */
		listen(answer: Heard, keys: readonly string[] = [], isShort = false): boolean {
			const {body, headers, received} = answer;
			const words = wordsIn(body, keys);
			const hints = hintsIn(answer, keys, received);
			messages = words.messages;
			ofLast = hints.ofLast;
			const waits = received === 0 ? waitHeaders(headers, withRows) : [];
			if (received > 0) withRows = headers;
			return tellOnce([
				...statusIn(answer, isShort),
				...inHeaders(headers),
				...errorHeaders(headers),
				...words.warnings,
				...hints.found,
				...waits,
				...(received === 0 ? [...cacheHeaders(headers), ...troubleBesideNone(answer, keys)] : []),
			]);
		},
		/**
		 * Messages and hints of an answer in the middle are about pages that are still to come, so only those of
		 * the last answer are reported. `isOnly`: there was one answer.
		 */
		tellLast: (isOnly: boolean) => void tellOnce([...ofLast, ...(isOnly ? messages : [])]),
	};
}

type Heard = Pick<PageAnswer, 'body' | 'headers' | 'received' | 'url' | 'isPart' | 'isChanged'>;

// A range says itself which part of the list it is.
function statusIn({isPart, isChanged, headers}: Heard, isShort: boolean): string[] {
	if (isChanged) return ['the status: 203, a proxy has changed the response'];
	return isPart && isShort && headers['content-range'] === undefined
		? ['the status: 206, a part of the page, which has fewer rows than the page before']
		: [];
}

/** Messages, each with its place: `"warnings": results truncated`. */
interface Words {
	readonly warnings: string[];
	readonly messages: string[];
}

function wordsIn(body: JsonValue, keys: readonly string[]): Words {
	const found: Words = {warnings: [], messages: []};
	let owner: JsonValue | undefined = body;
	let prefix = '';
	const rows = at(body, keys);
	for (const key of [...keys, undefined]) {
		if (!isObject(owner)) break;
		collect(found, owner as JsonObject, prefix, rows, 0);
		if (key === undefined) break;
		prefix += `${key}.`;
		owner = ownValue(owner as JsonObject, key);
	}
	return found;
}

function at(body: JsonValue, keys: readonly string[]): JsonValue | undefined {
	let value: JsonValue | undefined = body;
	for (const key of keys) value = isObject(value) ? ownValue(value as JsonObject, key) : undefined;
	return value;
}

function collect(
	found: Words,
	owner: JsonObject,
	prefix: string,
	rows: JsonValue | undefined,
	depth: number,
): void {
	const add = (texts: string[], key: string, text: string | undefined): void => {
		if (text !== undefined && !ofOther.test(text)) texts.push(`"${prefix}${key}": ${text.slice(0, LONGEST)}`);
	};
	for (const key of Object.keys(owner)) {
		const value = owner[key] as JsonValue;
		if (value === null || (value === rows && typeof value === 'object')) continue;
		const {isWarning, isText, isEnvelope} = meaningOf(key);
		if (isWarning) add(found.warnings, key, textOf(value));
		else if (isText) {
			for (const text of textsIn(value)) {
				if (hasStopped(text)) add(found.warnings, key, text);
				else if (ofSome.test(text) && !ofNone.test(text)) add(found.messages, key, text);
			}
		}
		const isOpen = isEnvelope && depth < DEEPEST && isObject(value);
		if (isOpen) collect(found, value as JsonObject, `${prefix}${key}.`, rows, depth + 1);
	}
}

// The texts of a message, or of a short list of messages without ids.
function textsIn(value: JsonValue): string[] {
	if (typeof value === 'string') return [value];
	if (!Array.isArray(value) || value.length > MOST_MESSAGES) return [];
	return value.map(item => textOf(item)).filter(text => text !== undefined);
}

const meaningOf = memoize((key: string) => {
	const name = plainName(key);
	return {
		isWarning: warningKeys.test(name),
		isText: textKeys.test(name),
		isEnvelope: envelopeName.test(name) || besideKeys.test(name),
	};
});

// Objects without a key that messages have may be data, such as warnings of storms.
function textOf(value: JsonValue, depth = 0): string | undefined {
	if (typeof value === 'string') return isBad(value) && !/^\d+$/.test(value) ? value : undefined;
	if (Array.isArray(value)) return first(value, depth);
	if (!isObject(value) || depth > 3 || 'id' in value) return undefined;
	const said = Object.entries(value).find(
		([key, text]) => (messageKeys.test(key) || /^(text|\*|warning)$/.test(key)) && typeof text === 'string',
	);
	if (said) return textOf(said[1] as JsonValue, depth + 1);
	// MediaWiki has `{main: {'*': '…'}}`.
	return first(
		Object.values(value).filter(item => isObject(item)),
		depth,
	);
}

function first(values: readonly JsonValue[], depth: number): string | undefined {
	for (const value of values) {
		const text = textOf(value, depth + 1);
		if (text !== undefined) return text;
	}
	return undefined;
}

// Shopify warns of old versions.
const isWarningHeader = memoize(
	(key: string): boolean =>
		/^(x-)?([\w-]+-)?warnings?(-message|-text)?$/.test(key) && !/version|deprecat/.test(key),
);

// Codes 199 and 299 are for any text; 110 to 113 say that the answer is an old copy.
function inHeaders(headers: Readonly<Record<string, string>>): string[] {
	const found: string[] = [];
	for (const key of Object.keys(headers)) {
		if (!isWarningHeader(key)) continue;
		const value = headers[key] as string;
		const parts = value.match(/\b\d{3} \S+ "(?:[^"\\]|\\.)*"/g) ?? [value];
		for (const part of parts) {
			const text = /"((?:[^"\\]|\\.)*)"/.exec(part)?.[1] ?? part;
			if (isBad(text) && !/^\d+$/.test(text) && !ofOther.test(text) && !part.startsWith('214'))
				found.push(`the header ${key}: ${text.slice(0, LONGEST)}`);
		}
	}
	return found;
}
