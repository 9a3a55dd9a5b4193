/** Entries of others that come between the reading of a table and a commit to it. */
import {StateError} from '../../../src/core/errors.ts';
import type {Commit} from '../../../src/state/commit.ts';
import {LostCommitError} from '../store/table-log.ts';
import {decodedPath} from './actions.ts';
import type {Entry, Snapshot} from './snapshot.ts';

/** The name under which the commits of a table count their records. */
export function appIdOf(table: string): string {
	return `sluice/${table}`;
}

/** The number of the record that an entry commits. */
export function txnIn({actions}: Entry, table: string): number | undefined {
	return actions.find(({txn}) => txn?.appId === appIdOf(table))?.txn?.version;
}

/** The number of the record that was committed last. */
export function txnOf({txns}: Snapshot, table: string): number | undefined {
	return txns.get(appIdOf(table))?.version;
}

export interface ConflictOptions {
	readonly table: string;
	readonly where: string;
	/** The commit that meets the entries. */
	readonly next: Commit;
}

/** Throws where an entry has changed what a commit rests on; nothing of the commit was added then. */
export function refuseConflicts(entries: readonly Entry[], {table, where, next}: ConflictOptions): void {
	const removed = new Set(next.remove);
	for (const entry of entries) {
		const lost = (what: string): LostCommitError =>
			new LostCommitError(
				`${where}: ${what} in the meantime (entry ${entry.version} of its log); nothing of this run was ` +
					'added. Run it again',
			);
		if (txnIn(entry, table) !== undefined) throw lost('another process committed to it');
		for (const {add, remove, metaData, protocol} of entry.actions) {
			if (metaData || protocol) throw lost('another program changed its columns or settings');
			if (remove && removed.has(`${table}/${decodedPath(remove.path)}`))
				throw lost('another program rewrote files that this run replaces');
			// Their keys may be those of this run, which has not seen them.
			if (add && add.dataChange !== false && merges(next))
				throw lost('another program added rows that this run has not merged');
		}
	}
}

function merges({progress: standings, resource, add, remove}: Commit): boolean {
	return standings.get(resource)?.disposition === 'merge' && add.length + remove.length > 0;
}

/** Throws where files that the commit of a dead process removes are gone from a list. */
export function refuseRewritten({table, where, next}: ConflictOptions, {files}: Snapshot): void {
	const gone = next.remove.find(
		path =>
			path.startsWith(`${table}/`) &&
			!path.startsWith(`${table}/_`) &&
			!files.has(path.slice(table.length + 1)),
	);
	if (gone === undefined) return;
	throw new StateError(
		`${where}: another program rewrote ${gone} before the last commit, ${next.version}, had ended here. ` +
			'Nothing was changed. Restore the version of this table before that, and run it again; or read all ' +
			'again into another place',
	);
}
