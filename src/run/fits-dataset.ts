/** Whether the files that a run would write go together with those that are in its dataset. */
import type {ColumnFolders} from '../../sinks/dataset/partition.ts';
import type {FileFormat} from '../../sinks/file.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import {ConfigError} from '../core/errors.ts';
import {plural} from '../core/quantity.ts';
import type {Dataset} from '../state/dataset.ts';
import type {Part} from '../state/record.ts';

/**
 * The format with the forms of columns that the files beside have: those in one folder have one form of each.
 * What a replacement takes away does not count.
 */
export async function formatBeside(
	dataset: Dataset,
	format: FileFormat,
	{name, write_disposition}: ResolvedResource,
	{fullRefresh}: {readonly fullRefresh: boolean},
): Promise<FileFormat> {
	const {last, missing} = dataset;
	if (!last || !format.beside || fullRefresh) return format;
	const standing = [...(write_disposition === 'replace' ? [] : last.parts), ...last.pending];
	const isRead = ({kind, path}: Part): boolean => kind === 'rows' && path.endsWith(`.${format.extension}`);
	const files = standing
		.filter(part => isRead(part) && !missing.some(({path}) => path === part.path))
		.map(part => ({path: dataset.locate(part), schema: last.schemas.get(part.table)}));
	try {
		// The newest part is the likeliest to have all columns.
		return await format.beside(files.reverse());
	} catch (error) {
		throw error instanceof ConfigError ? new ConfigError(`${name}: ${error.message}`) : error;
	}
}

/** Readers glob for one ending: rows in files of another would be missing to them. */
export function checkFormat({last, layout}: Dataset, {extension}: FileFormat, name: string): void {
	const other = last?.parts.find(
		({kind, path, rows}) => kind === 'rows' && rows > 0 && endingOf(path) !== extension,
	);
	if (!other) return;
	const has = endingOf(other.path);
	throw new ConfigError(
		`${name}: ${layout.root}/${layout.name} has files in ${has}, and this run would add ${extension}. Keep to ${has}, write to another --output, or begin anew with --full-refresh`,
	);
}

function endingOf(path: string): string {
	return path.slice(path.indexOf('.', path.lastIndexOf('/')) + 1);
}

/** So with folders: no glob finds rows in `by_country=DE/` and rows beside it. */
export function checkPartitions(
	{last, layout}: Dataset,
	resource: ResolvedResource,
	folders: ColumnFolders | undefined,
): void {
	const {name, table_name: table, partition_by: by} = resource;
	const wanted = by ? `${folders?.folder ?? by.folder ?? by.column}=…/` : '';
	const had = (last?.parts ?? [])
		.filter(part => part.kind === 'rows' && part.rows > 0 && part.resource === name && part.table === table)
		.map(({path}) =>
			path
				.slice(table.length + 1)
				.replace(/[^/]*$/, '')
				.replace(/=.*/s, '=…/'),
		);
	const other = had.find(folder => folder !== wanted);
	if (other === undefined) return;
	const words = (folder: string) => (folder === '' ? 'no folders' : `folders ${folder}`);
	throw new ConfigError(
		`${name}: ${layout.root}/${table} has its files in ${words(other)}, and this run would write to ${words(wanted)}. Leave partition_by as it was, write to another --output, or begin anew with --full-refresh`,
	);
}

/** Fails when files that the log lists are gone. */
export function checkMissing({missing}: Dataset, name: string): void {
	const [first] = missing;
	if (!first) return;
	const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
	throw new ConfigError(
		`${name}: ${first.path}${others} is in the log, and gone: ${plural(
			missing.reduce((sum, {rows}) => sum + rows, 0),
			'row',
		)}. Restore it from a backup; accept the loss with \`sluice verify ${name} --forget\`; or read all again with --full-refresh`,
	);
}
