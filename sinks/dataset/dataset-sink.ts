/**
 * A sink whose rows are seen when they are committed, and not before; see src/state/ for what a commit is.
 */
import {SchemaError} from '../../src/core/errors.ts';
import type {Cursor, JsonRecord, Page} from '../../src/core/page.ts';
import {rowsIn} from '../../src/core/records/lazy-records.ts';
import type {Rejection, Schema} from '../../src/core/schema/schema.ts';
import type {Counts, Sink} from '../../src/core/stage.ts';
import {patched} from '../../src/core/state-patch.ts';
import type {Warn} from '../../src/core/warning.ts';
import type {Part, Standing} from '../../src/state/commit.ts';
import type {Change, Dataset} from '../../src/state/dataset.ts';
import type {Run} from '../../src/state/resume.ts';
import type {FileFormat} from '../formats/format.ts';
import {jsonlFormat} from '../formats/jsonl/format.ts';
import {rejectionLine} from '../output/rejects.ts';
import {areAlike, conformed} from './conform.ts';
import {allRejected, emptied as emptiedBy} from './empty-run.ts';
import type {MergeOptions} from './merge-run.ts';
import {type Owners, owners} from './nested-row-owners.ts';
import {type OpenParts, openParts} from './open-parts.ts';
import {type Outcome, outcomeOf} from './outcome.ts';
import {type Partitioner, unpartitioned} from './partition.ts';
import {endingOf, type Folder, type PartMaker, partMaker} from './parts.ts';
import {type Again, again} from './repeated-append.ts';
import {checkRequiredColumns} from './required-columns.ts';
import {runColumns} from './run-columns.ts';
import type {OnSchemaChange} from './schema-changes.ts';

export interface DatasetSinkOptions {
	/** Open; whoever opened it closes it. */
	readonly dataset: Dataset;
	readonly run: Run;
	readonly resource: string;
	/** Folder of the rows, below the dataset's root. */
	readonly table: string;
	readonly format: FileFormat;
	/** For the disposition `merge`. */
	readonly merge?: MergeOptions;
	readonly partition?: Partitioner;
	/** Columns that the config names, by the key that does: one that no row has is an error. */
	readonly roles?: Readonly<Record<string, string>>;
	readonly checkpoint?: CheckpointOptions;
	/** Bytes that parts are joined up to when the run is over. @default 128 MiB */
	readonly partBytes?: number;
	/** Refused rows of the run beyond which it fails. @default any number */
	readonly maxRejects?: number;
	/** Told when an append begins with rows that an earlier run has brought. May throw. */
	readonly onAgain?: (found: Again) => void;
	/** Whether a replacement without rows may take the place of rows. @default false */
	readonly allowEmpty?: boolean;
	/** The columns of the table that are known before its first page. */
	readonly columns?: Schema;
	/** Whether the next run goes on from here. `false` for a run that was cut short on purpose. @default true */
	readonly keepsState?: boolean;
	/**
	 * What becomes of the files of earlier runs when a column was added or has another type: they are rewritten
	 * with the last commit, or stay as they are. Only of formats with types. @default 'rewrite'
	 */
	readonly onSchemaChange?: OnSchemaChange;
	/** Is told of what may be wrong; it may throw, which fails the run. */
	readonly warn?: Warn;
	/** Is told of each commit that moves the place of the resource. Must not throw. */
	readonly onCommit?: (commit: CommitReport) => void;
	/** Is told of columns that are new or have changed, as `report.drift` has them. Must not throw. */
	readonly onDrift?: (changes: readonly string[]) => void;
	/** Where it counts. @default an object of its own */
	readonly counts?: Partial<Counts>;
}

/**
 * What is written becomes durable after so much of it; whatever comes first. A run that dies loses no more
 * than that.
 */
export interface CheckpointOptions {
	/** @default 1_000_000 */
	readonly rows?: number;
	/** Bytes of files. @default 64 MiB */
	readonly bytes?: number;
	/** @default 10_000 */
	readonly ms?: number;
}

