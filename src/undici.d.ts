/**
 * Parts of undici 7, by the paths they have in the package: loading all of undici takes a sixth of a short
 * run.
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
