/** The target of a resource: its dataset, opened where the last run ended. */
import type {Writable} from 'node:stream';
import {datasetSink} from '../../../sinks/dataset/dataset-sink.ts';
import {renameEarlier} from '../../../sinks/dataset/earlier-folders.ts';
import type {MergeOptions} from '../../../sinks/dataset/merge-run.ts';
import type {DatasetReport} from '../../../sinks/dataset/sink-options.ts';
import {writtenRows} from '../../../sinks/dataset/written-rows.ts';
import {type FileFormat, withoutOf} from '../../../sinks/formats/format.ts';
import type {ExtractionOptions} from '../../config/compile/compile.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {appendsAgain} from '../../config/rows/appends.ts';
import {poorerRowMessage} from '../../config/rows/doubles.ts';
import {type Roles, rolesOf} from '../../config/rows/roles.ts';
import {declaredSchema} from '../../config/rows/stages.ts';
import {withoutUndefined} from '../../config/tree.ts';
import {stringify} from '../../core/json/json.ts';
import {parentKey} from '../../core/schema/parent-key.ts';
import {scrub} from '../../core/secret.ts';
import {type Sink, sink} from '../../core/stage.ts';
import type {Warn} from '../../core/warning.ts';
import {beginRun, type ResumedRun} from '../../state/resume.ts';
import type {Target} from '../../state/target.ts';
import {checkNames} from '../compatibility/changed-names.ts';
import {checkDeclaredTypes} from '../compatibility/declared-types.ts';
import {appendedAgain, namesIn, rowsOfOthers, warnOfUnknown} from '../compatibility/earlier-rows.ts';
import {
	checkFormat,
	checkMissing,
	checkOthers,
	checkPartitions,
	refuseForTables,
} from '../compatibility/fits-dataset.ts';
import {checkListKeys, hasLists} from '../compatibility/list-keys.ts';
import type {Emitter} from '../emitter.ts';
import type {ResourceStartEvent} from '../events.ts';
import type {OutputSettings} from './output.ts';
import {foldersOf, partitionerOf} from './partition-folders.ts';

/** Characters of a refused record in an event. */
const MOST_OF_SAMPLE = 500;

export interface RunTargetOptions {
	/** Reads everything again, and replaces all rows. */
	readonly fullRefresh: boolean;
	/** A run that is cut short on purpose: the next one does not continue it. */
	readonly isLimited: boolean;
	readonly maxRejects: number | undefined;
	/** The text of everything that places in the resource depend on. */
	readonly definition: string;
	/** Names of all resources of the config. */
	readonly names: readonly string[];
	/** Names of the resources whose rows this run replaces. */
	readonly replacing: readonly string[];
	/** Nothing is visible before the last commit, also of an append. @default false */
	readonly isAtOnce?: boolean;
	/** The number of the command; absent for a run that is cut short on purpose. */
	readonly command?: string | undefined;
}

export interface RunTarget {
	readonly sink: Writable;
	readonly report: DatasetReport;
	/** Options of the extraction that depend on earlier runs. */
	readonly extraction: Pick<ExtractionOptions, 'cursor' | 'firstNumber' | 'state' | 'previous' | 'unique'>;
	/** Folder of the refused rows. */
	readonly rejects: string;
	/**
	 * Columns that the files need, whatever is selected: the key, order and deletion of a merge, and the column
	 * of the folder names.
	 */
	readonly needed: readonly string[];
}

interface Opening extends RunTargetOptions {
	readonly dataset: Target;
	readonly format: FileFormat;
	readonly output: OutputSettings;
	readonly emitter: Emitter;
}

