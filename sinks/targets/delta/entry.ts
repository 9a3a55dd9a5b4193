/** The entry of one commit in the log of one table. */
import {randomUUID} from 'node:crypto';
import {StateError} from '../../../src/core/errors.ts';
import type {Commit, Part} from '../../../src/state/commit.ts';
import {type Action, addOf, type MetaData, PROTOCOL, removeOf} from './actions.ts';
import {appIdOf} from './conflicts.ts';
import {isForeign} from './live-parts.ts';
import {columnsOfPaths, valuesInPath, withColumns} from './partitions.ts';
import {deltaSchema} from './schema.ts';
import type {Snapshot} from './snapshot.ts';

export interface EntryOptions {
	readonly table: string;
	/** For messages. */
	readonly where: string;
	/** The table before the entry. */
	readonly snapshot: Snapshot;
	/** The commit before; absent for the first one, and for one that a dead process has left half-way. */
	readonly last: Commit | undefined;
	/** Statistics by the path of a part. */
	readonly stats: ReadonlyMap<string, string>;
}

export function entryOf(next: Commit, options: EntryOptions): Action[] {
	const {table, snapshot, last, stats} = options;
	const now = Date.parse(next.at);
	const partitionColumns = partitionColumnsOf(next, options);
	const {metaData} = snapshot;
	const schemaString = deltaSchema({
		schema: next.schemas.get(table),
		before: last?.schemas.get(table),
		partitionColumns,
		present: metaData?.schemaString,
	});
	const wanted: MetaData = {
		id: metaData?.id ?? randomUUID(),
		format: {provider: 'parquet', options: {}},
		configuration: {},
		createdTime: now,
		...metaData,
		schemaString,
		partitionColumns,
	};
	const isChanged =
		metaData?.schemaString !== schemaString ||
		metaData.partitionColumns.join('/') !== partitionColumns.join('/');
	return [
		{commitInfo: {timestamp: now, operation: 'WRITE', engineInfo: 'sluice'}},
		...(snapshot.version === -1 ? [{protocol: PROTOCOL}] : []),
		...(isChanged ? [{metaData: wanted}] : []),
		{txn: {appId: appIdOf(table), version: next.version, lastUpdated: now}},
		...addedParts(next, table).map(part => ({
			add: addOf(part, {
				partitionValues: withColumns(valuesInPath(part.path, table), partitionColumns),
				stats: stats.get(part.path) ?? JSON.stringify({numRecords: part.rows}),
				now,
			}),
		})),
		...removedFiles(next, options).map(add => ({remove: removeOf(add, now)})),
	];
}

/** The parts that appear in a table. */
export function addedParts({add, parts}: Commit, table: string): readonly Part[] {
	const appears = new Set(add);
	return parts.filter(part => part.table === table && part.kind === 'rows' && appears.has(part.path));
}

// Refused rows are not in the log, as they are no rows of the table.
function removedFiles({remove}: Commit, {table, snapshot}: Pick<EntryOptions, 'table' | 'snapshot'>) {
	return remove
		.filter(path => path.startsWith(`${table}/`))
		.flatMap(path => snapshot.files.get(path.slice(table.length + 1)) ?? []);
}

/** The partition columns after a commit. Throws where files that stay have others. */
export function partitionColumnsOf(
	next: Commit,
	{table, where, snapshot}: Pick<EntryOptions, 'table' | 'where' | 'snapshot'>,
): readonly string[] {
	const present = snapshot.metaData?.partitionColumns ?? [];
	const own = next.parts.filter(
		part => part.table === table && part.kind === 'rows' && part.rows > 0 && !isForeign(part),
	);
	if (own.length === 0) return present;
	const columns = columnsOfPaths(
		own.map(({path}) => path),
		table,
		where,
	);
	const removed = new Set(next.remove);
	const stays = [...snapshot.files.keys()].some(path => !removed.has(`${table}/${path}`));
	if (!stays || columns.join('/') === present.join('/')) return columns;
	throw new StateError(
		`${where}: its partition columns are ${present.join(', ') || 'none'}, and those of this run ` +
			`${columns.join(', ') || 'none'}. Nothing was added. Set partition_by as it was, or read all again ` +
			'with --full-refresh',
	);
}
