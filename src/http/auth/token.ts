/**
 * A token that all requests share. It is fetched when the first request needs it, and renewed in time and
 * after a 401.
 */
import type {Secret} from '../../core/secret.ts';
import type {AuthContext, Authenticator, OutgoingRequest} from './authenticator.ts';
import {bearer} from './bearer.ts';
import {singleFlight} from './single-flight.ts';

export interface FetchedToken {
	readonly value: Secret;
	/** The life of the token; `Infinity` when only a 401 ends it. */
	readonly lifeMs: number;
}

export interface SharedTokenOptions {
	/** The address of the token request, for events. */
	readonly url: string;
	/** Fetches one token. The signal ends when no request waits for it any more. */
	fetch(context: AuthContext, signal: AbortSignal): Promise<FetchedToken>;
	/** A token to begin with, which is used until it expires or gets a 401. @default none */
	readonly first?: FetchedToken | undefined;
	/** Puts a token on a request. @default bearer */
	readonly send?: (token: Secret) => Authenticator;
	/** Names of query parameters that `send` fills. @default [] */
	readonly secretParams?: readonly string[];
}

/**
 * Only one token is fetched at a time, for any number of waiting requests. It is renewed 30 s before it
 * expires (at 80 % of a short life), and when a request gets a 401 for it.
 */
export function sharedToken({
	url,
	fetch,
	first,
	send = bearer,
	secretParams = [],
}: SharedTokenOptions): Authenticator {
	const usableMs = ({lifeMs}: FetchedToken): number => Math.max(lifeMs * 0.8, lifeMs - 30_000);
	const toSender = (token: FetchedToken) => ({
		sender: send(token.value),
		renewAt: Date.now() + usableMs(token),
	});
	let current = first && toSender(first);
	const carried = new WeakMap<OutgoingRequest, Authenticator>();

	const fetching = singleFlight(async (signal, context: AuthContext) => {
		const token = await fetch(context, signal);
		const fetched = toSender(token);
		current = fetched;
		context.tokenFetched(url, usableMs(token));
		return fetched;
	});

	return {
		secretParams,
		async apply(request, context) {
			const {sender} =
				current && Date.now() < current.renewAt ? current : await fetching.join(context.signal, context);
			await sender.apply(request, context);
			carried.set(request, sender);
		},
		refresh(rejected) {
			// Another request may have renewed the token meanwhile. For a copy of a request, the token that it
			// carried is unknown.
			const sender = carried.get(rejected) ?? current?.sender;
			if (sender === current?.sender) current = undefined;
		},
	};
}