export interface CommitReport {
	/** Number of the record in the log of the dataset. */
	readonly version: number;
	/** Pages of the run that are durable. */
	readonly pages: number;
	/** Whether the run has come to its end with it. */
	readonly isLast: boolean;
	/** Files that readers see from now on. */
	readonly files: readonly Pick<Part, 'path' | 'kind' | 'rows' | 'bytes'>[];
}

export interface DatasetReport {
	/** What became of columns: `contacts.score: bigint → double at page 12`. */
	readonly drift: string[];
	/** Files of earlier commits that got the columns of their table, by table. */
	readonly rewritten: {readonly table: string; readonly files: number; readonly rows: number}[];
	/**
	 * Whether rows are durable, and seen only when a run has come to its end: their columns are not those of the
	 * files.
	 */
	isHeld?: boolean;
	/** Of a run that broke off: pages that are durable, from which the next one goes on. */
	kept?: number;
	/** Of a merge: what became of rows. */
	merge?: {readonly inserted: number; readonly updated: number; readonly deleted: number};
}

export interface DatasetSink extends Sink {
	readonly report: DatasetReport;
}

const MEBIBYTE = 1024 ** 2;
const TORN =
	'Readers of all files fail, or show only some. Give the column its old type, or read all again with --full-refresh';

/**
 * Writes parts, and commits them with the place after their last page. With `append` a checkpoint makes rows
 * visible; with `replace` and `merge` it makes them durable only, and all is seen at the end. After a failure
 * everything up to the last whole page is kept, for the next run to go on from.
 */
