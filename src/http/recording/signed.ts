/** Authenticators for a client that records or replays. */
import type {Authenticator, OutgoingRequest} from '../auth/authenticator.ts';
import type {Signed} from './clean-request.ts';

export interface SigningWatch {
	/** The same authenticator. The watch notes what it adds to a request. */
	watched(auth: Authenticator): Authenticator;
	signed(request: OutgoingRequest): Signed | undefined;
}

/** Notes which headers and parameters are credentials, whatever their names are. */
export function watch(): SigningWatch {
	const notes = new WeakMap<OutgoingRequest, Signed>();
	const known = new WeakMap<Authenticator, Authenticator>();

	function make(auth: Authenticator): Authenticator {
		return {
			...(auth.secretParams && {secretParams: auth.secretParams}),
			async apply(request, context) {
				const before = {...request.headers};
				const params = new Set(request.url.searchParams.keys());
				await auth.apply(request, context);
				const {headers, url} = request;
				notes.set(request, {
					headers: Object.keys(headers).filter(name => headers[name] !== before[name]),
					params: [...(auth.secretParams ?? []), ...url.searchParams.keys()].filter(
						name => !params.has(name) || auth.secretParams?.includes(name),
					),
				});
			},
			...(auth.refresh && {refresh: auth.refresh.bind(auth)}),
		};
	}

	return {
		watched(auth) {
			const made = known.get(auth) ?? make(auth);
			known.set(auth, made);
			return made;
		},
		signed: request => notes.get(request),
	};
}

/**
 * Adds no credentials, as a replay needs none. If the real authenticator would renew them after a 401, the
 * request is sent again as well.
 */
export function replayAuthenticator({refresh, secretParams = []}: Authenticator): Authenticator {
	return {secretParams, apply() {}, ...(refresh && {refresh() {}})};
}
