/** Finds resources that append rows in each run that are in the output already. */
import {isRelative} from '../../resource/incremental/relative.ts';
import type {ResolvedResource} from '../compile/resolve.ts';

/** The alternatives to `incremental`, for messages. */
export const orElse =
	'set primary_key and write_disposition: merge to update rows, or write_disposition: replace';

/**
 * Whether each run reads everything again. The config alone decides: no run knows what an earlier one has
 * read.
 */
export function readsAllAgain({write_disposition, endpoint: {incremental}}: ResolvedResource): boolean {
	if (write_disposition !== 'append') return false;
	if (!incremental) return true;
	// With an end, no state is kept. A range that moves with the clock is a new one in each run.
	const {end_value: end, initial_value: start} = incremental;
	return end != null && !isRelative(end) && !isRelative(start ?? undefined);
}

/** Whether each run appends the rows within its lag again. */
export function appendsLagAgain(resource: ResolvedResource): boolean {
	const {write_disposition, endpoint} = resource;
	const lag = endpoint.incremental?.lag ?? 0;
	return write_disposition === 'append' && lag !== 0 && !readsAllAgain(resource);
}

/** Whether repeated rows are unintended: a lag, or a key [], asks for them. */
export function appendsAgain({write_disposition, endpoint: {incremental}}: ResolvedResource): boolean {
	if (write_disposition !== 'append') return false;
	const {lag, primary_key: key} = incremental ?? {};
	return (lag == null || lag === 0) && !(Array.isArray(key) && key.length === 0);
}
