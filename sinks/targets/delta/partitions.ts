/** Partition columns: the names and values in the folders of a part, `contacts/by_country=DE/….parquet`. */
import {StateError} from '../../../src/core/errors.ts';

/** Values by column; `null` stands for no value and, as in all of Delta Lake, for an empty text. */
export type PartitionValues = {readonly [column: string]: string | null};

/** The values in the folders between a table and a file. */
export function valuesInPath(path: string, table: string): PartitionValues {
	const values = Object.create(null) as {[column: string]: string | null};
	for (const folder of path
		.slice(table.length + 1)
		.split('/')
		.slice(0, -1)) {
		const at = folder.indexOf('=');
		if (at > 0) values[plain(folder.slice(0, at))] = partitionValue(folder.slice(at + 1));
	}
	return values;
}

/** The values of each column, in their order; a file without rows may be in no folder. */
export function withColumns(values: PartitionValues, columns: readonly string[]): PartitionValues {
	return Object.fromEntries(columns.map(name => [name, values[name] ?? null]));
}

/** The columns of files that are in folders. Throws where files of one table have different ones. */
export function columnsOfPaths(paths: Iterable<string>, table: string, where: string): readonly string[] {
	let found: readonly string[] | undefined;
	for (const path of paths) {
		const names = Object.keys(valuesInPath(path, table));
		if (found && found.join('/') !== names.join('/'))
			throw new StateError(
				`${where}: some of its files are in folders of ${shown(found)}, and others in folders of ` +
					`${shown(names)}, and a Delta table has one set of partition columns. Nothing was added. Set ` +
					'partition_by as it was, or read all again with --full-refresh',
			);
		found = names;
	}
	return found ?? [];
}

function shown(names: readonly string[]): string {
	return names.length === 0 ? 'no column' : names.join(', ');
}

// The inverse of folderValue() in sinks/dataset/folders/folder-name.ts.
function partitionValue(text: string): string | null {
	if (text === '__NULL__' || text === '__EMPTY__') return null;
	return plain(/^__+(NULL|EMPTY|HIVE_DEFAULT_PARTITION)__$/.test(text) ? text.slice(1) : text);
}

function plain(text: string): string {
	return text.replace(/%([\dA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
