/** A client that sends nothing: each request is reported as it would go out, and then fails. */
import {isSecretName, scrub} from '../../core/secret.ts';
import type {Authenticator, OutgoingRequest} from '../auth/authenticator.ts';
import type {Transport} from '../connection/transport.ts';
import {Failure} from '../failure.ts';
import {redactUrl} from '../secrets/redact.ts';
import type {Tape} from './tape.ts';

/** A request for display, with `***` for its secrets. */
export interface UnsentRequest {
	/** Name of the resource. */
	readonly label: string | undefined;
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
	/** Whether a request for a token would go out first. */
	readonly needsToken: boolean;
}

export function unsent(tell: (request: UnsentRequest) => void): Tape {
	const signed = new WeakMap<OutgoingRequest, {headers: ReadonlySet<string>; params: readonly string[]}>();
	const waiting = new WeakSet<OutgoingRequest>();

	function authenticator(auth: Authenticator): Authenticator {
		const {secretParams = []} = auth;
		return {
			secretParams,
			async apply(request, context) {
				// An authenticator that renews has a token, which only a server can give.
				if (auth.refresh) {
					waiting.add(request);
					return;
				}
				const before = {...request.headers};
				const known = new Set(request.url.searchParams.keys());
				await auth.apply(request, context);
				const {headers, url} = request;
				signed.set(request, {
					headers: new Set(Object.keys(headers).filter(name => headers[name] !== before[name])),
					params: [...secretParams, ...[...url.searchParams.keys()].filter(name => !known.has(name))],
				});
			},
		};
	}

	const transport: Transport = {
		async exchange(request, {label}) {
			const {headers: secret, params = []} = signed.get(request) ?? {};
			const headers = Object.entries(request.headers).map(([name, value]) => [
				name,
				secret?.has(name) || isSecretName(name) ? hidden(value) : scrub(value),
			]);
			tell({
				label,
				method: request.method,
				url: redactUrl(request.url, params),
				headers: Object.fromEntries(headers),
				...(request.body !== undefined && {body: scrub(request.body)}),
				needsToken: waiting.has(request),
			});
			throw new Failure('is not sent', {code: 'ERR_NETWORK', retryable: false});
		},
		async close() {},
	};
	return {transport: () => transport, authenticator, sleep: async () => {}};
}

function hidden(value: string): string {
	return `${/^(?:Bearer|Basic|Token|Digest) /i.exec(value)?.[0] ?? ''}***`;
}
