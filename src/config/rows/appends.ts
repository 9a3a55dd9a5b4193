/** Resources that append, in each run, what is there already. */
import {isRelative} from '../../resource/incremental/relative.ts';
import type {ResolvedResource} from '../compile/resolve.ts';

/** What to do about it, beside `incremental`. */
export const orElse =
	'set primary_key and write_disposition: merge to update rows, or write_disposition: replace';

/** By the config alone: nothing tells a run what an earlier one has read. */
export function readsAllAgain({write_disposition, endpoint: {incremental}}: ResolvedResource): boolean {
	if (write_disposition !== 'append') return false;
	if (!incremental) return true;
	// With an end, no state is kept. A range that moves with the clock is another one each time.
	const {end_value: end, initial_value: start} = incremental;
	return end != null && !isRelative(end) && !isRelative(start ?? undefined);
}

/** Whether rows that come again are none that were asked for again: by a lag, or as the key is []. */
export function appendsAgain({write_disposition, endpoint: {incremental}}: ResolvedResource): boolean {
	if (write_disposition !== 'append') return false;
	const {lag, primary_key: key} = incremental ?? {};
	return (lag == null || lag === 0) && !(Array.isArray(key) && key.length === 0);
}