export async function openTarget(resource: ResolvedResource, opening: Opening): Promise<RunTarget> {
	const {dataset, format, output, emitter, fullRefresh, isLimited, maxRejects, definition, names, command} =
		opening;
	const {warn} = emitter;
	const {name, table_name: table} = resource;
	const roles = rolesOf(resource);
	const disposition = fullRefresh ? 'replace' : resource.write_disposition;
	const isMerged = resource.write_disposition === 'merge';
	await checkDataset(resource, roles, opening);
	const wasFresh = dataset.last?.progress.get(name)?.isFresh === true;
	const run = await beginRun(dataset, {
		resource: name,
		disposition,
		definition,
		isFresh: fullRefresh,
		isApart: isLimited,
		command,
	});
	const {progress: standing, how} = run;
	emitter.emit({
		type: 'resource-start',
		resource: name,
		start: startOf(run, wasFresh),
		pages: standing.pages,
	});
	const {checkpoint, partBytes, onSchemaChange} = output;
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
		...(opening.isAtOnce && {isAtOnce: true}),
		checkpoint: withoutUndefined({
			rows: checkpoint?.rows,
			bytes: checkpoint?.bytes,
			ms: checkpoint?.seconds === undefined ? undefined : checkpoint.seconds * 1000,
		}),
		...(partBytes !== undefined && {partBytes}),
		...(onSchemaChange !== undefined && {onSchemaChange}),
		warn,
		onCommit: commit => emitter.emit({type: 'commit', resource: name, ...commit}),
		onDrift: changes => {
			for (const change of changes) emitter.emit({type: 'drift', resource: name, change});
		},
		...(resource.allow_empty === true && {allowEmpty: true}),
		...(columns && {columns}),
		...(appendsAgain(resource) && {onAgain: appendedAgain(resource, isLimited, warn)}),
		...(maxRejects !== undefined && {maxRejects}),
		...(isMerged && {merge: mergeOf(resource, roles, hasLists(dataset, table), warn)}),
	});
	const others = rowsOfOthers(dataset, name);
	if (disposition === 'replace') warnOfUnknown(resource, others, names, warn);
	const goesOn = how === 'resumed' || disposition !== 'replace' || others.size > 0;
	return {
		sink: sink(emitter.isHeard ? reported(destination, name, emitter) : destination),
		report: destination.report,
		rejects: dataset.rejects(table),
		needed: neededBy(roles, isMerged),
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

// A replacement removes all files that might not be compatible.
async function checkDataset(
	resource: ResolvedResource,
	roles: Roles,
	{dataset, format, output, emitter, fullRefresh, replacing}: Opening,
): Promise<void> {
	const {name, table_name: table, write_disposition} = resource;
	const replaces = fullRefresh || write_disposition === 'replace';
	if (write_disposition === 'merge') withoutOf(format, name);
	if (dataset.settles) refuseForTables(resource);
	if (!replaces) {
		checkNames(dataset, resource, [...roles.key, ...neededBy(roles, write_disposition === 'merge')]);
		checkFormat(dataset, format, name);
		checkMissing(dataset, name);
		if (output.onSchemaChange !== 'ignore')
			checkDeclaredTypes(dataset, table, declaredSchema(resource), format.typed);
	}
	const folders = foldersOf(resource, roles);
	if (folders && !fullRefresh) {
		const earlier = await renameEarlier({dataset, resource: name, table, format, ...folders});
		if (earlier !== undefined)
			emitter.emit({type: 'folders-renamed', resource: name, from: earlier, to: `${folders.folder}=…`});
	}
	if (replaces) checkOthers(dataset, resource, {format, folders, replacing});
	else checkPartitions(dataset, resource, folders);
	if (fullRefresh || !replaces)
		await checkListKeys(dataset, resource, roles.key, {format, fullRefresh, replacing});
}

function startOf({how}: ResumedRun, wasFresh: boolean): ResourceStartEvent['start'] {
	if (how !== 'restarted') return how;
	return wasFresh ? 'refreshed' : 'restarted';
}

function neededBy(
	{key, mergeKey = [], order, cursor, hardDelete, partition}: Roles,
	isMerged: boolean,
): string[] {
	const all = [...(isMerged ? [...key, ...mergeKey, order, cursor, hardDelete] : []), partition];
	return [...new Set(all)].filter(column => column !== undefined);
}

function mergeOf(
	{name, table_name, nested}: ResolvedResource,
	{key, mergeKey, order, newest, hardDelete}: Roles,
	hasLists: boolean,
	warn: Warn,
): MergeOptions {
	return {
		key,
		...(mergeKey && {mergeKey}),
		lost: fields => warn({code: 'poorer-row', resource: name, message: poorerRowMessage(key, fields)}),
		...(order !== undefined && {order}),
		...(newest && {newest}),
		...(hardDelete !== undefined && {hardDelete}),
		...((nested === 'tables' || (hasLists && key.length > 0)) && {
			parentKey: key.map(column => parentKey(table_name, column)),
		}),
	};
}

// The sink, with events for each page that it gets.
function reported(destination: Sink, resource: string, {emit}: Emitter): Sink {
	const {name, counts} = destination;
	return {
		name,
		...(counts && {counts}),
		close: () => destination.close(),
		discard: async error => destination.discard?.(error),
		write(page) {
			const {number, records, rejections = []} = page;
			const [first] = rejections;
			if (first) {
				const {column, reason, record} = first;
				const sample = scrub(stringify(record).slice(0, MOST_OF_SAMPLE));
				const where = column === undefined ? {} : {column};
				emit({type: 'rejection', resource, page: number, rows: rejections.length, ...where, reason, sample});
			}
			emit({type: 'page', resource, page: number, rows: records.length, rejected: rejections.length});
			return destination.write(page);
		},
	};
}
