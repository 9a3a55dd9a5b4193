/** Resources that depend on one another, from their API to their destination, all at once. */
import type {Connection} from '../config/compile.ts';
import type {ResolvedResource} from '../config/resolve.ts';
import {addCounts} from '../core/pipeline.ts';
import {countsOf} from '../core/stage.ts';
import {type ExtractOptions, extract, limited} from './extract.ts';
import {progress} from './progress.ts';
import type {Result} from './summary.ts';

/** One result for each. Waits for all of them, also when one throws. */
export async function extractFamily(
	connection: Connection,
	resources: readonly ResolvedResource[],
	options: ExtractOptions,
): Promise<Result[]> {
	const {typed, limit, log} = options;
	const extractions = connection.extractions(resources, {typed, ...limited(limit)});
	const isFamily = resources.length > 1;
	const counts = () => addCounts(extractions.map(({source}) => countsOf(source)));
	const line = isFamily && log.live ? progress(resources.map(({name}) => name).join(', '), counts) : undefined;
	const running = resources.map((resource, i) => {
		const extraction = extractions[i];
		return extract(connection, resource, {...options, live: !isFamily, ...(extraction && {extraction})});
	});
	const settled = await Promise.allSettled(running);
	line?.stop();
	return settled.map(result => {
		if (result.status === 'rejected') throw result.reason;
		return result.value;
	});
}
