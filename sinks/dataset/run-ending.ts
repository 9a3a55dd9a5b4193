/** What every end of a run has in common, whichever target its rows go to. */
import type {Part} from '../../src/state/commit.ts';
import {checkRequiredColumns} from './columns/required-columns.ts';
import type {PageParts} from './parts/page-parts.ts';
import {refuseEmpty} from './refuse-empty.ts';
import type {RunCommits} from './run-commits.ts';
import {type SinkRun, sumOf} from './sink-run.ts';

export interface RunEnding {
	readonly run: SinkRun;
	readonly pageParts: PageParts;
	readonly commits: RunCommits;
}

/** All parts of the run. Fails if no row was accepted, or if the rows lack a column that the config names. */
export async function partsOfRun(ending: RunEnding): Promise<readonly Part[]> {
	const {run, commits} = ending;
	const {resource, roles = {}, keepsState = true} = run.options;
	const parts = await commits.closed();
	await refuseEmpty(ending, 'rejected', parts, run.visible());
	if (sumOf(parts.filter(({kind}) => kind === 'rows')) > 0)
		checkRequiredColumns(resource, roles, run.columns.names);
	// If the merge fails for lack of space or memory, the next run need not read the rows again.
	const isMerge = run.options.run.progress.disposition === 'merge';
	if (isMerge && keepsState && commits.cursor !== undefined) await commits.checkpoint();
	return parts;
}

/** Moves rows that another row of their key supersedes from the written ones to the duplicates. */
export function countDuplicates({counts, options}: SinkRun, duplicates: number): void {
	if (!options.merge) return;
	counts.duplicates = (counts.duplicates ?? 0) + duplicates;
	counts.written = (counts.written ?? 0) - duplicates;
}
