/** The client and the sources of a config, whose events go to the caller of a run. */
import {dirname} from 'node:path';
import {type Connection, connection} from '../config/compile/compile.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import type {Emitter} from './emitter.ts';

export interface ConnectOptions {
	readonly emitter: Emitter;
	/** Ends requests and waits. */
	readonly signal?: AbortSignal | undefined;
	/** Whether requests, retries and the like are reported. @default whether somebody listens */
	readonly traces?: boolean | undefined;
	/** Waits for this many milliseconds. @default a timer */
	readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

export function connect(
	{config, path, proxies, extraAuthorities}: LoadedConfig,
	{emitter: {emit, warn, isHeard}, signal, traces = isHeard, sleep}: ConnectOptions,
): Connection {
	return connection(config, {
		onWarning: warn,
		proxies,
		folder: dirname(path),
		extraAuthorities,
		...(signal && {signal}),
		...(sleep && {sleep}),
		...(traces && {onEvent: emit, onDetected: emit, onSmaller: emit}),
	});
}
