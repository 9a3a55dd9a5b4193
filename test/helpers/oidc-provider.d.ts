/** As much of oidc-provider, which has no types, as the tests use. */
declare module 'oidc-provider' {
	import type {IncomingMessage, ServerResponse} from 'node:http';

	interface Token {
		readonly clientId: string;
		readonly scope?: string;
		destroy(): Promise<void>;
	}

	interface Tokens {
		find(token: string): Promise<Token | undefined>;
	}

	export class Provider {
		constructor(issuer: string, configuration: object);
		callback(): (request: IncomingMessage, response: ServerResponse) => void;
		on(event: 'client_credentials.saved', listener: () => void): this;
		readonly ClientCredentials: Tokens;
		readonly AccessToken: Tokens;
		readonly RefreshToken: Tokens;
	}
}
