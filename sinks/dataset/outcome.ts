/** What appears and what goes at the end of a run, by what the disposition says. */
import type {Schema} from '../../src/core/schema/schema.ts';
import type {Disposition, Part} from '../../src/state/commit.ts';
import type {Dataset} from '../../src/state/dataset.ts';
import type {FileFormat} from '../formats/format.ts';
import {compactedEarlier, compactParts} from './compact.ts';
import {type Merged, type MergeOptions, mergeRun} from './merge-run.ts';
import type {PartMaker} from './parts.ts';

export interface OutcomeOptions {
	readonly disposition: Disposition;
	readonly dataset: Dataset;
	readonly maker: PartMaker;
	readonly resource: string;
	/** Name of the run. */
	readonly run: string;
	readonly table: string;
	readonly format: FileFormat;
	readonly schemas: ReadonlyMap<string, Schema>;
	/** For the disposition `merge`, and for a replacement of rows that are merged otherwise. */
	readonly merge: MergeOptions | undefined;
	/** Bytes that parts are joined up to. */
	readonly partBytes: number;
	/** Gives up; the parts stay as they are. */
	readonly signal: AbortSignal;
}

export interface CommitOutcome {
	readonly add: Part[];
	readonly remove: Part[];
	/** Rows of the run that another one of it superseded. */
	readonly duplicates: number;
	/** Of a merge: what became of rows. */
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
	const shown = new Set(visible);
	return {add: parts, remove: joinedParts.filter(part => shown.has(part)), duplicates: 0};
}

// Rows of other resources stay. What replaces all is what a merge into nothing leaves, or into those rows.
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

// What came in many parts, and what merges before this one have left of small ones.
async function joined(
	{add, remove, ...rest}: Merged,
	visible: readonly Part[],
	options: OutcomeOptions,
): Promise<CommitOutcome> {
	const {resource, run} = options;
	const isNew = (part: Part): boolean => part.run === run && part.resource === resource;
	const came = await compactParts(add.filter(isNew), options);
	const gone = new Set(remove);
	const staying = visible.filter(part => part.resource === resource && !gone.has(part));
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
