/** The datasets of one run: each is opened once, and closed when the run ends. */

import type {FileFormat} from '../../../sinks/formats/format.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {fileFormat} from '../../config/output/formats.ts';
import {ConfigError} from '../../core/errors.ts';
import {isSince} from '../../state/commands/command-number.ts';
import type {ResourceProgress} from '../../state/commit.ts';
import {openDataset} from '../../state/dataset.ts';
import {runName} from '../../state/resume.ts';
import type {Target} from '../../state/target.ts';
import {formatBeside} from '../compatibility/fits-dataset.ts';
import type {Emitter} from '../emitter.ts';
import {inAnyCase} from '../in-any-case.ts';
import type {OutputSettings} from './output.ts';
import {openTarget, type RunTarget, type RunTargetOptions} from './target.ts';

export class Targets {
	private readonly outputOf: (resource: ResolvedResource) => OutputSettings;
	private readonly emitter: Emitter;
	private readonly writer = runName(new Date());
	private readonly opened = new Map<string, Promise<Target>>();

	/** `emitter` gets warnings about written rows; where its callback throws, the resource fails. */
	constructor(outputOf: (resource: ResolvedResource) => OutputSettings, emitter: Emitter) {
		this.outputOf = outputOf;
		this.emitter = emitter;
	}

	async open(resource: ResolvedResource, options: RunTargetOptions): Promise<RunTarget> {
		const dataset = await this.datasetOf(resource);
		const output = this.outputOf(resource);
		const chosen = await formatOf(output);
		// The forms of files elsewhere are fixed: to look at them would be to copy them all.
		const format = output.target ? chosen : await formatBeside(dataset, chosen, resource, options);
		return openTarget(resource, {...options, dataset, format, output, emitter: this.emitter});
	}

	/**
	 * The time when a resource was finished by a run with the same definition, in that command or a later one.
	 * `undefined` where it was not.
	 */
	async finishedAt(
		resource: ResolvedResource,
		since: string,
		{fullRefresh, definition}: Pick<RunTargetOptions, 'fullRefresh' | 'definition'>,
	): Promise<string | undefined> {
		// A dataset that cannot be opened reports its error when its resource is read.
		const dataset = await this.datasetOf(resource).catch(() => undefined);
		const progress = dataset?.last?.progress.get(resource.name);
		if (!progress?.isFinished || !isSince(progress.command, since)) return undefined;
		const isSame = progress.definition === definition && (progress.isFresh ?? false) === fullRefresh;
		// Missing files are reported, or read again, when the resource is opened.
		return isSame && dataset?.missing.length === 0 ? progress.finishedAt : undefined;
	}

	/** How far a resource has been read. */
	async progressOf(resource: ResolvedResource): Promise<ResourceProgress | undefined> {
		return (await this.datasetOf(resource)).last?.progress.get(resource.name);
	}

	/** Whether a recorded commit is not visible yet: the next run finishes it. */
	async areHalfWay(): Promise<boolean> {
		return (await this.all()).some(dataset => dataset.isHalfWay);
	}

	async close(): Promise<void> {
		await inAnyCase(...(await this.all()).map(dataset => () => dataset.close()));
	}

	private datasetOf(resource: ResolvedResource): Promise<Target> {
		const {writer} = this;
		const {table_name: name} = resource;
		const {path: root, graceMs = 0, target} = this.outputOf(resource);
		const key = JSON.stringify([root, name]);
		const known =
			this.opened.get(key) ??
			(target ? target.open(name, writer) : openDataset({root, name, writer, graceMs}));
		this.opened.set(key, known);
		return known;
	}

	// A dataset that could not be opened has made its resource fail already.
	private async all(): Promise<Target[]> {
		const datasets = await Promise.all([...this.opened.values()].map(each => each.catch(() => undefined)));
		return datasets.filter(dataset => dataset !== undefined);
	}
}

async function formatOf({
	format,
	compression,
	options,
	plugins,
	target,
}: OutputSettings): Promise<FileFormat> {
	if (!target) return fileFormat(format, {compression, options}, plugins);
	if (target.plugin.takes === 'any') {
		const parquet = {timeAs: 'text', ...options?.parquet};
		return fileFormat(format, {compression, options: {...options, parquet}}, plugins);
	}
	const {format: own} = await target.parts();
	if (own) return own;
	throw new ConfigError(
		`${target.plugin.type}: the plugin takes ${target.plugin.takes}, and has no format for it`,
	);
}
