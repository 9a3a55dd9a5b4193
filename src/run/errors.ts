/** How a run fails. */
import {SluiceError} from '../core/errors.ts';
import type {RunResult} from './run.ts';

/** At least one resource failed. Those that did not are in their datasets, and the next run leaves them out. */
export class RunError extends SluiceError {
	readonly code = 'ERR_RUN';
	/** What became of every resource. */
	readonly result: RunResult;

	constructor(result: RunResult) {
		const errors = result.resources.flatMap(({error}) => (error === undefined ? [] : [error]));
		const of =
			result.resources.length > 1 ? `${errors.length} of ${result.resources.length} resources failed:\n` : '';
		super(of + errors.map(error => (error instanceof Error ? error.message : String(error))).join('\n'), {
			cause: errors[0],
		});
		this.result = result;
	}
}

/** A command has used up its time. What a run has read is kept. */
export class OutOfTimeError extends SluiceError {
	readonly code = 'ERR_OUT_OF_TIME';

	constructor(ms: number, advice = 'run the same command again to go on') {
		super(`out of time after ${ms / 1000} s; ${advice}`);
	}
}
