/** Reads an HTTP archive, as the network tab of a browser saves it. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import {type JsonValue, parse as parseJson} from '../../core/json/json.ts';
import {withAuth} from '../credentials.ts';
import {bodyOf} from '../curl/body.ts';
import {headersOf} from '../curl/headers.ts';
import type {ImportedConfig} from '../imported-config.ts';
import {braced, type ImportedRequest, literal, type Pair} from '../imported-request.ts';
import type {CollectedRequest} from '../requests/collected.ts';
import {importRequests} from '../requests/import.ts';
import {Secrets} from '../requests/secrets.ts';

export interface HarOptions {
	readonly from: string;
	readonly baseUrl?: string | undefined;
}

export function importHar(root: PlainObject, {from, baseUrl}: HarOptions): ImportedConfig {
	const {entries} = asObject(root.log);
	if (!Array.isArray(entries))
		throw new ConfigError(`${from} is no HTTP archive: expected log.entries in it, as a browser saves them`);
	const requests = entries.flatMap(entry => requestOf(asObject(entry)) ?? []);
	const others = entries.length - requests.length;
	const hasCookie = requests.some(({headers}) => headers.some(([name]) => /^cookie$/i.test(name)));
	return importRequests(requests, {
		baseUrl,
		secrets: new Secrets(),
		leftOut:
			others > 0
				? [{name: `${others} of ${entries.length} requests`, reason: 'no answer in JSON', isNoList: true}]
				: [],
		remarks: hasCookie
			? [
					'requests sign in by the cookie of a browser, which ends with its session: a key of the API ' +
						'lasts longer',
				]
			: [],
	});
}

/** A request that was answered with JSON. */
function requestOf({request: given, response}: PlainObject): CollectedRequest | undefined {
	const {method, url, headers, postData} = asObject(given);
	const body = answeredWith(asObject(response));
	if (typeof url !== 'string' || typeof method !== 'string' || body === undefined) return undefined;
	if (!/^https?:/i.test(url) || !URL.canParse(url)) return undefined;
	const found = headersOf(pairsIn(headers));
	const data = asObject(postData);
	const sent = typeof data.text === 'string' ? literal(data.text) : undefined;
	const made =
		sent === undefined || sent === ''
			? undefined
			: bodyOf([{kind: 'raw', text: sent}], found.contentType ?? textOf(data.mimeType));
	const request: ImportedRequest = withAuth({
		url: literal(url),
		headers: [...found.headers, ...(made?.headers ?? [])],
	});
	const at = new URL(url);
	const left = new URLSearchParams(request.url.split(/\?(.*)/s)[1] ?? '');
	return {
		label: `${method.toUpperCase()} ${at.pathname}`,
		method: method.toUpperCase(),
		origin: at.origin,
		path: braced(literal(at.pathname)),
		pathValues: {},
		params: [...left].map(([name, value]) => [name, value] as const),
		headers: (request.headers ?? []).filter(
			([name]) => !/^(referer|origin|user-agent|accept-language)$/i.test(name),
		),
		auth: request.auth,
		body: made?.body,
		notes: made?.notes ?? [],
		answer: {headers: lowerCased(pairsIn(asObject(response).headers)), body},
	};
}

function answeredWith({status, content}: PlainObject): JsonValue | undefined {
	const {text, encoding, mimeType} = asObject(content);
	if (typeof status !== 'number' || status < 200 || status > 299 || typeof text !== 'string')
		return undefined;
	if (!/json|^text\/plain|^$/i.test(String(mimeType ?? ''))) return undefined;
	const plain = encoding === 'base64' ? Buffer.from(text, 'base64').toString() : text;
	try {
		return parseJson(plain);
	} catch {
		return undefined;
	}
}

function pairsIn(list: unknown): Pair[] {
	if (!Array.isArray(list)) return [];
	return list.flatMap((item): Pair[] => {
		const {name, value} = asObject(item);
		return typeof name === 'string' && typeof value === 'string' ? [[name, literal(value)]] : [];
	});
}

function lowerCased(pairs: readonly Pair[]): Record<string, string> {
	return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}
