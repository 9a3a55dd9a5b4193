/** Reads the text of a file, or of a URL, that is to be imported. */
import {readFile, stat} from 'node:fs/promises';
import {parseDocument} from 'yaml';
import {isPlainObject, type PlainObject} from '../config/tree.ts';
import {ConfigError} from '../core/errors.ts';
import {ignoreCodes} from '../core/files/durable.ts';
import {messageOf} from '../core/stage.ts';
import {client} from '../http/client.ts';
import {wholeDecoder} from '../http/decode/whole.ts';

const MOST_BYTES = 64 * 1024 * 1024;

export interface TextOptions {
	readonly signal: AbortSignal;
	/** Description of a fitting file: `an OpenAPI document`. */
	readonly what: string;
}

/** The text. Throws a `ConfigError` if there is none, or more than 64 MiB. */
export async function sourceText(from: string, {signal, what}: TextOptions): Promise<string> {
	if (/^https?:\/\//i.test(from)) return fetched(from, signal);
	const found = await stat(from).catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'));
	if (!found) throw new ConfigError(`${from} is not there; give the path of ${what}`);
	if (found.isDirectory()) throw new ConfigError(`${from} is a folder; give the path of ${what}`);
	if (found.size > MOST_BYTES)
		throw new ConfigError(`${from} has more than ${MOST_BYTES} bytes; give the path of ${what}`);
	return (await readFile(from, {encoding: 'utf8', signal})).replace(/^\uFEFF/, '');
}

async function fetched(url: string, signal: AbortSignal): Promise<string> {
	await using api = client({baseUrl: '', maxBodyBytes: MOST_BYTES, signal});
	const request = {method: 'GET', url: new URL(url), headers: {accept: '*/*'}};
	let text = '';
	for await (const {value} of api.send(request, {decoder: wholeDecoder(body => body), signal}))
		text += typeof value === 'string' ? value : '';
	return text.replace(/^\uFEFF/, '');
}

/** The object in a JSON or YAML text. Throws a `ConfigError` that names the place of a mistake. */
export function parsedObject(text: string, from: string, what: string): PlainObject {
	const value = /^\s*\{/.test(text) ? parsedJson(text) : undefined;
	const object = value ?? parsedYaml(text, from);
	if (isPlainObject(object)) return object;
	throw new ConfigError(`${from} is no object; expected ${what}`);
}

// JSON.parse is much faster than the parser of YAML, which tells where a mistake is.
function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function parsedYaml(text: string, from: string): unknown {
	const document = parseDocument(text, {uniqueKeys: false, merge: true});
	const [error] = document.errors;
	if (error) {
		const [{line, col} = {line: undefined, col: undefined}] = error.linePos ?? [];
		const [message = ''] = error.message.split('\n');
		throw new ConfigError([{path: '', message, ...(line && {line, column: col})}], from);
	}
	try {
		return document.toJS({maxAliasCount: -1});
	} catch (failure) {
		throw new ConfigError(messageOf(failure), from);
	}
}
