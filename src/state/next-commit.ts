/** What a commit changes, and the record that comes of it. */
import {dirname} from 'node:path';
import type {Schema} from '../core/schema/schema.ts';
import type {Commit, Part, ResourceProgress} from './commit.ts';
import {retiredAfter} from './retired-folders.ts';

export interface CommitChange {
	readonly resource: string;
	readonly run: string;
	/** Staged parts that become visible. */
	readonly add?: readonly Part[];
	/** Visible parts that go. */
	readonly remove?: readonly Part[];
	/** All pending parts of this resource from now on: staged ones, or ones that are pending already. */
	readonly pending?: readonly Part[];
	/** Absent for a run that leaves it as it was; `null` forgets it. */
	readonly standing?: ResourceProgress | null;
	readonly schemas?: ReadonlyMap<string, Schema>;
	/** Of tables of nested lists: the table that the lists stand in, and the keys that lead to them. */
	readonly lists?: ReadonlyMap<string, readonly string[]>;
	/** Tables that shall exist, with or without parts. */
	readonly tables?: readonly string[];
}

export interface CommitOptions {
	/** Of the dataset, and of its main table. */
	readonly name: string;
	/** Milliseconds that a folder stays which readers saw before this commit. @default 60_000 */
	readonly graceMs?: number | undefined;
}

/** What stands in the record after this change. */
export function commitAfter(
	last: Commit | undefined,
	change: CommitChange,
	{name, graceMs}: CommitOptions,
): Commit {
	const {resource, run, add = [], remove = [], pending, standing, schemas, lists, tables = []} = change;
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
		standings:
			standing === undefined ? (last?.standings ?? new Map()) : standingsWith(last, resource, standing),
		schemas: new Map([...(last?.schemas ?? []), ...(schemas ?? [])]),
		...((last?.lists || lists) && {lists: {...last?.lists, ...Object.fromEntries(lists ?? [])}}),
	};
}

function standingsWith(
	last: Commit | undefined,
	resource: string,
	standing: ResourceProgress | null,
): Commit['standings'] {
	const standings = new Map(last?.standings);
	if (standing) standings.set(resource, standing);
	else standings.delete(resource);
	return standings;
}

// In one folder a rename is seen at once or not at all; of several, a reader may see the first alone. Folders
// are listed one after the other: nothing appears in all of them at once to whoever does that.
function appearsAtOnce(add: readonly Part[]): boolean {
	const folders = add.filter(({kind}) => kind === 'rows').map(({path}) => dirname(path));
	return new Set(folders).size === folders.length;
}
