/** The options of a run, beside the config. */
import type {LoadOptions} from '../config/load/load.ts';
import {ConfigError} from '../core/errors.ts';
import type {RecordingOptions} from './connect.ts';
import type {OnEvent} from './events.ts';
import type {OutputOptions} from './output/output.ts';

/** The options for everything that `sluice run` can do. */
export interface RunOptions extends LoadOptions, OutputOptions, RecordingOptions {
	/** Names of the resources to read. @default the selected resources of the config */
	readonly resources?: readonly string[] | undefined;
	/** The most rows of each resource. Its progress is not stored, so the next run is not affected. */
	readonly limit?: number | undefined;
	/** Columns to write, in this order, with those that the dataset needs. @default all */
	readonly select?: readonly string[] | undefined;
	/** Reads everything again, and replaces all rows. @default false */
	readonly fullRefresh?: boolean | undefined;
	/**
	 * Milliseconds after which the run ends with `OutOfTimeError` and keeps its rows; the next run goes on from
	 * there. At most 2 ** 31 - 1. @default no limit
	 */
	readonly maxDuration?: number | undefined;
	/** The most refused rows of one resource; with one more, it fails. @default any number */
	readonly maxRejects?: number | undefined;
	/** Makes the first warning of a resource its failure. @default false */
	readonly strict?: boolean | undefined;
	/** The share of this process in the rate limit of the config, above 0. @default 1 */
	readonly rateShare?: number | undefined;
	/** Ends the run; its rows are kept, and the reason is thrown. */
	readonly signal?: AbortSignal | undefined;
	/** Called with each event. An error that it throws ends the run. */
	readonly onEvent?: OnEvent | undefined;
	/** Milliseconds between events of progress. @default no such events */
	readonly progressMs?: number | undefined;
	/** @internal Whether requests, retries and the like are reported. @default true */
	readonly traces?: boolean | undefined;
	/** @internal Replaces the clock's sleep in tests. */
	readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** Throws `ConfigError` for invalid numbers. */
export function checkOptions({limit, maxRejects, maxDuration, progressMs}: RunOptions): void {
	const whole = (value: number | undefined, least: number): boolean =>
		value === undefined || (Number.isSafeInteger(value) && value >= least);
	if (!whole(limit, 1)) throw new ConfigError(`limit is a whole number from 1; got ${limit}`);
	if (!whole(maxRejects, 0)) throw new ConfigError(`maxRejects is a whole number from 0; got ${maxRejects}`);
	for (const [name, ms] of Object.entries({maxDuration, progressMs})) {
		// The timers of Node have this limit.
		if (ms !== undefined && !(ms > 0 && ms < 2 ** 31))
			throw new ConfigError(`${name} is a number of milliseconds from 1 to ${2 ** 31 - 1}; got ${ms}`);
	}
}
