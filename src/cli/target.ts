/** Where a resource is written to: its dataset, opened where the last run left it. */
import {join} from 'node:path';
import type {Writable} from 'node:stream';
import {renameEarlier} from '../../sinks/dataset/earlier-folders.ts';
import {folderColumn} from '../../sinks/dataset/folder-name.ts';
import type {MergeOptions} from '../../sinks/dataset/merge.ts';
import {
	byColumn,
	byLoadDate,
	type ColumnFolders,
	type Partitioner,
	unpartitioned,
} from '../../sinks/dataset/partition.ts';
import {type DatasetReport, datasetSink} from '../../sinks/dataset.ts';
import type {FileFormat} from '../../sinks/file.ts';
import {parentKey} from '../../transforms/tables.ts';
import {appendsAgain, orElse, readsAllAgain} from '../config/compile/appends.ts';
import type {ExtractionOptions} from '../config/compile/compile.ts';
import {poorer} from '../config/compile/doubles.ts';
import {fileFormat} from '../config/compile/formats.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import {type Roles, rolesOf} from '../config/compile/roles.ts';
import {declaredSchema} from '../config/compile/stages.ts';
import type {Config} from '../config/schema/config.ts';
import {defined} from '../config/tree.ts';
import {ConfigError, SinkError} from '../core/errors.ts';
import type {FormatName} from '../core/format-names.ts';
import type {JsonRecord} from '../core/page.ts';
import {namesAlone, type Schema} from '../core/schema.ts';
import {sink} from '../core/stage.ts';
import type {Warn} from '../core/warning.ts';
import {isSince} from '../state/command-number.ts';
import {type Dataset, openDataset} from '../state/dataset.ts';
import type {Part} from '../state/record.ts';
import {beginRun, type Run, runName} from '../state/run.ts';
import {count, plural} from './format.ts';
import {inAnyCase} from './in-any-case.ts';
import type {Log} from './io.ts';

export interface Destination {
	/** Gets one folder a resource. */
	readonly path: string;
	readonly format: FormatName;
	readonly compression?: string | undefined;
	readonly csv?: NonNullable<Config['output']>['csv'];
	readonly jsonAs?: 'text' | 'json' | undefined;
	readonly timeAs?: 'time' | 'text' | 'bigint' | undefined;
	readonly checkpoint?: NonNullable<Config['output']>['checkpoint'];
	/** Seconds that what readers saw before a commit stays. @default 60 */
	readonly gracePeriod?: number | undefined;
	readonly partBytes?: number | undefined;
	readonly onSchemaChange?: 'rewrite' | 'ignore' | undefined;
}

export interface TargetOptions {
	/** Reads everything again, and replaces what is there. */
	readonly fullRefresh: boolean;
	/** A run that is cut short on purpose: the next one does not go on from it. */
	readonly isLimited: boolean;
	readonly maxRejects: number | undefined;
	/** What places in the resource depend on. */
	readonly definition: string;
	/** Names of all resources of the config. */
	readonly names: readonly string[];
	/** The number of the command; absent for a run that is cut short on purpose. */
	readonly command?: string | undefined;
}

export interface Target {
	readonly sink: Writable;
	readonly report: DatasetReport;
	/** What the extraction has to know of what is there. */
	readonly extraction: Pick<ExtractionOptions, 'cursor' | 'firstNumber' | 'state' | 'previous' | 'unique'>;
	/** Folder of the rows that are refused. */
	readonly rejects: string;
	/**
	 * Columns that the files need, whatever is selected: the key, order and deletion of a merge, and the column
	 * that names the folders.
	 */
	readonly needed: readonly string[];
}

/** The datasets of one command. Each is opened once, and free for others when the command ends. */
export interface Targets {
	open(resource: ResolvedResource, options: TargetOptions): Promise<Target>;
	/**
	 * When a resource came to the end of just such a run, in that command or in a later one. Nothing where it
	 * did not.
	 */
	finishedAt(
		resource: ResolvedResource,
		since: string,
		options: Pick<TargetOptions, 'fullRefresh' | 'definition'>,
	): Promise<string | undefined>;
	/** Whether something was recorded that readers do not see yet: the next command goes on from there. */
	areHalfWay(): Promise<boolean>;
	close(): Promise<void>;
}

