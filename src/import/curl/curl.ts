/** Reads a curl command, in the form of documentation and of browser developer tools, as one request. */
import {suggest} from '../../config/suggest.ts';
import {ConfigError} from '../../core/errors.ts';
import type {ImportedRequest, Pair} from '../imported-request.ts';
import {bodyOf, type DataPart, queryOf} from './body.ts';
import {headersOf} from './headers.ts';
import {elsewhere, read, refused, shortNames, withoutEffect} from './options.ts';
import {shellWords} from './words.ts';

/**
 * The request of a command. Throws a `ConfigError` if the command cannot be read, or needs a feature that
 * Sluice lacks.
 */
export function requestOfCurl(command: string): ImportedRequest {
	const {words, endedBy} = shellWords(command);
	const [name, ...rest] = words[0] === '$' || words[0] === '%' ? words.slice(1) : words;
	if (name === undefined || !/(^|\/)curl(\.exe)?$/.test(name))
		throw new ConfigError(
			'expected a curl command, which begins with curl; got ' +
				`${name === undefined ? 'nothing' : `${JSON.stringify(name.slice(0, 20))}`}`,
		);
	const given = optionsIn(rest);
	const notes = [
		...(endedBy === undefined ? [] : [`what follows ${endedBy} in the command was left out`]),
		...given.notes,
	];
	const [url, ...more] = given.urls;
	if (url === undefined) throw new ConfigError('the curl command has no URL');
	if (more.length > 0)
		throw new ConfigError('the curl command asks for several URLs; import them one by one');
	const place = placeOf(url);
	const {headers, contentType, notes: ofHeaders} = headersOf(given.headers);
	const isQuery = given.flags.has('get');
	const body = isQuery ? undefined : bodyOf(given.data, contentType);
	const params = [...given.query, ...(isQuery ? given.data : [])].flatMap(queryOf);
	const {method} = given;
	return {
		url: place.url,
		...(method !== undefined && {method: method.toUpperCase()}),
		...(params.length > 0 && {params}),
		headers: [...headers, ...(body?.headers ?? [])],
		...authOf(given, place.user),
		...(body && {body: body.body}),
		notes: [...notes, ...ofHeaders, ...(body?.notes ?? [])],
	};
}

interface Given {
	readonly urls: string[];
	readonly headers: Pair[];
	readonly data: DataPart[];
	readonly query: DataPart[];
	readonly flags: Set<string>;
	readonly notes: string[];
	method?: string;
	user?: string;
	bearer?: string;
}

function optionsIn(words: readonly string[]): Given {
	const given: Given = {urls: [], headers: [], data: [], query: [], flags: new Set(), notes: []};
	let at = 0;
	let areOptionsOver = false;
	const valueAfter = (option: string): string => {
		const value = words[at++];
		if (value === undefined)
			throw new ConfigError(`the curl command ends after ${option}, which needs a value`);
		return value;
	};
	while (at < words.length) {
		const word = words[at++] as string;
		if (areOptionsOver || word === '-' || !word.startsWith('-')) given.urls.push(word);
		else if (word === '--') areOptionsOver = true;
		else if (word.startsWith('--')) take(given, word.slice(2), word, () => valueAfter(word));
		else {
			// Short options together: `-sSfL`, `-XPOST`, `-Hname:value`.
			let letters = word.slice(1);
			while (letters !== '') {
				const letter = letters.charAt(0);
				letters = letters.slice(1);
				const long = shortNames[letter];
				if (long === undefined) throw unknown(`-${letter}`);
				take(given, long, `-${letter}`, () => {
					const value = letters || valueAfter(`-${letter}`);
					letters = '';
					return value;
				});
			}
		}
	}
	return given;
}

