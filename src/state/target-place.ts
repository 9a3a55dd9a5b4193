/** The address of a target, and the datasets in it. */
import type {Commit} from './commit.ts';

/** The address of a target. */
export interface TargetPlace {
	/** The address as the user wrote it, with its password. */
	readonly url: string;
	/** The address without its password, for messages. */
	readonly shown: string;
	/** Variables with credentials. */
	readonly env: NodeJS.Dict<string>;
	/** A folder of this machine for the parts that are being written; closed to other users. */
	readonly spool: string;
}

export interface TargetOpening extends TargetPlace {
	/** The name of the dataset, and of its main table. */
	readonly name: string;
	/** Unique for each process, and valid as a file name. */
	readonly writer: string;
}

/** A dataset in a target, with its last commit. */
export interface CommittedDataset {
	readonly name: string;
	readonly commit: Commit;
}

/** A dataset in a target. */
export interface FoundInTarget {
	readonly name: string;
	/** The last commit; absent before the first. */
	readonly commit: Commit | undefined;
	/** Whether a process writes to it. */
	readonly isBeingWritten: boolean;
}
