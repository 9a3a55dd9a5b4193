/** A target of datasets in a store, as `defineTarget` wants it. */

import type {Commit} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import type {Target} from '../../../src/state/target.ts';
import type {
	CommittedDataset,
	FoundInTarget,
	TargetOpening,
	TargetPlace,
} from '../../../src/state/target-place.ts';
import type {FileFormat} from '../../formats/format.ts';
import {auditFiles} from './audit.ts';
import {partFormat} from './part-format.ts';
import {RecordLog} from './record-log.ts';
import {filesAlone, type TableLog} from './table-log.ts';
import {openStoreTarget, pendingIn} from './target.ts';

export interface StoreParts {
	/** Opens the store of an address. */
	readonly store: (place: TargetPlace) => Promise<Store>;
	/** How readers learn of commits. @default they list the files */
	readonly tables?: ((store: Store, name: string) => TableLog) | undefined;
	/** The form of the files. @default partFormat */
	readonly format?: FileFormat;
}

export function storeParts({store: openStore, format = partFormat, tables = () => filesAlone}: StoreParts) {
	async function within<T>(place: TargetPlace, work: (store: Store) => Promise<T>): Promise<T> {
		const store = await openStore(place);
		try {
			return await work(store);
		} finally {
			await store.close();
		}
	}

	return {
		format,
		async open(opening: TargetOpening): Promise<Target> {
			const {name, writer, spool} = opening;
			const store = await openStore(opening);
			try {
				return await openStoreTarget({store, name, writer, spool, tables: tables(store, name)});
			} catch (error) {
				await store.close();
				throw error;
			}
		},
		list: (place: TargetPlace): Promise<FoundInTarget[]> =>
			within(place, async store => {
				const found: FoundInTarget[] = [];
				for (const name of await RecordLog.names(store)) {
					const commit = await lastCommit(store, name, tables(store, name));
					found.push({name, commit, isBeingWritten: false});
				}
				return found;
			}),
		audit: (place: TargetPlace, {name, commit}: CommittedDataset): Promise<readonly string[]> =>
			within(place, async store => {
				const log = tables(store, name);
				const pendingFolder = pendingIn(name, log);
				return auditFiles({store, tables: log, commit, pendingFolder, scratch: place.spool});
			}),
	};
}

async function lastCommit(store: Store, name: string, tables: TableLog): Promise<Commit | undefined> {
	const log = new RecordLog(store, name);
	await log.open();
	return tables.recover(log.newestFirst(), {mayWrite: false});
}
