/** A forward proxy: plain requests by their whole URL, all others through a tunnel. */
import {createServer, type IncomingMessage, request} from 'node:http';
import {type AddressInfo, connect, type Socket} from 'node:net';

export interface TestProxy {
	readonly url: string;
	readonly port: number;
	/** `GET http://127.0.0.1:1234/rows`, `CONNECT 127.0.0.1:1234` */
	readonly seen: string[];
	close(): Promise<void>;
}

export interface TestProxyOptions {
	/** `user:password` that it asks for. */
	readonly user?: string;
	/** What it asks for them by. @default Basic */
	readonly scheme?: string;
	/** Status of every answer to a CONNECT; 0: none comes. */
	readonly status?: number;
	/** Leads all names to this host. */
	readonly host?: string;
}

export async function startProxy({
	user,
	scheme = 'Basic',
	status = 200,
	host,
}: TestProxyOptions = {}): Promise<TestProxy> {
	const seen: string[] = [];
	const sockets = new Set<Socket>();
	const wanted = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
	const isLetIn = ({headers}: IncomingMessage): boolean =>
		wanted === undefined || headers['proxy-authorization'] === wanted;
	const server = createServer((incoming, response) => {
		seen.push(`${incoming.method} ${incoming.url}`);
		if (!isLetIn(incoming))
			return void response.writeHead(407, {'proxy-authenticate': scheme}).end('who are you?');
		const {'proxy-authorization': _, ...headers} = incoming.headers;
		const {hostname, port, pathname, search} = new URL(incoming.url ?? '');
		const onward = request(
			{host: host ?? hostname, port, path: pathname + search, method: incoming.method, headers},
			answer => {
				response.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.pipe(response);
			},
		);
		onward.on('error', () => response.writeHead(502).end());
		incoming.pipe(onward);
	});
	server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
		seen.push(`CONNECT ${incoming.url}`);
		socket.on('error', () => {});
		if (status === 0) return;
		const refusal = isLetIn(incoming) ? status : 407;
		if (refusal !== 200)
			return void socket.end(`HTTP/1.1 ${refusal} No\r\nproxy-authenticate: ${scheme}\r\n\r\n`);
		const {hostname, port} = new URL(`http://${incoming.url}`);
		const onward = connect(Number(port || 80), host ?? hostname, () => {
			socket.write('HTTP/1.1 200 Connected\r\n\r\n');
			onward.pipe(socket).pipe(onward);
		});
		onward.on('error', () => socket.destroy());
	});
	server.on('connection', socket => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		port,
		seen,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}
