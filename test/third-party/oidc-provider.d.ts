/** The part of oidc-provider 9 that the tests use; it brings no types. */
declare module 'oidc-provider' {
	import type {RequestListener} from 'node:http';

	interface Token {
		destroy(): Promise<void>;
	}

	export class Provider {
		readonly ClientCredentials: {find(value: string): Promise<Token | undefined>};
		constructor(issuer: string, configuration: object);
		callback(): RequestListener;
		on(event: 'client_credentials.saved', listener: () => void): this;
	}
}
