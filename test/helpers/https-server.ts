/** A small API over TLS. */
import type {IncomingMessage} from 'node:http';
import {createServer, type ServerOptions} from 'node:https';
import type {AddressInfo} from 'node:net';
import type {TLSSocket} from 'node:tls';

export interface HttpsServer {
	readonly port: number;
	/** Name in the certificate of each client, by request. */
	readonly clients: (string | undefined)[];
	/** Names that clients asked for by SNI, by request. */
	readonly names: (string | false | null)[];
	readonly requests: IncomingMessage[];
	connections(): number;
	close(): Promise<void>;
}

/** Answers every request with the value as JSON. */
export async function startHttps(options: ServerOptions, value: unknown): Promise<HttpsServer> {
	const clients: HttpsServer['clients'] = [];
	const names: HttpsServer['names'] = [];
	const requests: IncomingMessage[] = [];
	let connections = 0;
	const server = createServer(options, (request, response) => {
		const socket = request.socket as TLSSocket & {servername: string | false | null};
		const cn = socket.getPeerCertificate()?.subject?.CN;
		clients.push(Array.isArray(cn) ? cn[0] : cn);
		names.push(socket.servername);
		requests.push(request);
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(value));
	});
	server.on('secureConnection', () => connections++);
	server.on('tlsClientError', () => {});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		clients,
		names,
		requests,
		connections: () => connections,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
