/** Refuses a run without a row that can stay. */
import type {Part} from '../../src/state/commit.ts';
import {allRejected, emptyReplacementError} from './empty-run.ts';
import type {RunEnding} from './run-ending.ts';
import {sumOf} from './sink-run.ts';

/** `rejected`: no row was accepted. `replaced`: no row comes in the place of earlier ones. */
export async function refuseEmpty(
	{run: own, pageParts, commits}: RunEnding,
	what: 'rejected' | 'replaced',
	rows: readonly Part[],
	visible: readonly Part[],
): Promise<void> {
	const {resource, table, run, allowEmpty = false, keepsState = true} = own.options;
	const isOfTable = (part: Part): boolean => part.table === table && own.isMine(part);
	const mine = rows.filter(isOfTable);
	if (sumOf(mine.filter(({kind}) => kind === 'rows')) > 0) return;
	const refused = sumOf(mine.filter(({kind}) => kind === 'rejects'));
	const had = sumOf(visible.filter(part => isOfTable(part) && part.kind === 'rows'));
	let error: Error | undefined;
	if (what === 'rejected' && refused > 0)
		error = allRejected(resource, refused, pageParts.firstRejection, had);
	if (what === 'replaced' && run.progress.disposition === 'replace' && had > 0 && !allowEmpty)
		error = emptyReplacementError(resource, had);
	if (!error) return;
	if (keepsState && commits.standing.pages > 0) await commits.forget();
	throw error;
}
