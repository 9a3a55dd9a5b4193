/** The folders for `partition_by`. */
import {folderColumn} from '../../../sinks/dataset/folders/folder-name.ts';
import {
	byColumn,
	byLoadDate,
	type ColumnFolders,
	noPartitions,
	type Partitioner,
} from '../../../sinks/dataset/folders/partition.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import type {Roles} from '../../config/rows/roles.ts';

/** Puts each row into its folder. */
export function partitionerOf(resource: ResolvedResource, roles: Roles): Partitioner {
	const {partition_by: by} = resource;
	if (by === undefined) return noPartitions;
	const folders = foldersOf(resource, roles);
	return folders ? byColumn(folders) : byLoadDate(new Date(), by.folder);
}

/** Folders by the values of a column; none for other kinds of partitions. */
export function foldersOf(
	{partition_by: by}: ResolvedResource,
	{partition: column}: Roles,
): ColumnFolders | undefined {
	if (by === undefined || column === undefined) return undefined;
	return {column, folder: by.folder ?? folderColumn(column, by.unit), unit: by.unit};
}
