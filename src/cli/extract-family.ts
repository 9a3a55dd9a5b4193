/** Resources that depend on one another, from their API to their destination, all at once. */
import type {Connection} from '../config/compile/compile.ts';
import type {Intake} from '../config/compile/intake.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import {addCounts} from '../core/pipeline.ts';
import {countsOf} from '../core/stage.ts';
import {type ExtractOptions, extract, limited} from './extract.ts';
import {progress} from './progress.ts';
import type {Result} from './summary.ts';
import type {Target} from './target.ts';

export interface FamilyOptions extends Omit<ExtractOptions, 'destination' | 'extraction' | 'live'> {
	/** What the format asks of records. */
	readonly intake: Intake;
	/** Most rows of each. */
	readonly limit?: number | undefined;
	/** Fails for a resource that cannot be written. */
	readonly open: (resource: ResolvedResource) => Promise<Target>;
}

interface Ready {
	readonly resource: ResolvedResource;
	readonly target: Target;
}

/** One result for each. Waits for all of them, also when one throws. */
export async function extractFamily(
	connection: Connection,
	resources: readonly ResolvedResource[],
	{open, intake, limit, ...options}: FamilyOptions,
): Promise<Result[]> {
	const {log} = options;
	const failures: Result[] = [];
	const ready: Ready[] = [];
	for (const resource of resources) {
		try {
			ready.push({resource, target: await open(resource)});
		} catch (error) {
			failures.push({resource: resource.name, counts: addCounts([]), seconds: 0, error});
		}
	}
	const targetOf = new Map(ready.map(({resource, target}) => [resource.name, target]));
	const optionsOf = ({name}: ResolvedResource) => ({
		...intake,
		...limited(limit),
		...targetOf.get(name)?.extraction,
	});
	const extractions = connection.extractions(
		ready.map(({resource}) => resource),
		optionsOf,
	);
	const isFamily = resources.length > 1;
	const counts = () => addCounts(extractions.map(({source}) => countsOf(source)));
	const line =
		isFamily && log.live ? progress(resources.map(({name}) => name).join(', '), counts) : undefined;
	const running = extractions.map((extraction, i) => {
		const {resource, target} = ready[i] as Ready;
		return extract(resource, {...options, destination: target, extraction, live: !isFamily});
	});
	const settled = await Promise.allSettled(running);
	line?.stop();
	const results = settled.map(result => {
		if (result.status === 'rejected') throw result.reason;
		return result.value;
	});
	return resources.flatMap(({name}) => [...results, ...failures].filter(({resource}) => resource === name));
}
