/** The plan of a run: the first request of each resource, and where it goes on. Writes nothing. */
import type {ResolvedResource} from '../config/compile/resolve.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {nodesOf} from '../config/relations/relation.ts';
import type {JsonObject} from '../core/json/json.ts';
import type {Cursor} from '../core/page.ts';
import {pipeline} from '../core/pipeline.ts';
import {countsOf, messageOf, type Reach, sink} from '../core/stage.ts';
import type {UnsentRequest} from '../http/recording/unsent.ts';
import {isSince} from '../state/commands/command-number.ts';
import {commandBefore} from '../state/commands/command-progress.ts';
import type {Commit, ResourceProgress} from '../state/commit.ts';
import {lastCommit} from '../state/commits/commit-log.ts';
import {layoutOf} from '../state/folders/layout.ts';
import {connect} from './connect.ts';
import {definitionOf} from './definition.ts';
import type {Emitter} from './emitter.ts';
import {localFolder, type OutputSettings} from './output/output.ts';
import {Outputs} from './output/outputs.ts';
import {Resources} from './resources.ts';
import {checkOptions, type RunOptions} from './run-options.ts';

export interface Plan {
	/** Folder of the datasets, or the address of a target. */
	readonly path: string;
	/** The folder of this machine with the record of the last run. */
	readonly local: string;
	readonly resources: readonly ResourcePlan[];
}

export interface ResourcePlan {
	readonly resource: string;
	readonly disposition: 'append' | 'replace' | 'merge';
	/** Absent where the request needs the rows of `parents`, or where it cannot be made. */
	readonly request?: UnsentRequest;
	readonly problem?: string;
	/** Resources for each of whose rows it is requested. */
	readonly parents: readonly string[];
	readonly start: Start;
	/** The result of requesting the first page. */
	readonly probe?: Probe;
}

export type Start =
	/** The run that this one continues had finished it. */
	| {readonly how: 'left-out'; readonly finishedAt: string | undefined}
	/** After the pages of an interrupted run. */
	| {readonly how: 'resumed'; readonly pages: number}
	/** Those pages are discarded, as the config has changed. */
	| {readonly how: 'restarted'}
	/** Only rows that are new since the last run. */
	| {readonly how: 'incremental'; readonly since: string}
	| {readonly how: 'beginning'};

export interface Probe {
	/** The number of rows on the page. */
	readonly rows: number;
	readonly reach?: Reach;
	readonly requests: number;
	readonly seconds: number;
	readonly problem?: string;
}

export interface PlanOptions
	extends Pick<
		RunOptions,
		'resources' | 'select' | 'fullRefresh' | 'limit' | 'output' | 'format' | 'compression' | 'signal'
	> {
	/** Requests the first page of each resource that needs no parents. @default false */
	readonly probe?: boolean | undefined;
}

export async function planOf(config: LoadedConfig, options: PlanOptions, emitter: Emitter): Promise<Plan> {
	checkOptions(options);
	const all = new Resources(config);
	const outputs = new Outputs(config, options);
	outputs.check(all.all);
	const output = outputs.main;
	const chosen = all.pick(options.resources);
	const kind = options.fullRefresh ? 'refresh' : 'run';
	const before =
		options.limit === undefined ? await commandBefore(localFolder(output), chosen, kind) : undefined;
	const plans: ResourcePlan[] = [];
	for (const resource of chosen) {
		options.signal?.throwIfAborted();
		const output = outputs.of(resource);
		const progress = (await lastOf(output, resource.table_name))?.progress.get(resource.name);
		const definition = definitionOf(resource, config, {resources: all, output, select: options.select});
		const place = placeOf(resource, progress, {definition, before: before?.number, ...options});
		const parents = resource.relation
			? [...new Set(nodesOf(resource.relation).flatMap(node => node.split('|')))]
			: [];
		const base = {
			resource: resource.name,
			disposition: options.fullRefresh ? ('replace' as const) : resource.write_disposition,
			parents,
			start: place.start,
		};
		if (parents.length > 0 || place.start.how === 'left-out') {
			plans.push(base);
			continue;
		}
		const first = await firstRequest(config, resource, place, emitter);
		const probe = options.probe ? await probed(config, resource, place, emitter, options.signal) : undefined;
		plans.push({...base, ...first, ...(probe && {probe})});
	}
	return {path: output.path, local: localFolder(output), resources: plans};
}

