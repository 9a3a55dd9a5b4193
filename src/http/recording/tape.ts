/** The layer between a client and its connections: nothing, a recorder, or a replay. */
import {ConfigError} from '../../core/errors.ts';
import type {Authenticator} from '../auth/authenticator.ts';
import type {Transport} from '../connection/transport.ts';
import type {Sleep} from '../policy/clock.ts';
import {RecordingFolder, type RecordOptions} from './folder.ts';
import {loadRecording} from './load.ts';
import {recordingTransport} from './recorder.ts';
import {replayTransport} from './replay.ts';
import {replayAuthenticator, watch} from './signed.ts';
import {type UnsentRequest, unsent} from './unsent.ts';

export interface Tape {
	/** The transport of the client, which closes it. `open` creates the connections, if there are any. */
	transport(open: () => Transport): Transport;
	authenticator(auth: Authenticator): Authenticator;
	/** A replay does not wait for a server. */
	readonly sleep?: Sleep;
}

export interface TapeOptions {
	readonly baseUrl: string;
	readonly record?: RecordOptions | undefined;
	/** The folder of a recording. */
	readonly replay?: string | undefined;
	/** Gets each request; none is sent. */
	readonly onUnsent?: ((request: UnsentRequest) => void) | undefined;
}

const none: Tape = {transport: open => open(), authenticator: auth => auth};

export function tapeOf({baseUrl, record, replay, onUnsent}: TapeOptions): Tape {
	if (onUnsent) return unsent(onUnsent);
	if (record && replay !== undefined)
		throw new ConfigError('a client records, or answers from a recording, and not both (record, replay)');
	if (replay !== undefined) {
		const recorded = loadRecording(replay);
		return {
			transport: () => replayTransport(replay, recorded),
			authenticator: replayAuthenticator,
			sleep: async () => {},
		};
	}
	if (!record) return none;
	const folder = new RecordingFolder(baseUrl, record);
	const {watched, signed} = watch();
	return {transport: open => recordingTransport(open(), folder, signed), authenticator: watched};
}
