/** The common part of verbs that read a config: the config that the arguments name, and its connection. */
import type {Connection} from '../config/compile/compile.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {type ConnectOptions, connect} from '../run/connect.ts';
import {Emitter} from '../run/emitter.ts';
import {loadConfig} from '../run/load-config.ts';
import {tuneEngine} from './terminal/engine.ts';
import type {Log} from './terminal/log.ts';
import {isTrace, tellTrace} from './terminal/traces.ts';
import type {ConfigArguments, RecordingArguments} from './verb.ts';

export function openConfig({
	config,
	set = [],
	envFile,
	replay,
	withoutSecrets = replay !== undefined,
}: ConfigArguments & RecordingArguments & {readonly withoutSecrets?: boolean}): Promise<LoadedConfig> {
	return loadConfig(config, {
		args: process.argv.slice(2),
		set,
		...(envFile !== undefined && {envFile}),
		withoutSecrets,
	});
}

/** For verbs that do not run resources to their end: every warning is reported in full. */
export function connectFor(
	config: LoadedConfig,
	log: Log,
	options: Pick<ConnectOptions, 'signal' | 'recording'> = {},
): Connection {
	tuneEngine();
	const emitter = emitterFor(log);
	return connect(config, {emitter, ...options, traces: log.traces});
}

/** Reports every warning and every trace. */
export function emitterFor(log: Log): Emitter {
	return new Emitter({
		onEvent(event) {
			if (event.type === 'warning') log.warning(event);
			else if (isTrace(event)) tellTrace(event, log);
		},
	});
}