/** `warn` is told of what may be wrong with what is written; it may throw, which ends the resource. */
export function targets(destination: Destination, log: Log, warn: Warn = log.warning): Targets {
	const writer = runName(new Date());
	const {path: root, gracePeriod} = destination;
	const graceMs = gracePeriod === undefined ? undefined : gracePeriod * 1000;
	const opened = new Map<string, Promise<Dataset>>();
	const datasetOf = ({table_name: name}: ResolvedResource): Promise<Dataset> => {
		const known = opened.get(name) ?? openDataset({root, name, writer, graceMs});
		opened.set(name, known);
		return known;
	};
	return {
		async open(resource, options) {
			const dataset = await datasetOf(resource);
			const {compression, csv, jsonAs, timeAs} = destination;
			const chosen = await fileFormat(destination.format, {compression, csv, jsonAs, timeAs});
			const format = await formatBeside(dataset, chosen, resource, options);
			return target(resource, dataset, format, destination, options, {log, warn});
		},
		async finishedAt(resource, since, {fullRefresh, definition}) {
			// One that cannot be opened says so when it is read.
			const dataset = await datasetOf(resource).catch(() => undefined);
			const standing = dataset?.last?.standings.get(resource.name);
			if (!standing?.isFinished || !isSince(standing.command, since)) return undefined;
			const isSame = standing.definition === definition && (standing.isFresh ?? false) === fullRefresh;
			// Files that are gone are told of, or read again, where it is opened.
			return isSame && dataset?.missing.length === 0 ? standing.finishedAt : undefined;
		},
		async areHalfWay() {
			const datasets = await Promise.all([...opened.values()].map(each => each.catch(() => undefined)));
			return datasets.some(dataset => dataset?.isHalfWay === true);
		},
		async close() {
			// One that could not be opened has said so.
			const datasets = await Promise.all([...opened.values()].map(each => each.catch(() => undefined)));
			await inAnyCase(...datasets.map(dataset => async () => dataset?.close()));
		},
	};
}

async function target(
	resource: ResolvedResource,
	dataset: Dataset,
	format: FileFormat,
	{checkpoint, partBytes, onSchemaChange}: Destination,
	{fullRefresh, isLimited, maxRejects, definition, names, command}: TargetOptions,
	{log, warn}: {log: Log; warn: Warn},
): Promise<Target> {
	const {name, table_name: table} = resource;
	const roles = rolesOf(resource);
	const disposition = fullRefresh ? 'replace' : resource.write_disposition;
	const isMerged = resource.write_disposition === 'merge';
	if (disposition !== 'replace') checkFormat(dataset, format, name);
	if (disposition !== 'replace' && dataset.missing.length > 0) throw lost(name, dataset.missing);
	const folders = foldersOf(resource, roles);
	const earlier =
		folders && !fullRefresh
			? await renameEarlier({dataset, resource: name, table, format, ...folders})
			: undefined;
	if (earlier !== undefined)
		log.warn(
			`${name}: its folders ${earlier} were renamed to ${folders?.folder}=…, which all readers take right`,
		);
	if (disposition !== 'replace') checkFolders(dataset, resource, folders);
	const wasFresh = dataset.last?.standings.get(name)?.isFresh === true;
	const run = await beginRun(dataset, {
		resource: name,
		disposition,
		definition,
		isFresh: fullRefresh,
		isApart: isLimited,
		command,
	});
	const {standing, how} = run;
	if (how === 'resumed') log.info(`${name}: resuming after page ${standing.pages}`);
	if (how === 'restarted')
		log.warn(
			wasFresh
				? `${name}: starts over: the run that broke off was a --full-refresh, and this one is not`
				: `${name}: starts over: its config has changed since the run that broke off, or files of it are gone`,
		);
	const columns = declaredSchema(resource);
	const destination = datasetSink({
		dataset,
		run,
		resource: name,
		table,
		format,
		partition: partitionerOf(resource, roles),
		...(roles.partition !== undefined && {roles: {partition_by: roles.partition}}),
		keepsState: !isLimited,
		checkpoint: defined({
			rows: checkpoint?.rows,
			bytes: checkpoint?.bytes,
			ms: checkpoint?.seconds === undefined ? undefined : checkpoint.seconds * 1000,
		}),
		...(partBytes !== undefined && {partBytes}),
		...(onSchemaChange !== undefined && {onSchemaChange}),
		warn,
		...(resource.allow_empty === true && {allowEmpty: true}),
		...(columns && {columns}),
		...(appendsAgain(resource) && {onAgain: tellAgain(resource, isLimited, warn)}),
		...(maxRejects !== undefined && {maxRejects}),
		...(isMerged && {merge: mergeOf(resource, roles, warn)}),
	});
	const others = rowsOfOthers(dataset, name);
	const isShared = others.size > 0;
	for (const [other, rows] of disposition === 'replace' ? others : [])
		if (!names.includes(other))
			warn({code: 'rows-of-another-resource', resource: name, message: unknown(table, other, rows)});
	const goesOn = how === 'resumed' || disposition !== 'replace' || isShared;
	return {
		sink: sink(destination),
		report: destination.report,
		rejects: join(dataset.layout.root, table, '_rejects'),
		needed: [
			...new Set([...(isMerged ? [...roles.key, roles.order, roles.hardDelete] : []), roles.partition]),
		].filter(column => column !== undefined),
		extraction: {
			unique: !isMerged,
			state: standing.state,
			...(how === 'resumed' &&
				standing.cursor !== undefined && {cursor: standing.cursor, firstNumber: standing.pages}),
			previous: {
				schemas: goesOn ? run.schemas : namesIn(table, dataset),
				lists: new Map(Object.entries(dataset.last?.lists ?? {})),
				...(run.parts.length > 0 && {rows: writtenRows(dataset, run, format, table, roles.key)}),
			},
		},
	};
}

