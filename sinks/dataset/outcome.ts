/** The rows that are added and removed at the end of a run, by its disposition. */
import type {Schema} from '../../src/core/schema/schema.ts';
import {type Disposition, type Part, pathsOf} from '../../src/state/commit.ts';
import type {Target} from '../../src/state/target.ts';
import type {FileFormat} from '../formats/format.ts';
import {type Merged, type MergeOptions, mergeRun} from './merge-run.ts';
import {compactedEarlier, compactParts} from './parts/compact.ts';
import type {PartMaker} from './parts/parts.ts';

export interface OutcomeOptions {
	readonly disposition: Disposition;
	readonly dataset: Target;
	readonly maker: PartMaker;
	readonly resource: string;
	/** Name of the run. */
	readonly run: string;
	readonly table: string;
	readonly format: FileFormat;
	readonly schemas: ReadonlyMap<string, Schema>;
	/** For the disposition `merge`, and for a replacement of rows that other runs merge. */
	readonly merge: MergeOptions | undefined;
	/** Bytes up to which parts are joined. */
	readonly partBytes: number;
	/** Ends the work; the parts stay as they are. */
	readonly signal: AbortSignal;
}

export interface CommitOutcome {
	readonly add: Part[];
	readonly remove: Part[];
	/** The number of rows that another row of the same run superseded. */
	readonly duplicates: number;
	/** The counts of a merge. */
	readonly counts?: Merged['counts'];
}

const NOTHING_MERGED = {inserted: 0, updated: 0, deleted: 0};

/** `written` are the parts of the run, in order. */
export async function outcomeOf(
	written: readonly Part[],
	visible: readonly Part[],
	options: OutcomeOptions,
): Promise<CommitOutcome> {
	const isEmpty = written.every(({rows}) => rows === 0);
	switch (options.disposition) {
		case 'append':
			return appended(written, visible, options);
		case 'replace':
			return replaced(written, visible, isEmpty ? {...options, merge: undefined} : options);
		case 'merge':
			if (isEmpty) return {add: [...written], remove: [], duplicates: 0, counts: NOTHING_MERGED};
			return joined(await mergedInto(visible, written, options), visible, options);
	}
}

async function appended(
	written: readonly Part[],
	visible: readonly Part[],
	options: OutcomeOptions,
): Promise<CommitOutcome> {
	const {parts, replaced: joinedParts} = await compactParts(written, options);
	const shown = pathsOf(visible);
	return {add: parts, remove: joinedParts.filter(({path}) => shown.has(path)), duplicates: 0};
}

// Rows of other resources stay. A replacement is a merge into nothing, or into the rows of other resources.
async function replaced(
	written: readonly Part[],
	visible: readonly Part[],
	options: OutcomeOptions,
): Promise<CommitOutcome> {
	const isMine = ({resource}: Part): boolean => resource === options.resource;
	const others = visible.filter(part => !isMine(part));
	const {add, remove, duplicates} = options.merge
		? await mergedInto(others, written, options)
		: {add: written, remove: [], duplicates: 0};
	const {parts} = await compactParts(add.filter(isMine), options);
	return {
		add: [...parts, ...add.filter(part => !isMine(part))],
		remove: [...visible.filter(isMine), ...remove],
		duplicates,
	};
}

// Joins the parts of the run if there are many, and small parts that earlier merges left.
async function joined(
	{add, remove, ...rest}: Merged,
	visible: readonly Part[],
	options: OutcomeOptions,
): Promise<CommitOutcome> {
	const {resource, run} = options;
	const isNew = (part: Part): boolean => part.run === run && part.resource === resource;
	const came = await compactParts(add.filter(isNew), options);
	const gone = pathsOf(remove);
	const staying = visible.filter(part => part.resource === resource && !gone.has(part.path));
	const earlier = await compactedEarlier(staying, options);
	return {
		...rest,
		add: [...add.filter(part => !isNew(part)), ...came.parts, ...earlier.parts],
		remove: [...remove, ...earlier.replaced],
	};
}

function mergedInto(
	visible: readonly Part[],
	written: readonly Part[],
	{merge, ...options}: OutcomeOptions,
): Promise<Merged> {
	if (!merge) throw new TypeError('the disposition merge needs a key');
	return mergeRun({...options, ...merge, written, visible});
}
