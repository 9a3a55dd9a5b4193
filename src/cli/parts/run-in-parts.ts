/** `sluice run --workers N`: plan, parts by processes of this machine, commit. */

import type {LoadedConfig} from '../../config/load/load.ts';
import {ConfigError} from '../../core/errors.ts';
import {outputOf} from '../../run/output/output.ts';
import {commitParts} from '../../run/parts/commit-parts.ts';
import type {PlanPart} from '../../run/parts/part.ts';
import {planParts, spoolOf} from '../../run/parts/plan-parts.ts';
import type {Log} from '../terminal/log.ts';
import {Reporter} from '../terminal/reporter.ts';
import {summaryTable} from '../terminal/summary.ts';
import {readByQueue} from './run-in-queue.ts';
import {tellCommit} from './tell-commit.ts';
import {runWorkers} from './workers.ts';

export interface InParts {
	readonly config?: string | undefined;
	readonly set?: string[] | undefined;
	readonly envFile?: string | undefined;
	readonly resources?: readonly string[] | undefined;
	readonly output?: string | undefined;
	readonly format?: string | undefined;
	readonly strict?: boolean | undefined;
	readonly maxRejects?: number | undefined;
	readonly spool?: string | undefined;
	/** Processes of this machine. */
	readonly workers?: number | undefined;
	/** The address of a queue, in place of these processes. */
	readonly queue?: string | undefined;
}

const excluded = [
	'limit',
	'select',
	'fullRefresh',
	'maxDuration',
	'record',
	'replay',
	'dryRun',
	'report',
	'metricsFile',
	'rateShare',
	'compression',
] as const;

/** Fails for options of a run that a plan does not have. */
export function refuseOthers(given: Readonly<Record<string, unknown>>): void {
	const found = excluded.filter(name => given[name] !== undefined && given[name] !== false);
	const flags = found.map(name => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`);
	if (flags.length > 0) throw new ConfigError(`--workers and --queue do not go with ${flags.join(', ')}`);
	if (given.config === '-')
		throw new ConfigError('--workers and --queue need a config file: stdin can be read only once');
}

export async function runInParts(
	loaded: LoadedConfig,
	{config, set, envFile, workers = 1, queue, ...options}: InParts,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const reporter = new Reporter(log);
	const common = {...options, signal, onEvent: reporter.tell};
	const parts = await planParts(loaded, common);
	if (queue === undefined)
		await readHere(loaded, parts, {config, set, envFile, workers, ...options}, log, signal);
	else await readByQueue(queue, parts, spoolOf(outputOf(loaded, options), options.spool), log, signal);
	const result = await commitParts(loaded, {...common, plan: parts[0]?.plan});
	reporter.end();
	tellCommit(result, log, summaryTable);
}

function readHere(
	loaded: LoadedConfig,
	parts: readonly PlanPart[],
	{config, set, envFile, workers = 1, ...options}: InParts,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const limit = loaded.config.client.rate_limit;
	const isDivided = limit != null && limit.shared == null;
	const many = Math.min(workers, parts.length);
	const words = [
		...(config === undefined ? [] : ['--config', config]),
		...(set ?? []).flatMap(each => ['--set', each]),
		...(envFile === undefined ? [] : ['--env-file', envFile]),
		...(options.output === undefined ? [] : ['--output', options.output]),
		...(options.spool === undefined ? [] : ['--spool', options.spool]),
		...(options.strict ? ['--strict'] : []),
		...(isDivided && many > 1 ? ['--rate-share', `1/${many}`] : []),
		...(log.traces ? ['--verbose'] : ['--quiet']),
	];
	return runWorkers({parts, workers, words, log, signal});
}
