/** Sign-in on another device, where a person types in a code (RFC 8628). */
import {setTimeout as delay} from 'node:timers/promises';
import {Secret} from '../../../core/secret.ts';
import type {Sleep} from '../../policy/clock.ts';
import type {PlainResponse} from '../authenticator.ts';
import {parseTokenAnswer, refusalOf} from '../oauth/token-answer.ts';
import {
	endpointRefused,
	notSignedIn,
	readSignIn,
	type SignInContext,
	type SignInOptions,
	signInError,
} from './sign-in.ts';

export interface CodeSignIn extends SignInOptions {
	readonly deviceUrl: string;
}

/** What a person has to do: open `url` and type in the code. */
export interface CodeToType {
	readonly url: string;
	readonly code: string;
	/** The same address with the code in it, if the server sends one. */
	readonly completeUrl?: string;
	/** The life of the code. `Infinity` if the server does not report it. */
	readonly lifeMs: number;
}

export interface CodeContext extends SignInContext {
	show(sign: CodeToType): void | Promise<void>;
	/** @internal Replaces the clock's sleep in tests. */
	readonly sleep?: Sleep;
}

// The interval if the server gives none, and the addition to it for slow_down (RFC 8628 §3.5).
const INTERVAL_MS = 5000;

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** Resolves once the refresh token is stored. */
export async function signInByCode(options: CodeSignIn, context: CodeContext): Promise<void> {
	const {client, deviceUrl: url, tokenUrl, clientId, scope, params} = options;
	const {sleep = (ms, signal) => delay(ms, undefined, {signal})} = context;
	const fields = {client_id: clientId, ...(scope !== undefined && {scope}), ...params};
	const offer = readOffer(await client.device(url, fields, context), url);
	await context.show(offer);
	let intervalMs = offer.intervalMs;
	for (let waitedMs = 0; ; ) {
		// The clock of this process may stand still while the machine sleeps; then the server decides.
		if (waitedMs + intervalMs > offer.lifeMs) throw expired(tokenUrl);
		await sleep(intervalMs, context.signal);
		waitedMs += intervalMs;
		const response = await client.token(GRANT, {device_code: offer.deviceCode.reveal()}, context);
		const refusal = refusalOf(response);
		if (refusal === 'slow_down') intervalMs += INTERVAL_MS;
		else if (refusal === 'expired_token') throw expired(tokenUrl);
		else if (refusal === 'access_denied') throw signInError(tokenUrl, refusal, descriptionOf(response));
		else if (refusal !== 'authorization_pending') return context.keep(readSignIn(response, tokenUrl));
	}
}

interface Offer extends CodeToType {
	readonly deviceCode: Secret;
	readonly intervalMs: number;
}

// Sluice parses the offer itself, as some servers call the address verification_url, or send numbers as
// texts.
function readOffer(response: PlainResponse, url: string): Offer {
	const body = parseTokenAnswer(response);
	const textAt = (...names: string[]): string | undefined =>
		names.map(name => body[name]).find((value): value is string => typeof value === 'string' && value !== '');
	const deviceCode = textAt('device_code');
	const code = textAt('user_code');
	const completeUrl = textAt('verification_uri_complete', 'verification_url_complete');
	const address = textAt('verification_uri', 'verification_url') ?? completeUrl;
	if (response.status >= 300 || deviceCode === undefined || code === undefined || address === undefined)
		throw endpointRefused(response, url, 'Check client_id, scopes and device_authorization_url');
	const lifeMs = Number(body.expires_in) * 1000;
	const intervalMs = Number(body.interval) * 1000;
	return {
		deviceCode: new Secret(deviceCode),
		code,
		url: address,
		...(completeUrl !== undefined && {completeUrl}),
		lifeMs: lifeMs > 0 ? lifeMs : Number.POSITIVE_INFINITY,
		intervalMs: intervalMs > 0 ? intervalMs : INTERVAL_MS,
	};
}

function descriptionOf(response: PlainResponse): string | undefined {
	const {error_description: description} = parseTokenAnswer(response);
	return typeof description === 'string' ? description : undefined;
}

function expired(url: string): Error {
	return notSignedIn(
		url,
		'the code has ended before anybody typed it in: run the command again for a new one',
	);
}
