/**
 * `sluice commit`: the rows of all parts go, in the order of the plan, the same way as those of a run: through
 * its stages, into its datasets, with its state. A commit that was interrupted goes on where it stopped.
 */

import type {ResolvedResource} from '../../config/compile/resolve.ts';
import type {LoadedConfig} from '../../config/load/load.ts';
import {stagesFor} from '../../config/rows/stages.ts';
import {ConfigError, PaginationError, StateError} from '../../core/errors.ts';
import {readable} from '../../resource/resource.ts';
import {Emitter} from '../emitter.ts';
import type {OnEvent} from '../events.ts';
import {extract, type ResourceResult} from '../extract.ts';
import {inAnyCase} from '../in-any-case.ts';
import {neededFormat} from '../output/output.ts';
import {Outputs} from '../output/outputs.ts';
import {Targets} from '../output/targets.ts';
import {Resources} from '../resources.ts';
import type {PlanPart} from './part.ts';
import {planPages} from './plan-pages.ts';
import {checkDefinition, runOf, type SpoolOptions, spoolOf} from './plan-parts.ts';
import type {PlanRecord, Receipt, Spool} from './spool.ts';

export interface CommitPartsOptions extends SpoolOptions {
	/** @default the only plan that is open */
	readonly plan?: string | undefined;
	/** The most refused rows of one resource; with one more, it fails. @default any number */
	readonly maxRejects?: number | undefined;
	readonly strict?: boolean | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly onEvent?: OnEvent | undefined;
}

export interface CommitPartsResult {
	readonly plan: string;
	/** The parts without a receipt. If there are any, nothing was committed. */
	readonly missing: readonly PlanPart[];
	readonly resources: readonly ResourceResult[];
	/** The resources that were committed before. */
	readonly done: readonly string[];
	readonly seconds: number;
	/** The requests of all parts that count, and the seconds that they took together. */
	readonly cost: {readonly requests: number; readonly seconds: number};
}

export async function commitParts(
	config: LoadedConfig,
	options: CommitPartsOptions,
): Promise<CommitPartsResult> {
	const startedAt = performance.now();
	const outputs = new Outputs(config, options);
	const spool = spoolOf(outputs.main, options.spool);
	const record = await chosenPlan(spool, options.plan);
	const parts = await spool.parts(record.plan);
	const receipts = new Map<string, Receipt>();
	for (const part of parts) {
		const receipt = await spool.receipt(part);
		if (receipt) receipts.set(part.id, receipt);
	}
	const all = [...receipts.values()];
	const result = {
		plan: record.plan,
		cost: {requests: sum(all.map(each => each.requests)), seconds: sum(all.map(each => each.seconds))},
	};
	const seconds = (): number => (performance.now() - startedAt) / 1000;
	const missing = parts.filter(({id}) => !receipts.has(id));
	const names = record.resources.map(({resource}) => resource);
	if (await spool.isFinished(record.plan))
		return {...result, missing: [], resources: [], done: names, seconds: seconds()};
	if (missing.length > 0) return {...result, missing, resources: [], done: [], seconds: seconds()};
	const work = new PlanCommit({config, outputs, spool, record, parts, receipts}, options);
	await work.run();
	if (work.results.every(({error}) => error === undefined)) await spool.finish(record.plan);
	return {...result, missing: [], resources: work.results, done: work.done, seconds: seconds()};
}

async function chosenPlan(spool: Spool, plan: string | undefined): Promise<PlanRecord> {
	if (plan !== undefined) return spool.known(plan);
	const open = await spool.open();
	const [only, ...others] = open;
	if (only && others.length === 0) return only;
	if (!only) throw new ConfigError(`no plan in ${spool.folder} waits for a commit: begin with sluice plan`);
	const named = open.map(
		({plan, resources}) => `${plan} (${resources.map(each => each.resource).join(', ')})`,
	);
	throw new ConfigError(
		`several plans in ${spool.folder} are open: ${named.join('; ')}. Name one with --plan`,
	);
}

interface Planned {
	readonly config: LoadedConfig;
	readonly outputs: Outputs;
	readonly spool: Spool;
	readonly record: PlanRecord;
	readonly parts: readonly PlanPart[];
	readonly receipts: ReadonlyMap<string, Receipt>;
}