// Of names that meet (`Id` and `id` under snake_case) each keeps its column, whatever the order of the keys.
function namesIn(table: string, {last}: Dataset): Map<string, Schema> {
	const schema = last?.schemas.get(table);
	return new Map(schema ? [[table, namesAlone(schema)]] : []);
}

function rowsOfOthers({last}: Dataset, name: string): Map<string, number> {
	const rows = new Map<string, number>();
	for (const part of last?.parts ?? [])
		if (part.kind === 'rows' && part.rows > 0 && part.resource !== name)
			rows.set(part.resource, (rows.get(part.resource) ?? 0) + part.rows);
	return rows;
}

function unknown(table: string, other: string, rows: number): string {
	return (
		`${table} also has ${plural(rows, 'row')} of ${other}, which is not in this config, and they stay. ` +
		`If ${other} was renamed, give it its old name back, or remove ${table} and .sluice/${table} from the output folder and run again`
	);
}

// What earlier attempts of the run have let through.
async function* writtenRows(
	dataset: Dataset,
	{parts, schemas}: Run,
	format: FileFormat,
	table: string,
	key: readonly string[],
): AsyncGenerator<readonly JsonRecord[]> {
	const schema = schemas.get(table);
	for (const part of parts) {
		if (part.kind === 'rows' && part.table === table)
			yield* format.rows(dataset.locate(part), {columns: key, ...(schema && {schema})});
	}
}

function mergeOf(
	{name, table_name, nested}: ResolvedResource,
	{key, mergeKey, order, newest, hardDelete}: Roles,
	warn: Warn,
): MergeOptions {
	return {
		key,
		...(mergeKey && {mergeKey}),
		lost: fields => warn({code: 'poorer-row', resource: name, message: poorer(key, fields)}),
		...(order !== undefined && {order}),
		...(newest && {newest}),
		...(hardDelete !== undefined && {hardDelete}),
		...(nested === 'tables' && {parentKey: key.map(column => parentKey(table_name, column))}),
	};
}

// A range with an end is the same in each run, and has no state. Appending it again would double its rows.
function tellAgain(resource: ResolvedResource, isLimited: boolean, warn: Warn) {
	const {name, endpoint} = resource;
	return ({rows, of}: {rows: number; of: number}): void => {
		const some = of === 1 ? 'the first row is' : `${count(rows)} of the first ${plural(of, 'row')} are`;
		const found = `${some} there from an earlier run`;
		if (endpoint.incremental && readsAllAgain(resource) && !isLimited)
			throw new SinkError(
				`${name}: ${found}, as incremental has an end_value and keeps no state; nothing was added. Leave end_value out, or ${orElse}`,
			);
		const message = `${found}, and ${of === 1 ? 'is' : 'are'} appended again; set incremental to read what is new; ${orElse}`;
		warn({code: 'rows-appended-again', resource: name, message});
	};
}

function partitionerOf(resource: ResolvedResource, roles: Roles): Partitioner {
	const {partition_by: by} = resource;
	if (by === undefined) return unpartitioned;
	const folders = foldersOf(resource, roles);
	return folders ? byColumn(folders) : byLoadDate(new Date(), by.folder);
}

function foldersOf(
	{partition_by: by}: ResolvedResource,
	{partition: column}: Roles,
): ColumnFolders | undefined {
	if (by === undefined || column === undefined) return undefined;
	return {column, folder: by.folder ?? folderColumn(column, by.unit), unit: by.unit};
}

// Files in one folder have one form of each column. What a replacement takes away does not count.
async function formatBeside(
	dataset: Dataset,
	format: FileFormat,
	{name, write_disposition}: ResolvedResource,
	{fullRefresh}: Pick<TargetOptions, 'fullRefresh'>,
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

// Readers glob for one ending: rows in files of another would be missing to them.
function checkFormat({last, layout}: Dataset, {extension}: FileFormat, name: string): void {
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

// So with folders: no glob finds rows in `by_country=DE/` and rows beside it.
function checkFolders(
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

function lost(name: string, missing: readonly Part[]): ConfigError {
	const [first] = missing;
	const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
	return new ConfigError(
		`${name}: ${first?.path}${others} is in the log, and gone: ${plural(
			missing.reduce((sum, {rows}) => sum + rows, 0),
			'row',
		)}. Restore it from a backup; accept the loss with \`sluice verify ${name} --forget\`; or read all again with --full-refresh`,
	);
}
