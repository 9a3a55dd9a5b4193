/** Runs whose rows another program has put into files with other rows: they can go on, and not start over. */
import {StateError} from '../../../src/core/errors.ts';
import type {JsonObject} from '../../../src/core/json/json.ts';
import type {Commit} from '../../../src/state/commit.ts';

/** The runs that a record notes. */
export function mixedIn(record: Commit | undefined): readonly string[] {
	const delta = record?.targetState?.delta as {readonly mixed?: readonly string[]} | undefined;
	return delta?.mixed ?? [];
}

/** The record, with a note of the runs among these that have not ended. */
export function withMixed(record: Commit, runs: Iterable<string>): Commit {
	const {delta: _, ...others} = record.targetState ?? {};
	const open = new Set([...record.progress.values()].flatMap(each => (each.isFinished ? [] : [each.run])));
	const mixed = [...new Set(runs)].filter(run => open.has(run));
	const targetState: JsonObject = {...others, ...(mixed.length > 0 && {delta: {mixed}})};
	return {...record, targetState};
}

/** Throws where a commit takes back the rows of such a run. */
export function refuseMixed(next: Commit, last: Commit | undefined, where: string): void {
	const mixed = new Set(mixedIn(last));
	for (const [resource, before] of last?.progress ?? []) {
		if (before.isFinished || !mixed.has(before.run)) continue;
		const after = next.progress.get(resource);
		const goesOn = after?.run === before.run && (after.cursor !== undefined || after.isFinished);
		if (goesOn || after?.disposition === 'replace') continue;
		throw new StateError(
			`${where}: another program has put rows of the unfinished run ${before.run} of ${resource} into ` +
				'files with other rows, so they cannot be taken back. Nothing was changed. Let the run end with ' +
				'the config with which it began, or restore the version before those files',
		);
	}
}
