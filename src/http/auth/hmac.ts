/** Signed requests: a header holds a keyed hash over parts of the request. */

import {createHash, createHmac} from 'node:crypto';
import {ConfigError} from '../../core/errors.ts';
import type {Authenticator, Credential, OutgoingRequest} from './authenticator.ts';
import {toSecret} from './secret.ts';

export interface HmacOptions {
	/** The name by which the server knows the secret. @default none */
	readonly key?: string;
	readonly secret: Credential;
	/** A hash algorithm of Node. @default 'sha256' */
	readonly algorithm?: string;
	/** Encoding of the signature. @default 'hex' */
	readonly encoding?: 'hex' | 'base64';
	/** Name of the header for the signature. */
	readonly header: string;
	/**
	 * The text to sign. `{method}` is in capitals, `{host}` includes the port, `{path}` and `{query}` are as
	 * sent, `{url}` is the whole URL; `{timestamp}`, `{key}` and `{body}` are as they are, and `{body_hash}` is
	 * the hash of the body by the same algorithm, in hex.
	 * @default '{method}\n{path}\n{query}\n{timestamp}\n{body_hash}'
	 */
	readonly template?: string;
	/** Name of a header for the timestamp. @default none */
	readonly timestampHeader?: string;
	/**
	 * Format of `{timestamp}` and of its header: a number since 1970, or ISO 8601 in UTC. @default 'seconds'
	 */
	readonly timestampFormat?: TimestampFormat;
	/** Name of a header for the key. @default none */
	readonly keyHeader?: string;
}

export type TimestampFormat = 'seconds' | 'milliseconds' | 'iso';

const TEMPLATE = '{method}\n{path}\n{query}\n{timestamp}\n{body_hash}';

type Parts = {readonly timestamp: string; readonly key: string; readonly algorithm: string};

const placeholders: {readonly [name: string]: (request: OutgoingRequest, parts: Parts) => string} = {
	method: ({method}) => method.toUpperCase(),
	host: ({url}) => url.host,
	path: ({url}) => url.pathname,
	query: ({url}) => url.search.slice(1),
	url: ({url}) => url.href,
	timestamp: (_request, {timestamp}) => timestamp,
	key: (_request, {key}) => key,
	body: ({body = ''}) => body,
	body_hash: ({body = ''}, {algorithm}) => createHash(algorithm).update(body).digest('hex'),
};

/**
 * Signs every try of a request anew, so put it last if several authenticators change the request. Throws a
 * `ConfigError` if the secret or the header is empty, or the template or the algorithm is invalid.
 * @example hmac({secret, header: 'X-Signature', template: '{method}{path}{timestamp}', timestampHeader: 'X-Time'})
 */
export function hmac(options: HmacOptions): Authenticator {
	const {
		key = '',
		algorithm = 'sha256',
		encoding = 'hex',
		template = TEMPLATE,
		timestampFormat = 'seconds',
	} = options;
	const secret = toSecret(options.secret, 'hmac() needs a secret');
	if (!options.header) throw new ConfigError('hmac() needs a header for the signature');
	const problem = hmacProblem(template, algorithm);
	if (problem !== undefined) throw new ConfigError(problem);
	const [header, timestampHeader, keyHeader] = [
		options.header,
		options.timestampHeader,
		options.keyHeader,
	].map(name => name?.toLowerCase());
	return {
		apply(request) {
			const timestamp = now(timestampFormat);
			const text = template.replace(placeholder, (_, name: string) =>
				String(placeholders[name]?.(request, {timestamp, key, algorithm})),
			);
			const {headers} = request;
			if (timestampHeader) headers[timestampHeader] = timestamp;
			if (keyHeader) headers[keyHeader] = key;
			if (header) headers[header] = createHmac(algorithm, secret.reveal()).update(text).digest(encoding);
		},
	};
}

const placeholder = /\{(\w+)\}/g;

/** Why this template and algorithm cannot be used, or `undefined` if they can. */
export function hmacProblem(template: string, algorithm: string): string | undefined {
	try {
		createHmac(algorithm, 'any').update('').digest();
	} catch {
		return `no hash is called ${JSON.stringify(algorithm)}; sha256, sha512 and sha1 are`;
	}
	const unknown = [...template.matchAll(placeholder)]
		.map(([, name = '']) => name)
		.find(name => !Object.hasOwn(placeholders, name));
	if (unknown === undefined) return undefined;
	return `{${unknown}} is no part of a request; there are: ${Object.keys(placeholders).join(', ')}`;
}

function now(format: TimestampFormat): string {
	const ms = Date.now();
	if (format === 'iso') return new Date(ms).toISOString();
	return String(format === 'milliseconds' ? ms : Math.floor(ms / 1000));
}
