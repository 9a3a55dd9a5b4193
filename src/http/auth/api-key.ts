import {ConfigError} from '../../core/errors.ts';
import {withQuery} from '../url.ts';
import type {Authenticator, Credential} from './authenticator.ts';
import {toSecret} from './secret.ts';

export interface ApiKeyOptions {
	/** Name of the header, query parameter or cookie. @default 'Authorization' */
	readonly name?: string;
	readonly value: Credential;
	/** The place of the key. @default 'header' */
	readonly in?: 'header' | 'query' | 'cookie';
}

/**
 * A key in a header, a query parameter or a cookie. A parameter or cookie of the same name is replaced, never
 * doubled. Throws a `ConfigError` if the value is empty or the place is unknown.
 * @example client({baseUrl, auth: apiKey({name: 'X-Key', value: process.env.KEY ?? ''})})
 */
export function apiKey({name = 'Authorization', value, in: place = 'header'}: ApiKeyOptions): Authenticator {
	const secret = toSecret(value, 'apiKey() needs a value');
	if (place === 'query') {
		return {
			secretParams: [name],
			apply(request) {
				request.url = withQuery(request.url, {[name]: secret.reveal()});
			},
		};
	}
	if (place === 'cookie') {
		return {
			apply({headers}) {
				const others = (headers.cookie ?? '')
					.split(/;\s*/)
					.filter(cookie => cookie && cookie.split('=', 1)[0] !== name);
				headers.cookie = [...others, `${name}=${secret.reveal()}`].join('; ');
			},
		};
	}
	if (place !== 'header')
		throw new ConfigError(`apiKey() takes in: 'header', 'query' or 'cookie', got ${JSON.stringify(place)}`);
	const header = name.toLowerCase();
	return {
		apply({headers}) {
			headers[header] = secret.reveal();
		},
	};
}
