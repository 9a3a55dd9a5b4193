/**
 * Signature Version 4 of AWS: a keyed hash over the whole request. A key holds for a day, a region and a
 * service.
 */
import {createHash, createHmac} from 'node:crypto';
import {ConfigError} from '../../core/errors.ts';
import {percentEncoded} from '../url.ts';
import type {Authenticator, Credential, OutgoingRequest} from './authenticator.ts';
import {toSecret} from './secret.ts';

export interface AwsSigV4Options {
	readonly accessKeyId: string;
	readonly secretAccessKey: Credential;
	/** The session token of temporary credentials. @default none */
	readonly sessionToken?: Credential;
	/** The region, such as `eu-central-1`. */
	readonly region: string;
	/** The service, such as `execute-api`, `s3` or `es`. */
	readonly service: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs every try of a request anew, so put it last if several authenticators change the request. Throws a
 * `ConfigError` if a required option is empty.
 * @example awsSigV4({accessKeyId, secretAccessKey, region: 'eu-central-1', service: 'execute-api'})
 */
export function awsSigV4({accessKeyId, region, service, ...credentials}: AwsSigV4Options): Authenticator {
	const secret = toSecret(credentials.secretAccessKey, 'awsSigV4() needs a secretAccessKey');
	const token =
		credentials.sessionToken === undefined
			? undefined
			: toSecret(credentials.sessionToken, 'awsSigV4() got an empty sessionToken');
	for (const [name, value] of Object.entries({accessKeyId, region, service}))
		if (!value) throw new ConfigError(`awsSigV4() needs a ${name}`);
	return {
		apply(request) {
			const {headers, url, body = ''} = request;
			// The request is sent in the spelling that is signed.
			url.pathname = url.pathname.split('/').map(reencoded).join('/');
			url.search = canonicalQuery(url.search);
			const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
			const day = time.slice(0, 8);
			headers['x-amz-date'] = time;
			if (token) headers['x-amz-security-token'] = token.reveal();
			if (service === 's3') headers['x-amz-content-sha256'] = hash(body);
			const signed = signedHeaders(request);
			const names = signed.map(([name]) => name).join(';');
			const canonical = [
				request.method,
				// All services but S3 encode the path a second time.
				service === 's3' ? url.pathname : url.pathname.split('/').map(percentEncoded).join('/'),
				url.search.slice(1),
				...signed.map(([name, value]) => `${name}:${value}`),
				'',
				names,
				hash(body),
			].join('\n');
			const scope = `${day}/${region}/${service}/aws4_request`;
			const text = [ALGORITHM, time, scope, hash(canonical)].join('\n');
			const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
				keyed,
				`AWS4${secret.reveal()}`,
			);
			const signature = keyed(key, text).toString('hex');
			const credential = `Credential=${accessKeyId}/${scope}`;
			headers.authorization = `${ALGORITHM} ${credential}, SignedHeaders=${names}, Signature=${signature}`;
		},
	};
}

// The host, the content-type and the headers `x-amz-…`. Proxies may change some of the others.
function signedHeaders({headers, url}: OutgoingRequest): [name: string, value: string][] {
	const chosen = Object.entries(headers).filter(
		([name]) => name === 'content-type' || name.startsWith('x-amz-'),
	);
	const all: [string, string][] = [['host', headers.host ?? url.host], ...chosen];
	return all
		.map(([name, value]): [string, string] => [name, value.trim().replace(/ +/g, ' ')])
		.sort(([a], [b]) => (a < b ? -1 : 1));
}

// The parameters, sorted by their encoded names and values.
function canonicalQuery(search: string): string {
	const parts = search
		.slice(1)
		.split('&')
		.filter(Boolean)
		.map(part => {
			const at = part.indexOf('=');
			const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
			return [reencoded(name), reencoded(value)] as const;
		});
	parts.sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
	return parts.map(pair => pair.join('=')).join('&');
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function reencoded(text: string): string {
	try {
		return percentEncoded(decodeURIComponent(text));
	} catch {
		return percentEncoded(text);
	}
}

function keyed(key: string | Buffer, text: string): Buffer {
	return createHmac('sha256', key).update(text).digest();
}

function hash(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
