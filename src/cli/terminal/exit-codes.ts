/** The exit codes of a command. */
import {ConfigError, RequestError, SchemaError, SluiceError} from '../../core/errors.ts';
import {OutOfTimeError} from '../../run/errors.ts';

export const exitCodes = {
	ok: 0,
	failed: 1,
	usage: 2,
	request: 3,
	contract: 4,
	partial: 5,
	/** EX_TEMPFAIL of sysexits.h: call again. */
	outOfTime: 75,
	interrupted: 130,
	terminated: 143,
} as const;

/** A signal ended the command: SIGINT (Ctrl-C), SIGTERM, or SIGHUP of a closed terminal. */
export class Interrupted extends Error {
	readonly exitCode: number;

	constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
		super(signal === 'SIGINT' ? 'interrupted' : 'terminated');
		this.exitCode = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
	}
}

/** The process of a part failed, and has told why. The command ends with its code. */
export class PartFailure extends SluiceError {
	readonly code = 'ERR_PART';
	readonly exitCode: number;

	constructor(message: string, exitCode: number) {
		super(message);
		this.exitCode = exitCode;
	}
}

export function exitCodeOf(error: unknown): number {
	if (error instanceof OutOfTimeError) return exitCodes.outOfTime;
	if (error instanceof Interrupted || error instanceof PartFailure) return error.exitCode;
	if (error instanceof ConfigError) return exitCodes.usage;
	if (error instanceof RequestError) return exitCodes.request;
	if (error instanceof SchemaError) return exitCodes.contract;
	return exitCodes.failed;
}
