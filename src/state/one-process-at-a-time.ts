/** Work that is done by one process at a time, and by the others after it. */
import {randomUUID} from 'node:crypto';
import {setTimeout as delay} from 'node:timers/promises';
import {StateError} from '../core/errors.ts';
import {explainFileErrors} from '../core/files/durable.ts';
import {acquire, type Lock, type Locked, LockHeldError} from './lock.ts';

export interface TurnOptions {
	/** Ends the wait. */
	readonly signal: AbortSignal;
	/**
	 * How long to wait at most. By default longer than a dead process of another machine is taken for alive, so
	 * that none has to be cleared away by hand. @default 360_000 (6 minutes)
	 */
	readonly mostMs?: number | undefined;
}

const LOOK_MS = 100;

/** Waits for its turn, does the work, and lets the next one in. */
export async function withLock<T>(locked: Locked, work: () => Promise<T>, options: TurnOptions): Promise<T> {
	const lock = await turn(locked, options);
	try {
		return await work();
	} finally {
		await lock.release();
	}
}

async function turn(locked: Locked, {signal, mostMs = 360_000}: TurnOptions): Promise<Lock> {
	const until = performance.now() + mostMs;
	while (true) {
		signal.throwIfAborted();
		try {
			return await explainFileErrors(locked.name, locked.lock, () => acquire(locked, randomUUID()));
		} catch (error) {
			if (!(error instanceof LockHeldError)) throw error;
			if (performance.now() >= until) throw tooLate(locked.name, mostMs, error);
		}
		// Not in step with others that wait: who tries at the same moment as another may get it no more than the
		// other.
		await delay(LOOK_MS * (0.5 + Math.random()), undefined, {signal});
	}
}

function tooLate(name: string, mostMs: number, {who, path}: LockHeldError): StateError {
	const gone = path === undefined ? '' : `; or, if it is gone for certain, remove ${path}`;
	return new StateError(
		`${name}: is in use by ${who}, and was not free within ${Math.round(mostMs / 1000)} s. Nothing was changed. End that process, or run again once it is done${gone}`,
	);
}
