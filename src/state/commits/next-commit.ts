/** The changes of a commit, and the record that results. */
import {dirname} from 'node:path';
import type {Schema} from '../../core/schema/schema.ts';
import type {Commit, Part, ResourceProgress} from '../commit.ts';
import {retiredAfter} from '../folders/retired-folders.ts';
import type {Settle} from '../settle.ts';

export interface CommitChange {
	readonly resource: string;
	readonly run: string;
	/** Staged parts that become visible. */
	readonly add?: readonly Part[];
	/** Visible parts to remove. */
	readonly remove?: readonly Part[];
	/** All pending parts of this resource after the commit: staged ones, or ones that are pending already. */
	readonly pending?: readonly Part[];
	/** The progress of the resource. Absent for a run that does not change it; `null` removes it. */
	readonly progress?: ResourceProgress | null;
	readonly schemas?: ReadonlyMap<string, Schema>;
	/**
	 * For tables of nested lists: the table of the rows with the lists, and the keys that lead to the lists.
	 */
	readonly lists?: ReadonlyMap<string, readonly string[]>;
	/** Tables that must exist, with or without parts. */
	readonly tables?: readonly string[];
	/** How the rows of `add` meet the earlier ones; for targets that settle, with the last commit of a run. */
	readonly settle?: Settle;
}

export interface CommitOptions {
	/** The name of the dataset, and of its main table. */
	readonly name: string;
	/** Milliseconds for which a folder stays that readers saw before this commit. @default 0 */
	readonly graceMs?: number | undefined;
}

/**
 * The record after this change, for the `commit()` of a target.
 * @example const next = commitAfter(last, change, {name: 'contacts'});
 */
export function commitAfter(
	last: Commit | undefined,
	change: CommitChange,
	{name, graceMs}: CommitOptions,
): Commit {
	const {
		resource,
		run,
		add = [],
		remove = [],
		pending,
		progress: standing,
		schemas,
		lists,
		tables = [],
	} = change;
	const version = (last?.version ?? 0) + 1;
	const gone = new Set(remove.map(({path}) => path));
	const others = last?.pending.filter(part => part.resource !== resource) ?? [];
	const own = last?.pending.filter(part => part.resource === resource) ?? [];
	const parts = [...(last?.parts.filter(({path}) => !gone.has(path)) ?? []), ...add];
	const data = last && gone.size === 0 && appearsAtOnce(add) ? last.data : version;
	const retired = retiredAfter(last, data, graceMs);
	return {
		version,
		at: new Date().toISOString(),
		resource,
		run,
		add: add.map(({path}) => path),
		remove: [...gone],
		data,
		...(retired.length > 0 && {retired}),
		tables: [...new Set([name, ...(last?.tables ?? []), ...tables, ...add.map(({table}) => table)])],
		parts,
		pending: [...others, ...(pending ?? own)],
		progress: standing === undefined ? (last?.progress ?? new Map()) : progressWith(last, resource, standing),
		schemas: new Map([...(last?.schemas ?? []), ...(schemas ?? [])]),
		...((last?.lists || lists) && {lists: {...last?.lists, ...Object.fromEntries(lists ?? [])}}),
	};
}

function progressWith(
	last: Commit | undefined,
	resource: string,
	standing: ResourceProgress | null,
): Commit['progress'] {
	const standings = new Map(last?.progress);
	if (standing) standings.set(resource, standing);
	else standings.delete(resource);
	return standings;
}

// In one folder, a rename is visible at once or not at all; with several, a reader may see only the first.
// Readers list folders one after the other, so files cannot appear in all of them at once.
function appearsAtOnce(add: readonly Part[]): boolean {
	const folders = add.filter(({kind}) => kind === 'rows').map(({path}) => dirname(path));
	return new Set(folders).size === folders.length;
}
