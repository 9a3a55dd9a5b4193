/** How readers of a store learn what a commit has changed. */
import {StateError} from '../../../src/core/errors.ts';
import type {Commit, Part} from '../../../src/state/commit.ts';
import type {PartRange} from '../../../src/state/target.ts';

export interface RecoverOptions {
	/** Whether a commit that a dead process has left half-way is finished. */
	readonly mayWrite: boolean;
}

/** The local path of a part, of which only the footer need be there. */
export type PartReader = (part: Part) => Promise<string>;

export interface TableLog {
	/**
	 * Whether readers go by a log, and may still open files that a commit removed. Otherwise they list the
	 * files, so that removed ones go right after it, and those of dead processes with the next run.
	 */
	readonly keepsRemoved: boolean;
	/** The last commit that counts, of records from the newest to the oldest. */
	recover(records: AsyncIterable<Commit>, options: RecoverOptions): Promise<Commit | undefined>;
	/** Completes a commit before its record is written, or fails as others have changed its files. */
	prepare(next: Commit, last: Commit | undefined): Promise<Commit>;
	/** Makes a recorded commit count. Throws `LostCommitError` where it never will. */
	publish(next: Commit, last: Commit | undefined, readPart: PartReader): Promise<Commit>;
	/** The path of a copy of a part that Sluice can read; absent where no other program writes parts. */
	readable?(part: Part, file: string, record: Commit | undefined): Promise<string>;
	/** The ranges of the values in a part by column, as far as the log has them. */
	ranges?(part: Part): Promise<ReadonlyMap<string, PartRange>>;
}

/** A commit that does not count, as another writer was first. */
export class LostCommitError extends StateError {
	constructor(message: string) {
		super(message);
		// Users see it as a StateError.
		this.name = StateError.name;
	}
}

/** Files without a log of their own: the record is the commit, and readers list the files. */
export const filesAlone: TableLog = {
	keepsRemoved: false,
	async recover(records) {
		for await (const commit of records) return commit;
		return undefined;
	},
	prepare: async next => next,
	publish: async next => next,
};