async function lastOf({path, target}: OutputSettings, table: string): Promise<Commit | undefined> {
	if (!target) return lastCommit(layoutOf(path, table));
	return (await (await target.parts()).list(target)).find(({name}) => name === table)?.commit;
}

interface Place {
	readonly start: Start;
	readonly extraction: {
		readonly state: JsonObject;
		readonly cursor?: Cursor;
		readonly firstNumber?: number;
	};
}

// The same decision as in `beginRun`, which also writes it.
function placeOf(
	resource: ResolvedResource,
	standing: ResourceProgress | undefined,
	options: Pick<PlanOptions, 'fullRefresh' | 'limit'> & {
		readonly definition: string;
		readonly before: string | undefined;
	},
): Place {
	const {definition, before, fullRefresh: isFresh = false} = options;
	const disposition = isFresh ? 'replace' : resource.write_disposition;
	const isSame = standing?.definition === definition && (standing.isFresh ?? false) === isFresh;
	if (standing?.isFinished && isSame && before !== undefined && isSince(standing.command, before))
		return {start: {how: 'left-out', finishedAt: standing.finishedAt}, extraction: {state: {}}};
	const isOpen = standing !== undefined && !standing.isFinished && standing.cursor !== undefined;
	const isApart = options.limit !== undefined;
	if (isOpen && isSame && !isApart && standing.disposition === disposition)
		return {
			start: {how: 'resumed', pages: standing.pages},
			extraction: {state: standing.state, cursor: standing.cursor ?? null, firstNumber: standing.pages},
		};
	const earlier = isFresh ? {} : ((standing?.isFinished ? standing.state : standing?.before) ?? {});
	const since = sinceIn(resource, earlier);
	const start: Start =
		isOpen && !isFresh && !isApart
			? {how: 'restarted'}
			: since === undefined
				? {how: 'beginning'}
				: {how: 'incremental', since};
	return {start, extraction: {state: earlier}};
}

function sinceIn({endpoint: {incremental}}: ResolvedResource, state: JsonObject): string | undefined {
	if (!incremental) return undefined;
	const kept = state[incremental.cursor_path];
	const value = typeof kept === 'object' && kept !== null ? (kept as JsonObject).last_value : undefined;
	return value === undefined || value === null ? undefined : String(value);
}

async function firstRequest(
	config: LoadedConfig,
	resource: ResolvedResource,
	{extraction}: Place,
	emitter: Emitter,
): Promise<Pick<ResourcePlan, 'request' | 'problem'>> {
	let request: UnsentRequest | undefined;
	const connection = connect(config, {
		emitter,
		traces: false,
		onUnsent: asked => {
			request ??= asked;
		},
	});
	try {
		const {source} = connection.extraction(resource, {...extraction, limit: {pages: 1}});
		for await (const _ of source) break;
		return request ? {request} : {problem: 'it asks for nothing'};
	} catch (error) {
		return request ? {request} : {problem: messageOf(error)};
	} finally {
		await connection.close();
	}
}

async function probed(
	config: LoadedConfig,
	resource: ResolvedResource,
	{extraction}: Place,
	emitter: Emitter,
	signal: AbortSignal | undefined,
): Promise<Probe> {
	const connection = connect(config, {emitter, signal});
	const started = performance.now();
	let rows = 0;
	const {source} = connection.extraction(resource, {...extraction, limit: {pages: 1}});
	const told = (): Probe => {
		const {reach, requests = 0} = countsOf(source);
		return {rows, requests, seconds: (performance.now() - started) / 1000, ...(reach && {reach})};
	};
	const count = sink({
		name: 'probe',
		write(page) {
			rows += page.records.length;
		},
		async close() {},
		needs: () => 'text',
	});
	try {
		await pipeline(source, count, {...(signal && {signal})});
		return told();
	} catch (error) {
		signal?.throwIfAborted();
		return {...told(), problem: messageOf(error)};
	} finally {
		await connection.close();
	}
}