export function datasetSink({
	dataset,
	run,
	resource,
	table,
	format,
	merge,
	partition = unpartitioned,
	checkpoint: {rows: mostRows = 1_000_000, bytes: mostBytes = 64 * MEBIBYTE, ms: mostMs = 10_000} = {},
	partBytes = 128 * MEBIBYTE,
	maxRejects = Number.POSITIVE_INFINITY,
	allowEmpty = false,
	onAgain,
	roles = {},
	columns,
	keepsState = true,
	onSchemaChange = 'rewrite',
	warn = () => {},
	onCommit = () => {},
	onDrift = () => {},
	counts = {},
}: DatasetSinkOptions): DatasetSink {
	const {disposition} = run.standing;
	const report: DatasetReport = {drift: [], rewritten: []};
	const maker: PartMaker = partMaker({dataset, resource, run: run.standing.run, named: run.standing.parts});
	const open: OpenParts = openParts(maker);
	// What a replacement has is its own; at its end it is held against what was there.
	const isMine = (part: Part): boolean => part.resource === resource;
	// Rows of others in another format are about to be replaced, by the same command.
	const isReadable = ({kind, path}: Part): boolean => kind !== 'rows' || endingOf(path) === format.extension;
	const isShared = (dataset.last?.parts ?? []).some(
		part => part.kind === 'rows' && part.rows > 0 && !isMine(part) && isReadable(part),
	);
	// Rows of other resources in the same table keep their columns.
	const isAnew = disposition === 'replace' && run.parts.length === 0 && !isShared;
	const tables = new Set([table]);
	/** By table of nested lists: where they stand in the rows. */
	const lists = new Map<string, readonly string[]>();
	let standing: Standing = run.standing;
	/** Durable parts of this run. */
	let kept: readonly Part[] = run.parts;
	/** Whole, and in no commit yet. */
	let fresh: readonly Part[] = [];
	let rejected = sum(run.parts.filter(({kind}) => kind === 'rejects'));
	/** The first row of this attempt that was refused. */
	let firstRejection: Rejection | undefined;
	let {pages, state, cursor} = run.standing as Standing & {cursor: Cursor | undefined};
	let isPlaced = true;
	/** Only the first page that has rows is held against those that are there. */
	let isCompared = disposition !== 'append';
	let isBroken = false;
	let isClosing = false;
	let isFinished = false;
	let lastMs = performance.now();
	let under: Promise<unknown> = Promise.resolve();
	const stop = new AbortController();
	const {signal} = stop;
	const columnsNow = runColumns({
		dataset,
		resource,
		format,
		run,
		table,
		isAnew,
		before: run.schemas,
		isKept: disposition !== 'replace' || isShared,
		onSchemaChange,
		warn,
		tell(changes) {
			report.drift.push(...changes);
			onDrift(changes);
		},
	});

	// Whoever discards waits for it: the dataset may be somebody else's right after.
	function attempt(work: () => Promise<void>): Promise<void> {
		const working = work().catch(error => {
			isBroken ||= error !== signal.reason;
			throw error;
		});
		under = working.catch(() => {});
		return working;
	}

	async function write(page: Page): Promise<void> {
		noteSchemas(page);
		await columnsNow.settle();
		if (onAgain && !isCompared && page.records.length > 0) await compare(page, onAgain);
		const owned = merge?.parentKey && page.tables ? owners(page) : undefined;
		for (const each of [page, ...(page.tables ?? [])]) {
			for (const [folder, rows] of partition(each, recordsOf(each, page))) {
				if (rows.records.length === 0) continue;
				const place = await open.write(folderOf(each.resource, folder), rows);
				owned?.note(each, rows, place);
			}
			await writeRejects(each);
		}
		if (owned) await writeOwners(owned, page);
		pages++;
		if (page.state) state = patched(state, page.state);
		if (page.cursor !== undefined) cursor = page.cursor;
		isPlaced = page.cursor !== undefined;
		if (isPlaced && cursor !== null && keepsState && isDue()) await checkpoint();
	}

	async function compare({records}: Page, tell: (found: Again) => void): Promise<void> {
		isCompared = true;
		const schema = columnsNow.schemas.get(table);
		const found = await again(records, {
			dataset,
			resource,
			table,
			run: run.standing.run,
			format,
			schema,
			signal,
		});
		if (found) tell(found);
	}

	// Pages of the main table bear the name of the resource, those of lists their own.
	function folderOf(name: string, inner: string): Folder {
		const own = name === resource ? table : name;
		tables.add(own);
		return {table: own, path: inner === '' ? own : `${own}/${inner}`, kind: 'rows', format};
	}

	async function writeOwners({lines}: Owners, {schema: _, ...page}: Page): Promise<void> {
		const folder = {table, path: `${table}/_owners`, kind: 'owners', format: jsonlFormat} as const;
		if (lines.length > 0) await open.write(folder, {...page, records: lines});
	}

	async function writeRejects({resource: name, rejections = [], ...page}: Page): Promise<void> {
		if (rejections.length === 0) return;
		if (name === resource) firstRejection ??= rejections[0];
		if (name !== resource) counts.rejected = (counts.rejected ?? 0) + rejections.length;
		const {table: own} = folderOf(name, '');
		const lines = rejections.map(each => ({
			run: run.standing.run,
			...rejectionLine(name, each),
		}));
		await open.write(
			{table: own, path: `${own}/_rejects`, kind: 'rejects', format: jsonlFormat},
			{...page, resource: name, records: lines},
		);
		rejected += rejections.length;
		if (rejected <= maxRejects) return;
		const [first] = rejections;
		throw new SchemaError(
			`${resource}: ${rejected} rows rejected, more than the ${maxRejects} that are allowed; the last for ${first?.column ?? 'the row'}: ${first?.reason}`,
			first?.column,
		);
	}

	function noteSchemas({number, resource: name, schema, list, tables: inner = []}: Page): void {
		for (const page of inner) noteSchemas(page);
		if (list) lists.set(name, list);
		if (schema) columnsNow.note(folderOf(name, '').table, schema, number);
	}

	function isDue(): boolean {
		const {rows, bytes} = open;
		return rows >= mostRows || bytes >= mostBytes || performance.now() - lastMs >= mostMs;
	}

	async function checkpoint(): Promise<void> {
		fresh = [...fresh, ...(await open.close())];
		const place = {...standing, pages, state, parts: maker.named, ...(cursor !== undefined && {cursor})};
		const change = disposition === 'append' ? await appended() : {pending: [...kept, ...fresh]};
		const version = await commit({...change, standing: place});
		onCommit({version, pages, isLast: false, files: filesOf('add' in change ? change.add : [])});
		standing = place;
		kept = [...kept, ...fresh];
		fresh = [];
		counts.bytesWritten = sum(kept, 'bytes');
		lastMs = performance.now();
	}

	// Rows of other columns than those of the files wait for the last commit, which makes them the same.
	async function appended(): Promise<Pick<Change, 'add' | 'remove' | 'pending'>> {
		const visible = dataset.last?.parts ?? [];
		const shown = new Set(visible);
		const held = kept.filter(part => !shown.has(part));
		const remove = emptied(fresh, visible);
		const gone = new Set(remove);
		const mine = new Set(fresh.map(part => part.table));
		const all = [...visible.filter(part => mine.has(part.table) && !gone.has(part)), ...fresh];
		const isAlike =
			onSchemaChange === 'ignore' || (held.length === 0 && (await areAlike(all, {dataset, format})));
		report.isHeld = !isAlike;
		return isAlike ? {add: fresh, remove, pending: []} : {pending: [...held, ...fresh]};
	}

	async function commit(change: Omit<Change, 'resource' | 'run'>): Promise<number> {
		const {version} = await dataset.commit({
			...change,
			resource,
			run: run.standing.run,
			schemas: columnsNow.ofCommit(tables),
			tables: [...tables],
			...(lists.size > 0 && {lists}),
		});
		columnsNow.committed();
		return version;
	}

	// A part without rows stands for a table that had none. Its columns may be none of those that have come
	// since.
	function emptied(added: readonly Part[], visible: readonly Part[]): Part[] {
		const filled = new Set(
			added.filter(({kind, rows}) => kind === 'rows' && rows > 0).map(part => part.table),
		);
		return visible.filter(part => part.kind === 'rows' && part.rows === 0 && filled.has(part.table));
	}

	/** The parts with the same columns in each table. */
	async function alike(parts: readonly Part[], visible: readonly Part[]): Promise<readonly Part[]> {
		if (onSchemaChange === 'ignore') return parts;
		const shown = new Set(visible);
		const result = await conformed(parts, {dataset, maker, format, schemas: columnsNow.schemas, signal});
		for (const [own, schema] of result.schemas) {
			columnsNow.set(own, schema);
			tables.add(own);
		}
		for (const message of result.obstacles)
			warn({code: 'columns-differ', resource, message: `${message}. ${TORN}`});
		noteRewritten(result.replaced.filter(part => shown.has(part)));
		return result.parts;
	}

	function noteRewritten(parts: readonly Part[]): void {
		for (const own of new Set(parts.map(part => part.table))) {
			const mine = parts.filter(part => part.table === own);
			report.rewritten.push({table: own, files: mine.length, rows: sum(mine)});
		}
	}

	// Where nothing came that can stay, the run has not done its work: the next one begins where this one began.
	async function refuseEmpty(
		what: 'rejected' | 'replaced',
		rows: readonly Part[],
		visible: readonly Part[],
	): Promise<void> {
		const isOfTable = (part: Part): boolean => part.table === table && isMine(part);
		const mine = rows.filter(isOfTable);
		if (sum(mine.filter(({kind}) => kind === 'rows')) > 0) return;
		const refused = sum(mine.filter(({kind}) => kind === 'rejects'));
		const had = sum(visible.filter(part => isOfTable(part) && part.kind === 'rows'));
		let error: Error | undefined;
		if (what === 'rejected' && refused > 0) error = allRejected(resource, refused, firstRejection, had);
		if (what === 'replaced' && disposition === 'replace' && had > 0 && !allowEmpty)
			error = emptiedBy(resource, had);
		if (!error) return;
		if (keepsState && standing.pages > 0) await forget();
		throw error;
	}

	async function forget(): Promise<void> {
		const {cursor: _, ...begun} = standing;
		const shown = (dataset.last?.parts ?? []).filter(part => part.run === begun.run);
		standing = {...begun, pages: 0, state: begun.before};
		await commit({pending: [], remove: shown, standing});
	}

	function finish(): Promise<void> {
		return dataset.exclusively(finishAlone);
	}

	async function finishAlone(): Promise<void> {
		fresh = [...fresh, ...(await open.close())];
		const came = [...kept, ...fresh];
		await refuseEmpty('rejected', came, dataset.last?.parts ?? []);
		if (sum(came.filter(({kind}) => kind === 'rows')) > 0)
			checkRequiredColumns(resource, roles, columnsNow.names);
		// Where rows cannot be merged, for want of space or of memory, they need not be read again.
		if (disposition === 'merge' && keepsState && cursor !== undefined) await checkpoint();
		const visible = (dataset.last?.parts ?? []).filter(part => isMine(part) || isReadable(part));
		const readable = visible.filter(isReadable);
		const base = disposition === 'merge' ? await alike(readable, readable) : readable;
		const {add, remove} = await settled([...kept, ...fresh], base);
		await refuseEmpty('replaced', add, visible);
		const isOfTable = (part: Part): boolean => part.table === table && part.kind === 'rows';
		const taken = new Set(remove);
		const isBare = ![...base.filter(part => !taken.has(part)), ...add].some(isOfTable);
		if (isBare) columnsNow.keepKnown(columns);
		const added = isBare ? [...add, await emptyPart()] : add;
		const gone = new Set([...remove, ...emptied(added, base)]);
		const shown = new Set(
			await alike([...new Set([...base.filter(part => !gone.has(part)), ...added])], visible),
		);
		if (isAnew) columnsNow.tellReplaced();
		const {cursor: _, columnsBefore: __, ...last} = standing;
		const before = new Set(visible);
		counts.bytesWritten = sum(added, 'bytes');
		signal.throwIfAborted();
		const appearing = [...shown].filter(part => !before.has(part));
		const version = await commit({
			add: appearing,
			remove: visible.filter(part => !shown.has(part)),
			...ending(last),
		});
		isFinished = true;
		onCommit({version, pages, isLast: true, files: filesOf(appearing)});
	}

	// A run that was cut short on purpose leaves what one before it has begun; but a fresh one has taken its
	// rows away.
	function ending(last: Omit<Standing, 'cursor'>): Pick<Change, 'pending' | 'standing'> {
		if (!keepsState) return last.isFresh === true ? {pending: [], standing: null} : {};
		const finishedAt = new Date().toISOString();
		return {pending: [], standing: {...last, pages, state, parts: maker.named, isFinished: true, finishedAt}};
	}

	async function settled(written: readonly Part[], visible: readonly Part[]): Promise<Outcome> {
		const outcome = await outcomeOf(written, visible, {
			...{disposition, dataset, maker, resource, run: run.standing.run, table, format, merge, partBytes},
			schemas: columnsNow.schemas,
			signal,
		});
		if (outcome.counts) report.merge = outcome.counts;
		if (merge) {
			counts.duplicates = (counts.duplicates ?? 0) + outcome.duplicates;
			counts.written = (counts.written ?? 0) - outcome.duplicates;
		}
		return outcome;
	}

	async function emptyPart(): Promise<Part> {
		const writer = await maker.writer(folderOf(resource, ''));
		try {
			await writer.write({
				resource,
				number: 0,
				records: [],
				schema: columnsNow.schemas.get(table) ?? {columns: []},
			});
			return await writer.close();
		} catch (error) {
			await writer.discard();
			throw error;
		}
	}

	return {
		name: `${format.name} ${table}`,
		counts,
		report,
		write: page => attempt(() => write(page)),
		close() {
			isClosing = true;
			return attempt(finish);
		},
		async discard(error) {
			stop.abort(error);
			await under;
			if (isFinished) return;
			try {
				// Whatever broke, the pages that came are whole. Only what we could not write ourselves is not to be
				// trusted; nor is the end of all pages, before everybody else has found them right.
				const isPlace = isPlaced && cursor !== undefined && (cursor !== null || isClosing);
				if (!isBroken && isPlace && keepsState && pages > standing.pages) await checkpoint();
				if (keepsState && standing.pages > 0) report.kept = standing.pages;
			} finally {
				await open.discard();
			}
		},
	};
}

// By row of a list: the record it came with.
function recordsOf({owners: indexes}: Page, {records}: Page): JsonRecord[] | undefined {
	if (!indexes) return undefined;
	const rows = rowsIn(records);
	return indexes.map(index => rows[index] as JsonRecord);
}

function filesOf(parts: readonly Part[] = []): CommitReport['files'] {
	return parts.map(({path, kind, rows, bytes}) => ({path, kind, rows, bytes}));
}

function sum(parts: readonly Part[], what: 'rows' | 'bytes' = 'rows'): number {
	return parts.reduce((total, part) => total + part[what], 0);
}
