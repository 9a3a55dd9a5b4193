/** Checks whether the files of a run are compatible with those in its dataset. */
import type {ColumnFolders} from '../../../sinks/dataset/folders/partition.ts';
import {endingOf} from '../../../sinks/dataset/parts/parts.ts';
import type {FileFormat} from '../../../sinks/formats/format.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {ConfigError} from '../../core/errors.ts';
import {plural} from '../../core/quantity.ts';
import {type Part, pathsOf} from '../../state/commit.ts';
import type {Target} from '../../state/target.ts';

/**
 * The format with the forms of columns in the files beside: all files in one folder have the same form of
 * each. Files that a replacement removes do not count.
 */
export async function formatBeside(
	dataset: Target,
	format: FileFormat,
	{name, write_disposition}: ResolvedResource,
	{fullRefresh}: {readonly fullRefresh: boolean},
): Promise<FileFormat> {
	const {last, missing} = dataset;
	if (!last || !format.beside || fullRefresh) return format;
	const present = [...(write_disposition === 'replace' ? [] : last.parts), ...last.pending];
	const isRead = ({kind, path}: Part): boolean => kind === 'rows' && path.endsWith(`.${format.extension}`);
	const gone = pathsOf(missing);
	const files = await Promise.all(
		present
			.filter(part => isRead(part) && !gone.has(part.path))
			.map(async part => ({path: await dataset.fetch(part), schema: last.schemas.get(part.table)})),
	);
	try {
		// The newest part most likely has all columns.
		return await format.beside(files.reverse());
	} catch (error) {
		throw error instanceof ConfigError ? new ConfigError(`${name}: ${error.message}`) : error;
	}
}

/** Refuses what only folders of files can have. */
export function refuseForTables({name, partition_by}: ResolvedResource): void {
	if (partition_by !== undefined)
		throw new ConfigError(
			`${name}: partition_by makes folders, and a database has none. Leave it out, or write to a folder`,
		);
}

/** Readers glob for one extension: they would miss rows in files with another. */
export function checkFormat({last, location}: Target, {extension}: FileFormat, name: string): void {
	const other = last?.parts.find(
		({kind, path, rows}) => kind === 'rows' && rows > 0 && endingOf(path) !== extension,
	);
	if (!other) return;
	const has = endingOf(other.path);
	throw new ConfigError(
		`${name}: ${location} has files in ${has}, and this run would add ${extension}. Keep to ${has}, ` +
			'write to another --output, or begin anew with --full-refresh',
	);
}

/**
 * A replacement removes its own files, and keeps those of other resources in the same table. `replacing`:
 * names of the resources whose rows this run replaces.
 */
export function checkOthers(
	{last, place}: Target,
	resource: ResolvedResource,
	{
		format: {extension},
		folders,
		replacing,
	}: {
		readonly format: FileFormat;
		readonly folders: ColumnFolders | undefined;
		readonly replacing: readonly string[];
	},
): void {
	const {name, table_name: table} = resource;
	const wanted = wantedFolder(resource, folders);
	const isOther = (part: Part): boolean =>
		isFilled(part) &&
		part.resource !== name &&
		!replacing.includes(part.resource) &&
		(endingOf(part.path) !== extension || (part.table === table && folderOf(part) !== wanted));
	const other = (last?.parts ?? []).find(isOther);
	if (!other) return;
	const has = endingOf(other.path);
	const [found, adds] =
		has === extension ? [words(folderOf(other)), words(wanted)] : [`files in ${has}`, extension];
	throw new ConfigError(
		`${name}: ${place}/${other.table} has ${found} with rows of ${other.resource}, and this run would ` +
			`add ${adds}. Keep to what is there, write to another --output, or begin anew with both: sluice run ` +
			`${name} ${other.resource} --full-refresh`,
	);
}

/** The same for folders: no glob finds both the rows in `by_country=DE/` and the rows beside it. */
export function checkPartitions(
	{last, place}: Target,
	resource: ResolvedResource,
	folders: ColumnFolders | undefined,
): void {
	const {name, table_name: table} = resource;
	const wanted = wantedFolder(resource, folders);
	const other = (last?.parts ?? []).find(
		part => isFilled(part) && part.resource === name && part.table === table && folderOf(part) !== wanted,
	);
	if (other === undefined) return;
	throw new ConfigError(
		`${name}: ${place}/${table} has its files in ${words(folderOf(other))}, and this run would write to ` +
			`${words(wanted)}. Leave partition_by as it was, write to another --output, or begin anew with ` +
			'--full-refresh',
	);
}

function isFilled({kind, rows}: Part): boolean {
	return kind === 'rows' && rows > 0;
}

// `by_country=…/`, or an empty text.
function folderOf({table, path}: Part): string {
	return path
		.slice(table.length + 1)
		.replace(/[^/]*$/, '')
		.replace(/=.*/s, '=…/');
}

function wantedFolder({partition_by: by}: ResolvedResource, folders: ColumnFolders | undefined): string {
	return by ? `${folders?.folder ?? by.folder ?? by.column}=…/` : '';
}

function words(folder: string): string {
	return folder === '' ? 'no folders' : `folders ${folder}`;
}

/** Fails when files that the log lists are gone. */
export function checkMissing({missing}: Target, name: string): void {
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
