/** What stands between a client and its connections: nothing, a recorder, or a recording that answers. */
import {ConfigError} from '../../core/errors.ts';
import type {Authenticator} from '../auth/authenticator.ts';
import type {Transport} from '../connection/transport.ts';
import type {Sleep} from '../policy/clock.ts';
import {RecordingFolder, type RecordOptions} from './folder.ts';
import {loadRecording} from './load.ts';
import {recording} from './recorder.ts';
import {replaying} from './replay.ts';
import {standIn, watch} from './signed.ts';
import {type UnsentRequest, unsent} from './unsent.ts';

export interface Tape {
	/** The transport of the client, which closes it. `open` makes the connections, if there are any. */
	transport(open: () => Transport): Transport;
	authenticator(auth: Authenticator): Authenticator;
	/** In a replay nobody waits for a server. */
	readonly sleep?: Sleep;
}

export interface TapeOptions {
	readonly baseUrl: string;
	readonly record?: RecordOptions | undefined;
	/** Folder of a recording. */
	readonly replay?: string | undefined;
	/** Is told of each request, and none is sent. */
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
			transport: () => replaying(replay, recorded),
			authenticator: standIn,
			sleep: async () => {},
		};
	}
	if (!record) return none;
	const folder = new RecordingFolder(baseUrl, record);
	const {watched, signed} = watch();
	return {transport: open => recording(open(), folder, signed), authenticator: watched};
}
