/** Errors of PostgreSQL and of the connection, in words that say what to do. */
import {ConfigError, SchemaError, SinkError, SluiceError} from '../../../src/core/errors.ts';
import {scrub} from '../../../src/core/secret.ts';
import {messageOf} from '../../../src/core/stage.ts';

interface ServerError {
	readonly code?: string;
	/** Only errors of the server have it. */
	readonly severity?: string;
	readonly where?: string;
	readonly column?: string;
}

const advice: Readonly<Record<string, string>> = {
	'28000': 'Correct the user in the address',
	'28P01': 'Correct the password: in the address, in PGPASSWORD or in ~/.pgpass',
	'3D000': 'Create the database, or correct the address',
	'42501': 'Grant the user CREATE and USAGE on the schema, and TEMPORARY on the database',
	'53100': 'Free space on its disk, and run again',
	'53300': 'Wait until others have gone, or raise max_connections',
};

/** Whether the server answered, so that the outcome of the statement is known. */
export function isAnswered(error: unknown): boolean {
	const {code, severity} = (error ?? {}) as ServerError;
	// EPIPE has the form of a code of the server.
	if (typeof code !== 'string' || typeof severity !== 'string') return false;
	return /^[\dA-Z]{5}$/.test(code) && !/^(?:08|57P|XX)/.test(code);
}

export function explained(error: unknown, shown: string): Error {
	if (error instanceof SluiceError) return error;
	const {code = '', where} = (error ?? {}) as ServerError;
	const text = scrub(messageOf(error));
	const place = where === undefined ? '' : scrub(` (${where.split('\n')[0]})`);
	const known = advice[code];
	if (code.startsWith('28') || code === '3D000' || code === '42501')
		return new ConfigError(`${shown}: ${text}. ${known ?? 'Correct the address'}`);
	if (code.startsWith('22') || code.startsWith('23'))
		return new SchemaError(
			`${shown}: PostgreSQL cannot hold a value: ${text}${place}. Nothing of this commit was added. ` +
				'Declare another type in columns, or change the value with a processing step',
		);
	if (!isAnswered(error))
		return new SinkError(
			`${shown}: the connection failed: ${text}. What was committed before stays; run again once it can ` +
				'be reached',
			{cause: error},
		);
	return new SinkError(`${shown}: ${text}${place}. ${known ?? 'Nothing of this commit was added'}`, {
		cause: error,
	});
}
