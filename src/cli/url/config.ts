/** The config that a URL and its flags amount to. */
import {parse, YAMLParseError} from 'yaml';
import type {ConfigObject} from '../../config/define.ts';
import {mapLeaves} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import {isSecretName} from '../../core/secret.ts';
import {names} from '../verb.ts';
import {authOf} from './auth-flag.ts';
import type {UrlArguments} from './flags.ts';

export interface UrlConfig {
	/** Name of its one resource. */
	readonly name: string;
	readonly config: ConfigObject;
	/** Where a secret was typed: `--header authorization`. */
	readonly typed: readonly TypedSecret[];
}

export interface TypedSecret {
	readonly where: string;
	/** The variable that could hold it. */
	readonly variable: string;
	/** Its place in the config. */
	readonly path: readonly string[];
	readonly instead: string;
}

export function configOfUrl(text: string, flags: UrlArguments): UrlConfig {
	const url = parsed(text);
	const {base, path, name} = placeOf(url);
	const typed: TypedSecret[] = [];
	const note = (where: string, key: string, path: readonly string[], instead = '{}'): void => {
		const variable = key.toUpperCase().replace(/\W/g, '_');
		typed.push({where, variable, path: [...path, key], instead: instead.replace('{}', `\${${variable}}`)});
	};

	const query = queryOf(url.search);
	const params: Record<string, string | string[]> = {...query.params};
	for (const pair of flags.param ?? []) add(params, ...pairOf(pair, '=', '--param', 'NAME=VALUE'));
	for (const [key, value] of Object.entries(params)) {
		if ((isSecretName(key) || key === 'key') && isLiteral(value))
			note(`the parameter ${key}`, key, ['resources', 'endpoint', 'params']);
	}
	const headers: Record<string, string> = {};
	for (const text of flags.header ?? []) {
		const [key, value] = pairOf(text, ':', '--header', "'NAME: VALUE'");
		headers[key] = value;
		const [, scheme = ''] = /^((?:Bearer|Basic|Token) )/i.exec(value) ?? [];
		if (isSecretName(key) && isLiteral(value))
			note(`the header ${key}`, key, ['client', 'headers'], `${scheme}{}`);
	}
	const json = flags.json === undefined ? undefined : jsonOf(flags.json);
	const method = flags.method ?? (json === undefined ? undefined : 'POST');
	const key = names(flags.key);
	const endpoint = {
		path: `${braced(path)}${query.rest}`,
		...(method !== undefined && {method}),
		...(Object.keys(params).length > 0 && {params: mapLeaves(params, bracedLeaf)}),
		...(json !== undefined && {json: mapLeaves(json, bracedLeaf)}),
		...(flags.selector !== undefined && {data_selector: flags.selector}),
		...(flags.paginator !== undefined && {paginator: paginatorOf(flags.paginator)}),
	};
	const config = {
		client: {
			base_url: base.replaceAll('${', '$${'),
			...(Object.keys(headers).length > 0 && {headers}),
			...(flags.auth !== undefined && {auth: authOf(flags.auth)}),
		},
		resources: [{name, ...(key && {primary_key: key.length === 1 ? key[0] : key}), endpoint}],
	};
	return {name, config: config as ConfigObject, typed};
}

function parsed(text: string): URL {
	if (!URL.canParse(text)) throw new ConfigError(`${JSON.stringify(text)} is no URL that can be read`);
	const url = new URL(text);
	if (url.username === '' && url.password === '') return url;
	throw new ConfigError(
		`the URL of ${url.host} has credentials in it, which everybody on this machine can see in the list of ` +
			'processes; leave them out, and write --auth basic:USER:VARIABLE with the name of an environment variable',
	);
}

// A name that a person would give: `/v1/contacts.json` is contacts.
function placeOf({origin, pathname}: URL): {base: string; path: string; name: string} {
	const cut = pathname.replace(/\/+$/, '').lastIndexOf('/') + 1;
	const path = pathname.slice(cut);
	const base = `${origin}${pathname.slice(0, Math.max(0, cut - 1))}`;
	const steps = pathname.split('/').map(step => step.replace(/\.\w+$/, ''));
	const named = steps.findLast(step => /[A-Za-z]/.test(step)) ?? 'rows';
	return {base, path: path || '/', name: named.replace(/%[\dA-F]{2}|[^\w-]+/gi, '_')};
}

// A part without "=" cannot be written as a parameter: then all stay with the path.
function queryOf(search: string): {params: Record<string, string | string[]>; rest: string} {
	const parts = search.slice(1).split('&').filter(Boolean);
	if (parts.some(part => !part.includes('='))) return {params: {}, rest: braced(search)};
	const params: Record<string, string | string[]> = {};
	for (const [name, value] of new URLSearchParams(search)) add(params, name, value);
	return {params, rest: ''};
}

function add(params: Record<string, string | string[]>, name: string, value: string): void {
	const before = Object.hasOwn(params, name) ? params[name] : undefined;
	params[name] = before === undefined ? value : [before, value].flat();
}

function pairOf(text: string, mark: string, flag: string, form: string): [name: string, value: string] {
	const at = text.indexOf(mark);
	// What it quotes could be a secret.
	if (at < 1) throw new ConfigError(`${flag} is ${form}, and got a text without a name and "${mark}"`);
	return [text.slice(0, at).trim(), mark === ':' ? text.slice(at + 1).trim() : text.slice(at + 1)];
}

function isLiteral(value: string | string[]): boolean {
	return !String(value).includes('${');
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
			`--paginator is a name, or an object such as '{type: offset, limit: 100}': ${error.message.split('\n')[0]}`,
		);
	}
}

function bracedLeaf(leaf: unknown): unknown {
	return typeof leaf === 'string' ? braced(leaf) : leaf;
}

// Braces mean themselves here; `${VARIABLE}` stays what it is in a config.
function braced(text: string): string {
	return text.replace(/\$\{[^{}]*\}|[{}]/g, found => (found.length > 1 ? found : found + found));
}
