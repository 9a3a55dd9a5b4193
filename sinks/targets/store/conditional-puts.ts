/** Whether a server knows conditional puts, on which all commits rest. */
import {randomUUID} from 'node:crypto';
import {StateError} from '../../../src/core/errors.ts';
import type {Store} from '../../../src/state/store.ts';

// A server that does not know conditional puts overwrites, and two writers would not notice each other.
export async function refuseOverwriting(store: Store): Promise<void> {
	const key = '_sluice/probe';
	const put = (): Promise<boolean> => store.putNew(key, Buffer.from(randomUUID()));
	if (!(await put()) || !(await put())) return;
	throw new StateError(
		`${store.location}: the server has created one object twice: it ignores If-None-Match, without ` +
			'which commits are not safe. Nothing was written. Use a server with conditional puts, or write to a ' +
			'folder',
	);
}