class PlanCommit {
	readonly results: ResourceResult[] = [];
	readonly done: string[] = [];
	readonly #planned: Planned;
	readonly #options: CommitPartsOptions;
	readonly #emitter: Emitter;
	readonly #resources: Resources;

	constructor(planned: Planned, options: CommitPartsOptions) {
		this.#planned = planned;
		this.#options = options;
		this.#emitter = new Emitter(options);
		this.#resources = new Resources(planned.config);
	}

	async run(): Promise<void> {
		const {record, outputs} = this.#planned;
		const names = record.resources.map(({resource}) => resource);
		this.#emitter.emit({type: 'run-start', resources: names});
		const targets = new Targets(resource => outputs.of(resource), this.#emitter);
		await inAnyCase(
			async () => {
				for (const {resource, after} of record.resources)
					await this.#commit(this.#resources.only(resource), after, targets);
			},
			() => targets.close(),
		);
		const failed = this.results.filter(({error}) => error !== undefined).length;
		this.#emitter.emit({type: 'run-end', resources: this.results.length, failed});
	}

	async #commit(resource: ResolvedResource, after: string | null, targets: Targets): Promise<void> {
		const {record, outputs, spool, receipts} = this.#planned;
		const {name} = resource;
		const definition = `plan ${record.plan}`;
		const progress = await targets.progressOf(resource);
		if (progress?.definition === definition && progress.isFinished) {
			this.done.push(name);
			this.#emitter.emit({type: 'resource-skip', resource: name, finishedAt: progress.finishedAt ?? ''});
			return;
		}
		if (progress?.definition !== definition && runOf(progress) !== after)
			throw new StateError(
				`${name}: its dataset has changed since the plan ${record.plan}, so the parts may lack rows or ` +
					'have them twice. Plan again with sluice plan',
			);
		const parts = this.#planned.parts.filter(part => part.resource === name);
		checkDefinition(record, name, this.#planned.config);
		for (const {id} of parts) await spool.check(record.plan, receipts.get(id) as Receipt);
		this.#checkTotal(name, parts);
		const {maxRejects, signal = new AbortController().signal} = this.#options;
		const destination = await targets.open(resource, {
			...{fullRefresh: false, isLimited: false, maxRejects, definition, isAtOnce: true},
			names: this.#resources.all.map(each => each.name),
			replacing: record.resources
				.map(each => this.#resources.only(each.resource))
				.filter(each => each.write_disposition === 'replace')
				.map(each => each.name),
		});
		const {extraction} = destination;
		const counts = {};
		const files = parts.map(({id}) => spool.pathOf(record.plan, (receipts.get(id) as Receipt).file));
		const pages = planPages(resource, {
			...{files, counts, warn: this.#emitter.warn},
			ranges: parts.flatMap(part => (part.kind === 'window' ? [part.range] : [])),
			state: extraction.state ?? {},
			cursor: extraction.cursor,
			firstNumber: extraction.firstNumber ?? 0,
		});
		const format = neededFormat(outputs.of(resource), undefined);
		const stages = stagesFor(resource, {...format, ...extraction, onWarning: this.#emitter.warn});
		this.results.push(
			await extract(name, {
				...{destination, emitter: this.#emitter, signal},
				extraction: {source: readable(pages, {}, counts), stages},
			}),
		);
	}

	#checkTotal(name: string, parts: readonly PlanPart[]): void {
		const stated = parts.find(part => part.kind === 'offset' || part.kind === 'pages');
		const total = stated && 'total' in stated ? stated.total : undefined;
		if (total === undefined) return;
		const rows = sum(parts.map(({id}) => this.#planned.receipts.get(id)?.rows ?? 0));
		if (rows < total)
			throw new PaginationError(
				`${name}: ${rows} rows came, and the API stated ${total} for the plan: the list has changed ` +
					'meanwhile. Nothing was committed. Plan again with sluice plan --anew',
			);
		if (rows > total)
			this.#emitter.warn({
				code: 'list-moved',
				resource: name,
				message:
					`${rows} rows came, and the API stated ${total} for the plan: the list has grown meanwhile. ` +
					'Rows that moved may have come twice, unless primary_key tells them apart',
			});
	}
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
