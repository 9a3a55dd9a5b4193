/** Removes secrets from requests and headers for a recording, by their values and by their names. */

import {type JsonValue, parse, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {isSecretName, scrub} from '../../core/secret.ts';
import type {OutgoingRequest} from '../auth/authenticator.ts';
import {nameOf} from '../url.ts';
import {HIDDEN, type RecordedRequest} from './format.ts';

/** The names of headers and parameters that an authenticator has set. */
export interface Signed {
	readonly headers: readonly string[];
	readonly params: readonly string[];
}

const nothing: Signed = {headers: [], params: []};

export function cleanRequest(
	{method, url, headers, body}: OutgoingRequest,
	{headers: signedHeaders, params}: Signed = nothing,
): RecordedRequest {
	return {
		method,
		url: cleanUrl(url, params),
		headers: cleanHeaders(headers, signedHeaders),
		...(body !== undefined && {body: cleanBody(body)}),
	};
}

/** The URL, with `***` for the value of each secret parameter. */
export function cleanUrl(url: URL | string, hidden: readonly string[] = []): string {
	const {href} = new URL(url);
	return scrub(href.replace(/\/\/[^/@]*@/, '//').replace(/#.*$/s, '')).replace(
		/([?&])([^&]*)/g,
		(_, mark: string, pair: string) => mark + cleanPair(pair, hidden),
	);
}

function cleanPair(pair: string, hidden: readonly string[]): string {
	const name = nameOf(pair);
	const isHidden = hidden.includes(name) || isSecretParam(name);
	return isHidden ? `${pair.split('=', 1)[0]}=${HIDDEN}` : pair;
}

export function isSecretParam(name: string): boolean {
	return name.toLowerCase() === 'key' || isSecretName(name);
}

export function cleanHeaders(
	headers: Readonly<Record<string, string>>,
	hidden: readonly string[] = [],
): Record<string, string> {
	const clean = ([name, value]: [string, string]): [string, string] => {
		if (name === 'set-cookie') return [name, HIDDEN];
		if (hidden.includes(name) || isSecretName(name)) return [name, HIDDEN];
		return [name, cleanText(value)];
	};
	return Object.fromEntries(Object.entries(headers).map(clean));
}

/** The name and the attributes of a cookie, without its value: `sid=***; Path=/`. */
export function cleanCookie(text: string): string {
	return text.replace(/^([^=;]*)=[^;]*/, `$1=${HIDDEN}`);
}

/** A text without secrets, also in URLs within it. */
export function cleanText(text: string): string {
	return scrub(text).replace(/([?&])([^?&=#\s>"]+)=([^&#\s>"]*)/g, (pair, mark: string, name: string) =>
		isSecretParam(name) ? `${mark}${name}=${HIDDEN}` : pair,
	);
}

// Fields of token requests. In other requests `code` may mean anything.
const ofGrants = /^(?:assertion|client_assertion|code|code_verifier|device_code)$/;

/**
 * The body with `***` for its secret fields if it is JSON or a form. In other bodies, known secrets are
 * replaced.
 */
export function cleanBody(text: string): string {
	const value = parsed(text);
	if (value !== undefined) {
		const clean = cleanValue(value, 'grant_type' in value);
		return scrub(stringify(clean) === stringify(value) ? text : stringify(clean));
	}
	if (!isForm(text)) return scrub(text);
	const isGrant = /(?:^|&)grant_type=/.test(text);
	const pairs = text.split('&').map(pair => {
		const isHidden = isSecretName(nameOf(pair)) || (isGrant && ofGrants.test(nameOf(pair)));
		return isHidden ? `${pair.split('=', 1)[0]}=${HIDDEN}` : pair;
	});
	return scrub(pairs.join('&'));
}

function cleanValue(value: JsonValue, isGrant: boolean): JsonValue {
	if (Array.isArray(value)) return value.map(item => cleanValue(item, isGrant));
	if (!isObject(value)) return value;
	const clean = ([name, item]: [string, JsonValue]): [string, JsonValue] => {
		const isHidden = isSecretName(name) || (isGrant && ofGrants.test(name));
		return [name, isHidden && typeof item !== 'object' ? HIDDEN : cleanValue(item, isGrant)];
	};
	return Object.fromEntries(Object.entries(value).map(clean));
}

function parsed(text: string): {[key: string]: JsonValue} | JsonValue[] | undefined {
	if (!/^\s*[[{]/.test(text)) return undefined;
	try {
		const value = parse(text);
		return isObject(value) || Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function isForm(text: string): boolean {
	return /^[^\s&=<>{}"]+=[^\s&]*(?:&[^\s&=<>{}"]+=[^\s&]*)*$/.test(text);
}
