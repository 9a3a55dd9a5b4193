/**
 * `run()`, with everything that `sluice run` does, for programs. It writes no message, and uses no terminal.
 */
import {familiesAtOnce} from '../config/client/options.ts';
import type {Connection} from '../config/compile/compile.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import type {ConfigObject} from '../config/define.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {type CommandProgress, commandProgress} from '../state/commands/command-progress.ts';
import {connect} from './connect.ts';
import {definitionOf} from './definition.ts';
import {Emitter} from './emitter.ts';
import {OutOfTimeError, RunError} from './errors.ts';
import type {ResourceResult} from './extract.ts';
import {extractGroup} from './extract-group.ts';
import {inAnyCase} from './in-any-case.ts';
import {ensureLoaded} from './load-config.ts';
import {localFolder, movedOutput, neededFormat} from './output/output.ts';
import {Outputs} from './output/outputs.ts';
import {Targets} from './output/targets.ts';
import {Resources} from './resources.ts';
import {checkOptions, type RunOptions} from './run-options.ts';
import {chained, sideBySide} from './side-by-side.ts';

const TABLE_SEPARATOR = '__';

export interface RunResult {
	/** Folder of the datasets. */
	readonly path: string;
	/** The result of each resource that was read, in the order of the config. */
	readonly resources: readonly ResourceResult[];
	/** Resources that were skipped: the run that this one continued had finished them. */
	readonly skipped: readonly string[];
	/** The time from its first request to its last commit, by the wall clock. */
	readonly seconds: number;
}

/** The most consecutive runs that skip finished resources, while another one fails. */
const MOST_TIMES_LEFT_OUT = 3;

/** See `run` in index.ts. */
export async function run(
	config?: string | ConfigObject | LoadedConfig,
	options: RunOptions = {},
): Promise<RunResult> {
	checkOptions(options);
	const work = new Run(await ensureLoaded(config, options), options);
	const result = await work.run();
	if (result.resources.some(({error}) => error !== undefined)) throw new RunError(result);
	return result;
}

class Run {
	private readonly config: LoadedConfig;
	private readonly options: RunOptions;
	private readonly emitter: Emitter;
	private readonly resources: Resources;
	private readonly chosen: readonly ResolvedResource[];
	private readonly outputs: Outputs;
	private readonly fullRefresh: boolean;
	private readonly isLimited: boolean;
	private readonly results: ResourceResult[] = [];
	private readonly skipped: string[] = [];

	constructor(config: LoadedConfig, options: RunOptions) {
		this.config = config;
		this.options = options;
		this.emitter = new Emitter(options);
		this.resources = new Resources(config);
		this.chosen = this.resources.pick(options.resources);
		this.outputs = new Outputs(config, options);
		this.outputs.check(this.resources.all);
		this.fullRefresh = options.fullRefresh === true;
		this.isLimited = options.limit !== undefined;
	}

	async run(): Promise<RunResult> {
		const {emitter, options} = this;
		const output = this.outputs.main;
		const started = performance.now();
		emitter.emit({type: 'run-start', resources: this.chosen.map(({name}) => name)});
		const moved =
			options.output === undefined ? await movedOutput(this.config, output, options.cwd) : undefined;
		if (moved) emitter.emit(moved);
		const deadline = new AbortController();
		const {maxDuration: ms} = options;
		const timer = ms === undefined ? undefined : setTimeout(() => deadline.abort(new OutOfTimeError(ms)), ms);
		timer?.unref();
		try {
			const signals = [options.signal, emitter.signal, deadline.signal].filter(each => each !== undefined);
			await this.read(AbortSignal.any(signals));
		} finally {
			clearTimeout(timer);
		}
		const failed = this.failed().length;
		emitter.emit({type: 'run-end', resources: this.results.length, failed});
		emitter.signal.throwIfAborted();
		const seconds = (performance.now() - started) / 1000;
		return {path: output.path, resources: this.results, skipped: this.skipped, seconds};
	}

	private async read(signal: AbortSignal): Promise<void> {
		const {emitter, options} = this;
		const connection = connect(this.config, {
			emitter,
			signal,
			...(options.traces !== undefined && {traces: options.traces}),
			rateShare: options.rateShare,
			sleep: options.sleep,
			recording: options,
		});
		const targets = new Targets(resource => this.outputs.of(resource), emitter);
		await inAnyCase(
			() => this.readInto(targets, connection, signal),
			() => targets.close(),
			connection.close,
		);
	}

