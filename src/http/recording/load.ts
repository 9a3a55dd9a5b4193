/** Reads the index of a recording. */
import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';
import {type Exchange, INDEX, type Recording, UNFINISHED, VERSION} from './format.ts';

/** The limit for the length of a JavaScript string. */
const MOST_BYTES = 512 * 1024 * 1024 - 1024;

/** Throws `ConfigError` if there is no usable recording. */
export function loadRecording(path: string): Recording {
	const file = join(path, INDEX);
	const refused = (message: string) => new ConfigError(`${path}: ${message}`);
	if (!existsSync(file)) {
		if (existsSync(join(path, UNFINISHED)))
			throw refused(
				'this recording has no end: its run was killed, or goes on. Delete the folder, as secrets may ' +
					'not all be removed, and record again',
			);
		throw refused(`holds no recording: there is no ${INDEX}; sluice run --record ${path} makes one`);
	}
	if (statSync(file).size > MOST_BYTES) throw refused(`${INDEX} has more than 512 MiB, and cannot be read`);
	let recording: Recording;
	try {
		recording = JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		throw refused(`${INDEX} cannot be read: ${messageOf(error)}`);
	}
	if (recording?.version !== VERSION || !Array.isArray(recording.exchanges))
		throw refused(
			`${INDEX} has version ${JSON.stringify(recording?.version)}, and this Sluice reads version ${VERSION}`,
		);
	const damaged = recording.exchanges.findIndex(exchange => !isExchange(exchange));
	if (damaged >= 0) throw refused(`${INDEX} is damaged: exchange ${damaged + 1} of its list cannot be read`);
	return recording;
}

// The recording may come from another person, so a body must be a file inside its folder.
function isExchange({number, request, response, failure}: Exchange): boolean {
	const file = response?.body?.file;
	const isInside = file === undefined || /^bodies\/\w[\w.]*$/.test(file);
	const isAnswer = response ? typeof response.status === 'number' : failure !== undefined;
	return Number.isInteger(number) && URL.canParse(request?.url) && isAnswer && isInside;
}
