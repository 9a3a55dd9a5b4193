/** A SOCKS5 proxy (RFC 1928, 1929). */
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';

export interface TestSocks {
	readonly port: number;
	/** `api.test:443`: what each connection asks for, as a name or an address. */
	readonly seen: string[];
	close(): Promise<void>;
}

export interface TestSocksOptions {
	/** `user:password` that it asks for. */
	readonly user?: string;
	/** Reply to every connection; 0 opens the way. */
	readonly reply?: number;
	/** Leads all names to this host. */
	readonly host?: string;
	/** Says nothing at all, or ends each connection at once. */
	readonly mood?: 'silent' | 'closing';
}

export async function startSocks(options: TestSocksOptions = {}): Promise<TestSocks> {
	const seen: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer(socket => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket)).on('error', () => {});
		if (options.mood === 'closing') socket.end();
		if (options.mood === undefined) greet(socket, seen, options);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		seen,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}

// Each message comes in one piece, as the client waits for the answer.
function greet(socket: Socket, seen: string[], options: TestSocksOptions): void {
	const {user} = options;
	const wanted = user === undefined ? 0 : 2;
	socket.once('data', methods => {
		if (!methods.subarray(2).includes(wanted)) return void socket.end(Buffer.from([5, 255]));
		socket.write(Buffer.from([5, wanted]));
		if (user === undefined) return open(socket, seen, options);
		socket.once('data', login => {
			const name = login.subarray(2, 2 + login[1]!).toString();
			const password = login.subarray(3 + login[1]!).toString();
			const isRight = `${name}:${password}` === user;
			socket.write(Buffer.from([1, isRight ? 0 : 1]));
			if (isRight) open(socket, seen, options);
		});
	});
}

function open(socket: Socket, seen: string[], {reply = 0, host}: TestSocksOptions): void {
	socket.once('data', asked => {
		const name =
			asked[3] === 3
				? asked.subarray(5, 5 + asked[4]!).toString()
				: asked[3] === 1
					? asked.subarray(4, 8).join('.')
					: '::1';
		const port = asked.readUInt16BE(asked.length - 2);
		seen.push(`${name}:${port}`);
		const answer = (code: number) => socket.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
		if (reply !== 0) return void answer(reply);
		const onward = connect(port, host ?? name, () => {
			answer(0);
			onward.pipe(socket).pipe(onward);
		});
		onward.on('error', () => answer(5));
	});
}
