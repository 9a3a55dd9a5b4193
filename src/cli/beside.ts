/** Whether the files of a run may stand beside those that a table has: readers glob for one kind of them. */
import type {ColumnFolders} from '../../sinks/dataset/partition.ts';
import {endingOf} from '../../sinks/dataset/parts.ts';
import type {FileFormat} from '../../sinks/file.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import {ConfigError} from '../core/errors.ts';
import type {Dataset} from '../state/dataset.ts';
import type {Disposition, Part} from '../state/record.ts';

export interface Beside {
	readonly disposition: Disposition;
	readonly format: FileFormat;
	readonly folders: ColumnFolders | undefined;
	/** Names of the resources whose rows this command replaces. */
	readonly replacing: readonly string[];
}

/** Refuses a run whose files would stand beside others in another format. */
export function checkBeside(
	dataset: Dataset,
	resource: ResolvedResource,
	{disposition, format, folders, replacing}: Beside,
): void {
	if (disposition !== 'replace') checkFormat(dataset, format, resource.name);
	else checkOthers(dataset, resource, {format, folders, replacing});
}

// Rows in files of another ending would be missing to readers.
function checkFormat({last, layout}: Dataset, {extension}: FileFormat, name: string): void {
	const other = (last?.parts ?? []).find(part => isFilled(part) && endingOf(part.path) !== extension);
	if (!other) return;
	const has = endingOf(other.path);
	throw new ConfigError(
		`${name}: ${layout.root}/${layout.name} has files in ${has}, and this run would add ${extension}. Keep to ${has}, write to another --output, or begin anew with --full-refresh`,
	);
}

// A replacement takes away its own files, and leaves those of other resources in the same table.
function checkOthers(
	{last, layout}: Dataset,
	resource: ResolvedResource,
	{format: {extension}, folders, replacing}: Omit<Beside, 'disposition'>,
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
	const what = has === extension ? words(folderOf(other)) : `files in ${has}`;
	const adds = has === extension ? words(wanted) : extension;
	throw new ConfigError(
		`${name}: ${layout.root}/${other.table} has ${what} with rows of ${other.resource}, and this run would add ${adds}. Keep to what is there, write to another --output, or begin anew with both: sluice run ${name} ${other.resource} --full-refresh`,
	);
}

/** So with folders: no glob finds rows in `by_country=DE/` and rows beside it. */
export function checkFolders(
	{last, layout}: Dataset,
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
		`${name}: ${layout.root}/${table} has its files in ${words(folderOf(other))}, and this run would write to ${words(wanted)}. Leave partition_by as it was, write to another --output, or begin anew with --full-refresh`,
	);
}

function isFilled({kind, rows}: Part): boolean {
	return kind === 'rows' && rows > 0;
}

// `by_country=…/`, or nothing.
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
