/** A target of datasets in a store, as `defineTarget` wants it. */

import type {Commit} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import type {Target} from '../../../src/state/target.ts';
import type {FoundInTarget, TargetOpening, TargetPlace} from '../../../src/state/target-place.ts';
import type {FileFormat} from '../../formats/format.ts';
import {partFormat} from './part-format.ts';
import {RecordLog} from './record-log.ts';
import {filesAlone, type TableLog} from './table-log.ts';
import {openStoreTarget} from './target.ts';

export interface StoreParts {
	/** Opens the store of an address. */
	readonly store: (url: string) => Promise<Store>;
	/** How readers learn of commits. @default they list the files */
	readonly tables?: ((store: Store, name: string) => TableLog) | undefined;
	/** The form of the files. @default partFormat */
	readonly format?: FileFormat;
}

export function storeParts({store: openStore, format = partFormat, tables = () => filesAlone}: StoreParts) {
	async function within<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
		const store = await openStore(url);
		try {
			return await work(store);
		} finally {
			await store.close();
		}
	}

	return {
		format,
		async open({url, name, writer, spool}: TargetOpening): Promise<Target> {
			const store = await openStore(url);
			try {
				return await openStoreTarget({store, name, writer, spool, tables: tables(store, name)});
			} catch (error) {
				await store.close();
				throw error;
			}
		},
		list: ({url}: TargetPlace): Promise<FoundInTarget[]> =>
			within(url, async store => {
				const found: FoundInTarget[] = [];
				for (const name of await RecordLog.names(store)) {
					const commit = await lastCommit(store, name, tables(store, name));
					found.push({name, commit, isBeingWritten: false});
				}
				return found;
			}),
		count: ({url}: TargetPlace, names: readonly string[]): Promise<Map<string, number>> =>
			within(url, async store => {
				const rows = new Map<string, number>();
				for (const name of await RecordLog.names(store)) {
					const commit = await lastCommit(store, name, tables(store, name));
					for (const table of commit?.tables ?? []) {
						if (!names.includes(table)) continue;
						const keys = new Set<string>();
						for await (const key of store.list(`${table}/`)) keys.add(key);
						const parts = (commit?.parts ?? []).filter(
							part => part.table === table && part.kind === 'rows' && keys.has(part.path),
						);
						rows.set(
							table,
							parts.reduce((sum, part) => sum + part.rows, 0),
						);
					}
				}
				return rows;
			}),
	};
}

async function lastCommit(store: Store, name: string, tables: TableLog): Promise<Commit | undefined> {
	const log = new RecordLog(store, name);
	await log.open();
	return tables.recover(log.newestFirst(), {mayWrite: false});
}
