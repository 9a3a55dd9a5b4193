/** As much of oidc-provider, which has no types, as the tests use. */
declare module 'oidc-provider' {
	import type {IncomingMessage, ServerResponse} from 'node:http';

	export class Provider {
		constructor(issuer: string, configuration: object);
		callback(): (request: IncomingMessage, response: ServerResponse) => void;
		readonly ClientCredentials: {find(token: string): Promise<{clientId: string} | undefined>};
	}
}
