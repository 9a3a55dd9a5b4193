/**
 * Parts of undici 7, by the paths they have in the package: all of undici takes 7 % more CPU time of a
 * start.
 */
declare module 'undici/lib/dispatcher/agent.js' {
	import {Agent} from 'undici';

	export default Agent;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
	import {ProxyAgent} from 'undici';

	export default ProxyAgent;
}

declare module 'undici/lib/dispatcher/pool.js' {
	import {Pool} from 'undici';

	export default Pool;
}

declare module 'undici/lib/api/api-connect.js' {
	import type {Dispatcher} from 'undici';

	/** What undici itself gives to all dispatchers as their method, once all of it is loaded. */
	export default function connect(
		this: Dispatcher,
		options: Dispatcher.ConnectOptions,
	): Promise<Dispatcher.ConnectData>;
}

declare module 'undici/lib/core/connect.js' {
	import type {Socket} from 'node:net';
	import type {buildConnector} from 'undici';

	/** Opens connections, with TLS for `https:`. */
	export default function connector(
		options?: buildConnector.BuildOptions,
	): (
		options: Omit<buildConnector.Options, 'port'> & {readonly port: string},
		callback: buildConnector.Callback,
	) => Socket;
}

declare module 'undici/lib/core/socks5-client.js' {
	import type {EventEmitter} from 'node:events';
	import type {Socket} from 'node:net';

	/** Goes through `authenticated` and `connected`, or ends with `error` or `close`. */
	export class Socks5Client extends EventEmitter {
		constructor(socket: Socket, login?: {readonly username: string; readonly password: string});
		handshake(): void;
		connect(host: string, port: number): void;
	}

	const parts: {readonly Socks5Client: typeof Socks5Client};
	export default parts;
}
