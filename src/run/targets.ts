/** The datasets of one run: each is opened once, and closed when the run ends. */

import type {ResolvedResource} from '../config/compile/resolve.ts';
import {fileFormat} from '../config/output/formats.ts';
import {isSince} from '../state/command-number.ts';
import {type Dataset, openDataset} from '../state/dataset.ts';
import {runName} from '../state/resume.ts';
import type {Emitter} from './emitter.ts';
import {formatBeside} from './fits-dataset.ts';
import {inAnyCase} from './in-any-case.ts';
import type {Output} from './output.ts';
import {openTarget, type Target, type TargetOptions} from './target.ts';

export class Targets {
	private readonly output: Output;
	private readonly emitter: Emitter;
	private readonly writer = runName(new Date());
	private readonly opened = new Map<string, Promise<Dataset>>();

	/** `emitter` is told of what may be wrong with what is written; where that throws, the resource fails. */
	constructor(output: Output, emitter: Emitter) {
		this.output = output;
		this.emitter = emitter;
	}

	async open(resource: ResolvedResource, options: TargetOptions): Promise<Target> {
		const dataset = await this.datasetOf(resource);
		const {format: word, compression, options: own, plugins} = this.output;
		const chosen = await fileFormat(word, {compression, options: own}, plugins);
		const format = await formatBeside(dataset, chosen, resource, options);
		return openTarget(resource, {...options, dataset, format, output: this.output, emitter: this.emitter});
	}

	/**
	 * When a resource came to the end of just such a run, in that command or in a later one. Nothing where it
	 * did not.
	 */
	async finishedAt(
		resource: ResolvedResource,
		since: string,
		{fullRefresh, definition}: Pick<TargetOptions, 'fullRefresh' | 'definition'>,
	): Promise<string | undefined> {
		// One that cannot be opened says so when it is read.
		const dataset = await this.datasetOf(resource).catch(() => undefined);
		const standing = dataset?.last?.standings.get(resource.name);
		if (!standing?.isFinished || !isSince(standing.command, since)) return undefined;
		const isSame = standing.definition === definition && (standing.isFresh ?? false) === fullRefresh;
		// Files that are gone are told of, or read again, where it is opened.
		return isSame && dataset?.missing.length === 0 ? standing.finishedAt : undefined;
	}

	/** Whether something was recorded that readers do not see yet: the next run goes on from there. */
	async areHalfWay(): Promise<boolean> {
		return (await this.all()).some(dataset => dataset.isHalfWay);
	}

	async close(): Promise<void> {
		await inAnyCase(...(await this.all()).map(dataset => () => dataset.close()));
	}

	private datasetOf({table_name: name}: ResolvedResource): Promise<Dataset> {
		const {writer} = this;
		const {path: root, graceMs = 0} = this.output;
		const known = this.opened.get(name) ?? openDataset({root, name, writer, graceMs});
		this.opened.set(name, known);
		return known;
	}

	// A dataset that could not be opened has failed its resource already.
	private async all(): Promise<Dataset[]> {
		const datasets = await Promise.all([...this.opened.values()].map(each => each.catch(() => undefined)));
		return datasets.filter(dataset => dataset !== undefined);
	}
}
