/** Work that one process does at a time, and the others after it. */
import {randomUUID} from 'node:crypto';
import {setTimeout as delay} from 'node:timers/promises';
import {StateError} from '../../core/errors.ts';
import {explainFileErrors} from '../../core/files/durable.ts';
import {acquire, type Lock, type Locked, LockHeldError} from './lock.ts';

export interface TurnOptions {
	/** Aborts the wait. */
	readonly signal: AbortSignal;
	/**
	 * The longest wait in milliseconds. The default is longer than the time for which a dead process on another
	 * machine counts as running, so that no lock has to be removed by hand. @default 360_000 (6 minutes)
	 */
	readonly mostMs?: number | undefined;
}

const LOOK_MS = 100;

/** Waits for the lock, does the work, and releases the lock. */
export async function withLock<T>(locked: Locked, work: () => Promise<T>, options: TurnOptions): Promise<T> {
	const lock = await acquireInTurn(locked, options);
	try {
		return await work();
	} finally {
		await lock.release();
	}
}

async function acquireInTurn(locked: Locked, {signal, mostMs = 360_000}: TurnOptions): Promise<Lock> {
	const until = performance.now() + mostMs;
	while (true) {
		signal.throwIfAborted();
		try {
			return await explainFileErrors(locked.name, locked.lock, () => acquire(locked, randomUUID()));
		} catch (error) {
			if (!(error instanceof LockHeldError)) throw error;
			if (performance.now() >= until) throw tooLate(locked.name, mostMs, error);
		}
		// The delay is random: if two processes try at the same moment, one may prevent the other from ever
		// getting the lock.
		await delay(LOOK_MS * (0.5 + Math.random()), undefined, {signal});
	}
}

function tooLate(name: string, mostMs: number, {who, path}: LockHeldError): StateError {
	const gone = path === undefined ? '' : `; or, if it is gone for certain, remove ${path}`;
	return new StateError(
		`${name}: is in use by ${who}, and was not free within ${Math.round(mostMs / 1000)} s. Nothing was ` +
			`changed. End that process, or run again once it is done${gone}`,
	);
}
