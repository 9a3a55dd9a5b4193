/** Where a run of a resource begins: anew, or where the last one was interrupted. */
import {randomBytes} from 'node:crypto';
import type {JsonObject} from '../core/json/json.ts';
import type {Schema} from '../core/schema/schema.ts';
import {type Disposition, type Part, pathsOf, type ResourceProgress} from './commit.ts';
import type {Target} from './target.ts';

export interface ResumeOptions {
	readonly resource: string;
	readonly disposition: Disposition;
	/** Fingerprint of the config on which a cursor depends: with another one, the run starts over. */
	readonly definition: string;
	/** Ignores earlier runs, but continues an interrupted fresh one. @default false */
	readonly isFresh?: boolean;
	/**
	 * Neither continues an unfinished run nor changes it: for a run that is cut short on purpose. @default
	 * false
	 */
	readonly isApart?: boolean;
	/** The number of the command; absent for a run that is cut short on purpose. */
	readonly command?: string | undefined;
	/** The start of the run. @default now */
	readonly now?: Date;
}

export interface ResumedRun {
	/** The progress of the run before its next commit. */
	readonly progress: ResourceProgress;
	/**
	 * `resumed` goes on at `standing.cursor`; `restarted` discarded an unfinished run, since the config has
	 * changed or its files are gone.
	 */
	readonly how: 'new' | 'resumed' | 'restarted';
	/** Durable parts of this run. */
	readonly parts: readonly Part[];
	/** The columns to go on with, by table. */
	readonly schemas: ReadonlyMap<string, Schema>;
}

/**
 * Decides how a resource goes on. If an unfinished run cannot be continued, its visible rows are removed:
 * they would be read, and seen, twice.
 */
export async function beginRun(
	dataset: Target,
	{
		resource,
		disposition,
		definition,
		isFresh = false,
		isApart = false,
		command,
		now = new Date(),
	}: ResumeOptions,
): Promise<ResumedRun> {
	const {last} = dataset;
	const numbered = command === undefined ? {} : {command};
	const before = last?.progress.get(resource);
	const known = last?.schemas ?? new Map();
	const isOpen = before !== undefined && !before.isFinished;
	// The columns of a discarded run are removed with its rows. Another resource in the same table may have
	// rows with them.
	const isAlone = [...(last?.progress.keys() ?? [])].every(name => name === resource);
	const schemas =
		isOpen && isAlone && before.columnsBefore ? new Map(Object.entries(before.columnsBefore)) : known;
	const own = isOpen
		? [...(last?.parts ?? []), ...(last?.pending ?? [])].filter(({run}) => run === before.run)
		: [];
	if (
		isOpen &&
		!isApart &&
		(before.isFresh ?? false) === isFresh &&
		before.cursor !== undefined &&
		before.definition === definition &&
		before.disposition === disposition &&
		!own.some(({path}) => dataset.missing.some(part => part.path === path))
	)
		return {progress: {...before, ...numbered}, how: 'resumed', parts: own, schemas: known};
	const earlier: JsonObject = (isOpen ? before.before : before?.state) ?? {};
	const standing: ResourceProgress = {
		run: runName(now),
		startedAt: now.toISOString(),
		disposition,
		isFinished: false,
		pages: 0,
		parts: 0,
		state: isFresh ? {} : earlier,
		before: earlier,
		columnsBefore: Object.fromEntries(schemas),
		definition,
		...numbered,
		...(isFresh && {isFresh}),
	};
	const shown = pathsOf(last?.parts);
	const leftover = own.filter(({path}) => shown.has(path));
	if (leftover.length > 0 && !isApart)
		await dataset.commit({resource, run: standing.run, remove: leftover, pending: [], progress: standing});
	const isRestarted = isOpen && !isFresh && !isApart && before.cursor !== undefined;
	return {progress: standing, how: isRestarted ? 'restarted' : 'new', parts: [], schemas};
}

/**
 * A name that sorts by time: `20261120T202059Z-0a33f9c`. After the second there are the milliseconds in three
 * hexadecimal digits, and four random digits.
 */
export function runName(now: Date): string {
	const second = now.toISOString().replace(/[-:]|\.\d+/g, '');
	const ms = now.getUTCMilliseconds().toString(16).padStart(3, '0');
	return `${second}-${ms}${randomBytes(2).toString('hex')}`;
}
