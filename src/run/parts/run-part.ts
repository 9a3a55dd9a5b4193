/** `sluice run-part`: reads one part of a plan, and puts its receipt. */
import {rm} from 'node:fs/promises';
import type {LoadedConfig} from '../../config/load/load.ts';
import {PaginationError, StateError} from '../../core/errors.ts';
import type {StageCounts} from '../../core/stage.ts';
import {connect} from '../connect.ts';
import {Emitter} from '../emitter.ts';
import type {OnEvent} from '../events.ts';
import {outputOf} from '../output/output.ts';
import {Resources} from '../resources.ts';
import {narrowed} from './narrow.ts';
import type {PlanPart} from './part.ts';
import {checkDefinition, type SpoolOptions, spoolOf} from './plan-parts.ts';
import type {Receipt, Spool} from './spool.ts';
import {type Written, writePages} from './spooled-pages.ts';

export interface RunPartOptions extends SpoolOptions {
	/** The share of this process in the rate limit of the config. @default 1 */
	readonly rateShare?: number | undefined;
	/** Makes the first warning a failure. @default false */
	readonly strict?: boolean | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly onEvent?: OnEvent | undefined;
}

/**
 * The receipt of the part, and whether this call read it. A part that has a receipt is not read again; of two
 * calls that read it at once, the first to end counts.
 */
export async function runPart(
	config: LoadedConfig,
	part: PlanPart,
	options: RunPartOptions,
): Promise<{readonly receipt: Receipt; readonly isNew: boolean}> {
	const spool = spoolOf(outputOf(config, options), options.spool);
	const known = await spool.receipt(part);
	if (known) return {receipt: known, isNew: false};
	checkDefinition(await spool.known(part.plan), part.resource, config);
	const {file, path} = spool.attempt(part);
	const startedAt = performance.now();
	try {
		const {written, counts} = await readPart(config, part, path, options);
		checkRows(part, written);
		await spool.putReceipt(part.plan, {
			...{id: part.id, file, ...written},
			requests: counts.requests ?? 0,
			seconds: Math.round(performance.now() - startedAt) / 1000,
			at: new Date().toISOString(),
		});
		return await outcome(spool, part, file);
	} catch (error) {
		// The part may be done, and the plan committed, while this process was stopped.
		return outcome(spool, part, file, error);
	}
}

/** The attempt that counts has its receipt. Any other one leaves no file. */
async function outcome(
	spool: Spool,
	part: PlanPart,
	file: string,
	error?: unknown,
): Promise<{readonly receipt: Receipt; readonly isNew: boolean}> {
	const receipt = await spool.receipt(part);
	const isNew = receipt?.file === file;
	if (!isNew) await rm(spool.pathOf(part.plan, file), {force: true});
	if (receipt) return {receipt, isNew};
	await spool.known(part.plan);
	throw error ?? new StateError(`${part.resource}: the plan ${part.plan} was dropped meanwhile`);
}

async function readPart(
	config: LoadedConfig,
	part: PlanPart,
	path: string,
	{rateShare, strict, signal, onEvent}: RunPartOptions,
): Promise<{readonly written: Written; readonly counts: StageCounts}> {
	const emitter = new Emitter({onEvent, strict});
	const {name} = new Resources(config).only(part.resource);
	const connection = connect(config, {
		...{emitter, signal, rateShare},
		narrow: each => (each.name === name ? narrowed(each, part) : each),
	});
	try {
		const bindings = part.kind === 'parents' ? part.bindings : undefined;
		const {pages, counts} = connection.pagesOf(new Resources(config).only(name), bindings);
		const written = await writePages(path, pages, signal);
		return {written, counts};
	} finally {
		await connection.close();
	}
}

// Where pages are not full, or the list moves, the ranges of two parts may overlap or leave a gap.
function checkRows(part: PlanPart, {rows}: Written): void {
	if (part.kind !== 'offset' || part.to === undefined) return;
	const wanted = part.to - part.from;
	if (rows === wanted) return;
	throw new PaginationError(
		`${part.resource}: ${rows} rows came from offset ${part.from} to ${part.to}, and not ${wanted}: the ` +
			'list has changed since the plan, or the API leaves rows out of its pages. Plan again with sluice ' +
			'plan --anew; if it happens again, with --whole',
	);
}
