/** The response of an OAuth 2.0 token endpoint: tokens, or the reason why there are none. */
import {type JsonObject, type JsonValue, parse} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';
import {Secret} from '../../../core/secret.ts';
import {oneLine} from '../../failure.ts';
import {redactUrl} from '../../secrets/redact.ts';
import type {PlainResponse} from '../authenticator.ts';
import {authError} from './oauth2-client.ts';

/** A body with an `access_token`, as the server sent it. */
export type TokenAnswer = JsonObject & {readonly access_token: string};

/** The JSON object of a body. Some servers refuse with status 200. */
export function parseTokenAnswer({text}: PlainResponse): JsonObject {
	let body: JsonValue;
	try {
		body = parse(text);
	} catch {
		return {};
	}
	return isObject(body) ? body : {};
}

/** The `error` of a refusal (RFC 6749 §5.2), such as `invalid_grant`. */
export function refusalOf(response: PlainResponse): string | undefined {
	const {error} = parseTokenAnswer(response);
	return typeof error === 'string' ? error : undefined;
}

/**
 * The tokens of a response. Sluice parses it itself, since many servers leave out `token_type` or respond
 * with 201, which the library refuses. `advice` returns what to do about a refusal.
 */
export function readToken(
	response: PlainResponse,
	url: string,
	advice: (refusal: string | undefined) => string,
): TokenAnswer {
	const body = parseTokenAnswer(response);
	const {status, text} = response;
	if (status < 300 && hasToken(body)) return body;
	const keys = Object.keys(body);
	const what =
		keys.length > 0 && status < 300 && body.error === undefined
			? `without access_token; found: ${keys.join(', ')}`
			: excerptOf(text);
	const isRefusal = status === 400 || status === 401 || status === 403 || body.error !== undefined;
	const end = isRefusal ? `. ${advice(refusalOf(response))}` : '';
	throw authError(url, `POST ${redactUrl(url)} answered ${status} ${what}${end}`, {status});
}

function hasToken(body: JsonObject): body is TokenAnswer {
	return typeof body.access_token === 'string' && body.access_token !== '';
}

/** The beginning of an unexpected body, for messages. */
export function excerptOf(text: string): string {
	return oneLine(text).slice(0, 200) || 'and nothing more';
}

/** The refresh token of a response, if it has one, and its end, if the server reports it. */
export function refreshTokenOf(answer: TokenAnswer): {token: Secret; expiresAt?: Date} | undefined {
	const {refresh_token: token} = answer;
	if (typeof token !== 'string' || token === '') return undefined;
	const expiresAt = refreshTokenEnd(answer);
	return {token: new Secret(token), ...(expiresAt && {expiresAt})};
}

/** The end of a refresh token. No standard defines a field for it: these are the names that servers use. */
export function refreshTokenEnd(answer: TokenAnswer): Date | undefined {
	const seconds = Number(
		answer.refresh_token_expires_in ??
			answer.refresh_expires_in ??
			answer.x_refresh_token_expires_in ??
			Number.NaN,
	);
	const end = new Date(Date.now() + seconds * 1000);
	// Some servers send 0 for a token without end.
	return seconds > 0 && !Number.isNaN(end.getTime()) ? end : undefined;
}