function take(given: Given, name: string, spelled: string, value: () => string): void {
	const why = refused[name];
	if (why !== undefined) throw new ConfigError(`${spelled} of the curl command ${why}`);
	const other = elsewhere[name];
	if (other) {
		if (other.takesValue) value();
		given.notes.push(`${spelled} was left out: ${other.instead}`);
	} else if (read.withValue.has(name)) takeValue(given, name, spelled, value());
	else if (withoutEffect.withValue.has(name)) value();
	else if (read.alone.has(name)) given.flags.add(name);
	else if (!withoutEffect.alone.has(name)) throw unknown(spelled);
}

function takeValue(given: Given, name: string, spelled: string, value: string): void {
	const noFile = (isFile: boolean): void => {
		if (isFile)
			throw new ConfigError(
				`${spelled} of the curl command reads a file, which an import does not; write its content into ` +
					'the command',
			);
	};
	switch (name) {
		case 'url':
			given.urls.push(value);
			break;
		case 'request':
			given.method = value;
			break;
		case 'user':
			given.user = value;
			break;
		case 'oauth2-bearer':
			given.bearer = value;
			break;
		case 'header': {
			noFile(value.startsWith('@'));
			const [, key, text] = /^([^:;]+)\s*[:;]\s*(.*)$/s.exec(value) ?? [];
			if (key === undefined || text === undefined)
				throw new ConfigError(`${spelled} of the curl command has no name and ":" in it`);
			given.headers.push([key.trim(), text.trim()]);
			break;
		}
		case 'user-agent':
			given.headers.push(['User-Agent', value]);
			break;
		case 'referer':
			given.headers.push(['Referer', value.replace(/;auto$/, '')]);
			break;
		case 'cookie':
			// A value without "=" is the name of a file.
			noFile(!value.includes('=') && !value.includes('${'));
			given.headers.push(['Cookie', value]);
			break;
		case 'json':
			noFile(value.startsWith('@'));
			given.data.push({kind: 'json', text: value});
			break;
		case 'url-query':
			given.query.push({kind: value.startsWith('+') ? 'raw' : 'urlencode', text: value.replace(/^\+/, '')});
			break;
		case 'data-urlencode':
			noFile(/^[^=]*@/.test(value));
			given.data.push({kind: 'urlencode', text: value});
			break;
		case 'data-raw':
			given.data.push({kind: 'raw', text: value});
			break;
		default:
			noFile(value.startsWith('@'));
			// curl removes line breaks in -d, as they come from files.
			given.data.push({kind: 'raw', text: name === 'data-binary' ? value : value.replace(/[\r\n]/g, '')});
	}
}

function unknown(spelled: string): ConfigError {
	const known = [...read.withValue, ...read.alone, ...withoutEffect.alone, ...withoutEffect.withValue];
	const near = spelled.startsWith('--') ? suggest(spelled.slice(2), known) : undefined;
	const meant = near === undefined ? '' : ` (did you mean --${near}?)`;
	return new ConfigError(
		`${spelled} of the curl command is not known here${meant}; leave it out if the request is the same ` +
			'without it',
	);
}

function placeOf(text: string): {url: string; user?: string} {
	const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	const [, scheme = '', user, rest = ''] = /^(https?:\/\/)(?:([^/?#]*)@)?(.*)$/is.exec(url) ?? [];
	// A quote of the text could contain a password.
	if (scheme === '')
		throw new ConfigError('the URL of the curl command does not begin with https:// or http://');
	const [bare = ''] = rest.split('#');
	return {url: scheme + bare, ...(user !== undefined && {user: decodeURIComponent(user)})};
}

function authOf({user: given, bearer, flags}: Given, inUrl?: string): Pick<ImportedRequest, 'auth'> {
	if (bearer !== undefined) return {auth: {type: 'bearer', token: bearer}};
	const user = given ?? inUrl;
	if (user === undefined) return {};
	const [, username = user, password = ''] = /^([^:]*):(.*)$/s.exec(user) ?? [];
	return {auth: {type: flags.has('digest') ? 'digest' : 'http_basic', username, password}};
}
