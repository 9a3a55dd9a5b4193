/** `sluice plan`: the parts of resources, in a spool that all processes see. */
import {join} from 'node:path';
import {parse as parseYaml} from 'yaml';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import type {LoadedConfig} from '../../config/load/load.ts';
import {ConfigError} from '../../core/errors.ts';
import {makeFolder} from '../../core/files/durable.ts';
import type {JsonObject} from '../../core/json/json.ts';
import type {ResourceProgress} from '../../state/commit.ts';
import {lastCommit} from '../../state/commits/commit-log.ts';
import {layoutOf, STORE} from '../../state/folders/layout.ts';
import {connect} from '../connect.ts';
import {definitionOf, definitionOfRows} from '../definition.ts';
import {Emitter} from '../emitter.ts';
import type {OnEvent} from '../events.ts';
import type {OutputOptions, OutputSettings} from '../output/output.ts';
import {Outputs} from '../output/outputs.ts';
import {Resources} from '../resources.ts';
import {digest, FORM, type PlanPart, partId} from './part.ts';
import {type DetectedPaginator, splitRows} from './split.ts';
import {type PlanRecord, Spool} from './spool.ts';

export interface SpoolOptions extends OutputOptions {
	/** The folder in which the processes meet. @default a hidden folder in the output folder */
	readonly spool?: string | undefined;
}

export interface PlanPartsOptions extends SpoolOptions {
	/** Names of the resources. @default the selected resources of the config */
	readonly resources?: readonly string[] | undefined;
	/** About so many requests in one part. @default 100 */
	readonly requests?: number | undefined;
	/** One part for each resource. @default false */
	readonly whole?: boolean | undefined;
	/** Drops the plan that is open, with the rows that were read for it. @default false */
	readonly anew?: boolean | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly onEvent?: OnEvent | undefined;
}

const REQUESTS = 100;

/** The spool of an output. A target that is no folder needs one that the caller names. */
export function spoolOf(output: OutputSettings, spool: string | undefined): Spool {
	if (spool !== undefined) return new Spool(spool);
	if (output.target)
		throw new ConfigError(
			`output ${output.path} is no folder that all machines see: name one with --spool, for the rows ` +
				'until the commit',
		);
	return new Spool(join(output.path, STORE, '.plans'));
}

/** The parts of the plan. A plan of the same resources that is not committed yet is given again. */
export async function planParts(config: LoadedConfig, options: PlanPartsOptions): Promise<PlanPart[]> {
	const {requests = REQUESTS, whole = false, anew = false, signal} = options;
	const all = new Resources(config);
	const outputs = new Outputs(config, options);
	outputs.check(all.all);
	const chosen = all.pick(options.resources);
	const spool = spoolOf(outputs.main, options.spool);
	const progress = new Map<string, ResourceProgress | undefined>();
	for (const resource of chosen)
		progress.set(resource.name, await progressOf(outputs.of(resource), resource));
	const definitions = chosen.map(resource =>
		definitionOf(resource, config, {resources: all, output: outputs.of(resource), select: undefined}),
	);
	const after = chosen.map(({name}) => runOf(progress.get(name)));
	const plan = digest({definitions, after, requests, whole});
	if (anew) await spool.remove(plan);
	if (await spool.record(plan)) return spool.parts(plan);
	const parts: PlanPart[] = [];
	for (const resource of chosen) {
		signal?.throwIfAborted();
		const {name} = resource;
		let detected: DetectedPaginator | undefined;
		const emitter = new Emitter({
			onEvent(event) {
				if (event.type === 'detected') detected = paginatorIn(event.config);
				options.onEvent?.(event);
			},
		});
		const connection = connect(config, {emitter, signal, traces: true});
		try {
			const split = await splitRows(resource, {
				...{connection, requests, isWhole: whole, detected: () => detected},
				state: stateOf(progress.get(name)),
			});
			for (const {est, ...rows} of split) {
				const id = partId(name, rows);
				const index = parts.length;
				parts.push({v: FORM, plan, id, index, resource: name, ...rows, ...(est && {est})});
			}
		} finally {
			await connection.close();
		}
	}
	await makeFolder(spool.folder);
	await spool.sweep();
	const resources = chosen.map((resource, i) => ({
		...{resource: resource.name, after: after[i] ?? null},
		definition: definitionOfRows(resource, config, all),
	}));
	await spool.putPlan({plan, resources, parts: parts.length, at: new Date().toISOString()}, parts);
	// Another process may have been faster.
	return spool.parts(plan);
}

/** Throws where a config would not read the rows of the plan. */
export function checkDefinition({plan, resources}: PlanRecord, name: string, config: LoadedConfig): void {
	const all = new Resources(config);
	const planned = resources.find(each => each.resource === name);
	if (planned?.definition === definitionOfRows(all.only(name), config, all)) return;
	throw new ConfigError(
		`${name}: this config is not the one of plan ${plan}, so it would read other rows. Take the config of ` +
			'the plan, with the same --set and variables, or plan again with sluice plan',
	);
}

/** The run that a dataset stands at. */
export function runOf(standing: ResourceProgress | undefined): string | null {
	return standing ? `${standing.run}${standing.isFinished ? '' : ' unfinished'}` : null;
}

function stateOf(standing: ResourceProgress | undefined): JsonObject {
	return (standing?.isFinished ? standing.state : standing?.before) ?? {};
}

async function progressOf(
	{path, target}: OutputSettings,
	{name, table_name: table}: ResolvedResource,
): Promise<ResourceProgress | undefined> {
	const commit = target
		? (await (await target.parts()).list(target)).find(each => each.name === table)?.commit
		: await lastCommit(layoutOf(path, table));
	return commit?.progress.get(name);
}

// The lines of config with the same meaning as what was found.
function paginatorIn(config: string): DetectedPaginator | undefined {
	const {paginator, params} = (parseYaml(config) ?? {}) as {
		paginator?: JsonObject | string;
		params?: JsonObject;
	};
	if (paginator === undefined) return undefined;
	return {
		paginator: typeof paginator === 'string' ? {type: paginator} : paginator,
		...(params && {params}),
	};
}
