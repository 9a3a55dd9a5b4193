/** The config for a URL and its flags. */
import {parse, YAMLParseError} from 'yaml';
import {ConfigError} from '../../core/errors.ts';
import {type ConfigOfRequest, configOfRequest} from '../../import/config-of-request.ts';
import type {ImportedRequest, Pair} from '../../import/imported-request.ts';
import {names} from '../verb.ts';
import {authOf} from './auth-flag.ts';
import type {UrlArguments} from './flags.ts';

export function configOfUrl(text: string, flags: UrlArguments): ConfigOfRequest {
	return configOfRequest(requestOfUrl(text, flags), hintsOf(flags));
}

/** The request that a URL and its flags describe. */
export function requestOfUrl(text: string, flags: UrlArguments): ImportedRequest {
	checkUrl(text);
	const json = flags.json === undefined ? undefined : jsonOf(flags.json);
	return {
		url: text,
		...(flags.method !== undefined && {method: flags.method}),
		params: (flags.param ?? []).map(pair => pairOf(pair, '=', '--param', 'NAME=VALUE')),
		headers: (flags.header ?? []).map(header => pairOf(header, ':', '--header', "'NAME: VALUE'")),
		...(json !== undefined && {body: {json}}),
	};
}

/** Facts in the flags beside the request. No flag names the format of the responses. */
export function hintsOf({auth, selector, paginator, key}: UrlArguments) {
	return {
		...(auth !== undefined && {auth: authOf(auth)}),
		format: 'auto',
		selector,
		...(paginator !== undefined && {paginator: paginatorOf(paginator)}),
		key: names(key),
	};
}

function checkUrl(text: string): void {
	if (!URL.canParse(text)) throw new ConfigError(`${JSON.stringify(text)} is no URL that can be read`);
	const url = new URL(text);
	if (url.username === '' && url.password === '') return;
	throw new ConfigError(
		`the URL of ${url.host} has credentials in it, which everybody on this machine can see in the list ` +
			'of processes; leave them out, and write --auth basic:USER:VARIABLE with the name of an environment ' +
			'variable',
	);
}

function pairOf(text: string, mark: string, flag: string, form: string): Pair {
	const at = text.indexOf(mark);
	// The text could be a secret, so the message does not quote it.
	if (at < 1) throw new ConfigError(`${flag} is ${form}, and got a text without a name and "${mark}"`);
	return [text.slice(0, at).trim(), mark === ':' ? text.slice(at + 1).trim() : text.slice(at + 1)];
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new ConfigError(`--json is a JSON text such as '{"limit": 100}': ${(error as Error).message}`);
	}
}

function paginatorOf(text: string): unknown {
	if (!/^\s*\{/.test(text)) return text;
	try {
		return parse(text);
	} catch (error) {
		if (!(error instanceof YAMLParseError)) throw error;
		throw new ConfigError(
			"--paginator is a name, or an object such as '{type: offset, limit: 100}': " +
				`${error.message.split('\n')[0]}`,
		);
	}
}
