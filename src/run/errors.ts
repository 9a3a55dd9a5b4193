/** The errors of a run. */
import {SluiceError} from '../core/errors.ts';
import type {RunResult} from './run.ts';

/**
 * At least one resource failed. The rows of the others are in their datasets, and the next run skips those
 * resources.
 */
export class RunError extends SluiceError {
	readonly code = 'ERR_RUN';
	/** The result of every resource. */
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

/** A command has reached its time limit. The rows that a run has read are kept. */
export class OutOfTimeError extends SluiceError {
	readonly code = 'ERR_OUT_OF_TIME';

	constructor(ms: number, advice = 'run the same command again to go on') {
		super(`out of time after ${ms / 1000} s; ${advice}`);
	}
}
