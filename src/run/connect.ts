/** The client and the sources of a config, whose events go to the caller of a run. */

import {dirname} from 'node:path';
import {type Connection, type ConnectionOptions, connection} from '../config/compile/compile.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import type {Limits} from '../http/policy/limits.ts';
import type {Emitter} from './emitter.ts';

/** The recording of HTTP exchanges, and its replay. */
export interface RecordingOptions {
	/**
	 * Records every exchange in this folder, without secrets: for a bug report, or for a test. @default no
	 * recording
	 */
	readonly record?: string | undefined;
	/**
	 * The most bytes of the recording; at the limit it ends, and the run goes on. @default 1_073_741_824 (1
	 * GiB)
	 */
	readonly recordMaxBytes?: number | undefined;
	/**
	 * Reads every answer from the recording in this folder. Needs no network and no secrets. @default the
	 * network
	 */
	readonly replay?: string | undefined;
}

export interface ConnectOptions {
	readonly emitter: Emitter;
	/** Aborts requests and waits. */
	readonly signal?: AbortSignal | undefined;
	/** Whether requests, retries and the like are reported. @default whether there is a listener */
	readonly traces?: boolean | undefined;
	readonly recording?: RecordingOptions | undefined;
	/** Sends nothing: is called with each request, which then fails. */
	readonly onUnsent?: ConnectionOptions['onUnsent'];
	/** Changes the resources of the config first. @default as they are */
	readonly narrow?: ConnectionOptions['narrow'];
	/** The share of this process in the rate limit of the config. @default 1 */
	readonly rateShare?: number | undefined;
	/** Limits that several connections keep together. The caller closes them. @default its own */
	readonly limits?: Limits | undefined;
	/** Waits for this many milliseconds. @default a timer */
	readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

export function connect(
	{config, path, proxies, extraAuthorities}: LoadedConfig,
	{
		emitter: {emit, warn, isHeard},
		signal,
		traces = isHeard,
		sleep,
		rateShare,
		limits,
		narrow,
		recording = {},
		onUnsent,
	}: ConnectOptions,
): Connection {
	const {record, recordMaxBytes, replay} = recording;
	return connection(config, {
		onWarning: warn,
		proxies,
		folder: dirname(path),
		extraAuthorities,
		...(record !== undefined && {record: {path: record, maxBytes: recordMaxBytes, onWarning: warn}}),
		...(replay !== undefined && {replay}),
		...(signal && {signal}),
		...(onUnsent && {onUnsent}),
		...(narrow && {narrow}),
		...(rateShare !== undefined && {rateShare}),
		...(limits && {limits}),
		...(sleep && {sleep}),
		...(traces && {onEvent: emit, onDetected: emit, onSmaller: emit}),
	});
}
