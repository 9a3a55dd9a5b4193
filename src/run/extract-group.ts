/** Reads resources that depend on one another from their API into their datasets, at the same time. */
import type {Connection} from '../config/compile/compile.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import type {FormatNeeds} from '../config/output/format-needs.ts';
import {selectedColumns} from '../config/rows/roles.ts';
import {type ExtractOptions, extract, extractionLimit, failedResult, type ResourceResult} from './extract.ts';
import type {RunTarget} from './output/target.ts';
import {progress} from './progress.ts';

export interface GroupOptions extends Omit<ExtractOptions, 'destination' | 'extraction'> {
	/** What the format of a resource looks at in records. */
	readonly needsOf: (resource: ResolvedResource) => FormatNeeds;
	/** The most rows of each resource. */
	readonly limit?: number | undefined;
	/** Milliseconds between events of progress. @default no such events */
	readonly progressMs?: number | undefined;
	/** Opens the target of a resource. Fails for a resource that cannot be written. */
	readonly open: (resource: ResolvedResource) => Promise<RunTarget>;
}

/** One result for each resource, in their order. Waits for all of them, also when one throws. */
export async function extractGroup(
	connection: Connection,
	resources: readonly ResolvedResource[],
	{open, needsOf, limit, progressMs, ...options}: GroupOptions,
): Promise<ResourceResult[]> {
	const {emit} = options.emitter;
	const failures: ResourceResult[] = [];
	const targets = new Map<string, RunTarget>();
	for (const resource of resources) {
		try {
			targets.set(resource.name, await open(resource));
		} catch (error) {
			emit({type: 'resource-end', ok: false, resource: resource.name, error});
			failures.push(failedResult(resource.name, error));
		}
	}
	const ready = resources.filter(({name}) => targets.has(name));
	const extractions = connection.extractions(ready, resource => ({
		...needsOf(resource),
		...extractionLimit(limit),
		...targets.get(resource.name)?.extraction,
	}));
	const names = resources.map(({name}) => name);
	emit({type: 'group-start', resources: names});
	const watched = extractions.map(({source}, i) => ({resource: ready[i]?.name ?? '', source, limit}));
	const watch = progress(watched, emit, progressMs);
	try {
		const running = ready.map((resource, i) => {
			const {name} = resource;
			const [destination, extraction] = [targets.get(name), extractions[i]];
			if (!destination || !extraction) throw new TypeError(`nothing reads ${name}`);
			const columns = selectedColumns(options.columns, resource);
			return extract(name, {...options, columns, destination, extraction});
		});
		const results = (await Promise.allSettled(running)).map(result => {
			if (result.status === 'rejected') throw result.reason;
			return result.value;
		});
		return names.flatMap(name => [...results, ...failures].filter(({resource}) => resource === name));
	} finally {
		watch.stop();
		emit({type: 'group-end', resources: names});
	}
}
