/**
 * Finds a known secret in the path, the query or the body of a request, which a foreign origin may not see.
 */
import {type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {holdsKnownSecret, isKnownSecret} from '../../core/secret.ts';
import type {HttpRequest, RequestBody} from '../request.ts';
import {secretSegments, withoutSecretParams} from './known-secrets.ts';

/** The place of a known secret in the request, if it holds one. */
export function secretPart({
	url,
	body,
}: Pick<HttpRequest, 'url' | 'body'>): 'path' | 'query' | 'body' | undefined {
	if (secretSegments(url).length > 0) return 'path';
	if (withoutSecretParams(url.href) !== url.href) return 'query';
	return body && isSecretBody(body) ? 'body' : undefined;
}

function isSecretBody(body: RequestBody): boolean {
	if ('raw' in body) return isSecret(body.raw);
	return 'json' in body ? isSecretValue(body.json) : body.form.some(pair => pair.some(isSecret));
}

function isSecretValue(value: JsonValue): boolean {
	if (typeof value === 'string') return isSecret(value);
	if (Array.isArray(value)) return value.some(isSecretValue);
	if (isObject(value))
		return Object.entries(value).some(([key, item]) => isSecret(key) || isSecretValue(item));
	return value !== null && typeof value !== 'boolean' && isSecret(stringify(value));
}

function isSecret(text: string): boolean {
	return isKnownSecret(text) || holdsKnownSecret(text);
}