	private async readInto(targets: Targets, connection: Connection, signal: AbortSignal): Promise<void> {
		const {emit} = this.emitter;
		const attempt = this.isLimited
			? undefined
			: await commandProgress(
					localFolder(this.outputs.main),
					this.chosen,
					this.fullRefresh ? 'refresh' : 'run',
				);
		if (attempt?.before) {
			const {startedAt, failed} = attempt.before;
			const resources = this.chosen.map(({name}) => name);
			emit({type: 'run-resume', resources, startedAt, failed});
		}
		try {
			const families = connection.families(this.chosen);
			// Resources of one dataset are written in their order. `a__b` may also be a table of a list in `a`.
			const chains = chained(families, family =>
				family.map(({table_name}) => table_name.split(TABLE_SEPARATOR)[0] ?? table_name),
			);
			const most = this.isLimited ? 1 : familiesAtOnce(this.config.config.client);
			await sideBySide(chains, most, async chain => {
				for (const family of chain) {
					const left = await this.unfinished(family, targets, attempt);
					if (left.length > 0)
						this.results.push(...(await this.extract(left, targets, connection, attempt, signal)));
					signal.throwIfAborted();
				}
			});
			this.sortByConfig();
			// Otherwise the next run would read again, and append, rows that are in the log already.
			if (await targets.areHalfWay()) await attempt?.release();
			else if (attempt) await this.end(attempt);
		} catch (error) {
			await attempt?.release().catch(() => {});
			throw error;
		}
	}

	/** Resources that are read at once end in any order. */
	private sortByConfig(): void {
		const places = new Map(this.chosen.map(({name}, place) => [name, place]));
		const placeOf = (name: string): number => places.get(name) ?? 0;
		this.results.sort((a, b) => placeOf(a.resource) - placeOf(b.resource));
		this.skipped.sort((a, b) => placeOf(a) - placeOf(b));
	}

	/** The resources of a group that the run before did not finish. */
	private async unfinished(
		group: readonly ResolvedResource[],
		targets: Targets,
		attempt: CommandProgress | undefined,
	): Promise<ResolvedResource[]> {
		const {before} = attempt ?? {};
		if (!before) return [...group];
		const {fullRefresh} = this;
		const left: ResolvedResource[] = [];
		for (const resource of group) {
			const definition = this.definitionOf(resource);
			const finishedAt = await targets.finishedAt(resource, before.number, {fullRefresh, definition});
			if (finishedAt === undefined) left.push(resource);
			else {
				this.skipped.push(resource.name);
				this.emitter.emit({type: 'resource-skip', resource: resource.name, finishedAt});
			}
		}
		return left;
	}

	private extract(
		group: readonly ResolvedResource[],
		targets: Targets,
		connection: Connection,
		attempt: CommandProgress | undefined,
		signal: AbortSignal,
	): Promise<ResourceResult[]> {
		const {emitter, outputs, options, fullRefresh, isLimited} = this;
		const names = this.resources.all.map(({name}) => name);
		const replacing = this.chosen
			.filter(({write_disposition: how}) => fullRefresh || how === 'replace')
			.map(({name}) => name);
		return extractGroup(connection, group, {
			emitter,
			needsOf: resource => neededFormat(outputs.of(resource), options.select),
			signal,
			limit: options.limit,
			columns: options.select,
			progressMs: options.progressMs,
			open: resource =>
				targets.open(resource, {
					fullRefresh,
					isLimited,
					maxRejects: options.maxRejects,
					definition: this.definitionOf(resource),
					names,
					replacing,
					command: attempt?.number,
				}),
		});
	}

	/** Decides which resources the next run skips. */
	private async end(attempt: CommandProgress): Promise<void> {
		const failed = this.failed();
		// A resource that fails again and again may never succeed: the others do not wait for it for ever.
		const isLastTime = failed.length > 0 && (attempt.before?.timesFailed ?? 0) >= MOST_TIMES_LEFT_OUT;
		if (isLastTime) this.emitter.emit({type: 'failed-again', resources: failed});
		const all = this.skipped.length + this.results.length;
		if (failed.length > 0 && !isLastTime && all > failed.length) await attempt.leave(failed);
		else await attempt.end();
	}

	private failed(): string[] {
		return this.results.filter(({error}) => error !== undefined).map(({resource}) => resource);
	}

	/** The text of everything that places in a resource depend on. */
	private definitionOf(resource: ResolvedResource): string {
		return definitionOf(resource, this.config, {
			resources: this.resources,
			output: this.outputs.of(resource),
			select: this.options.select,
		});
	}
}
