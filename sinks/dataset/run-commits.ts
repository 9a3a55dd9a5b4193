/** The commits of a run: which pages are durable, and the place to go on from. */
import type {Cursor, Page} from '../../src/core/page.ts';
import {applyPatch} from '../../src/core/state-patch.ts';
import {type Part, pathsOf, type ResourceProgress} from '../../src/state/commit.ts';
import type {Change} from '../../src/state/dataset.ts';
import {areAlike} from './columns/conform.ts';
import type {PageParts} from './parts/page-parts.ts';
import type {CommitReport} from './sink-options.ts';
import {type SinkRun, sumOf} from './sink-run.ts';

const MEBIBYTE = 1024 ** 2;

export class RunCommits {
	readonly #run: SinkRun;
	readonly #pageParts: PageParts;
	/** The progress of the run in the last commit. */
	#standing: ResourceProgress;
	/** Durable parts of this run. */
	#kept: readonly Part[];
	/** Complete parts that are in no commit yet. */
	#fresh: readonly Part[] = [];
	#pages: number;
	#state: ResourceProgress['state'];
	#cursor: Cursor | undefined;
	/** The last page had a cursor. */
	#isPlaced = true;
	#lastMs = performance.now();

	constructor(run: SinkRun, pageParts: PageParts) {
		const {progress: standing, parts} = run.options.run;
		this.#run = run;
		this.#pageParts = pageParts;
		this.#standing = standing;
		this.#kept = parts;
		this.#pages = standing.pages;
		this.#state = standing.state;
		this.#cursor = (standing as ResourceProgress & {cursor: Cursor | undefined}).cursor;
	}

	get standing(): ResourceProgress {
		return this.#standing;
	}

	get pages(): number {
		return this.#pages;
	}

	/** Complete parts that are in no commit yet. */
	get fresh(): readonly Part[] {
		return this.#fresh;
	}

	/** The place after the pages so far; `null` at the end, `undefined` where it is unknown. */
	get cursor(): Cursor | undefined {
		return this.#cursor;
	}

	/** Whether a run can go on right after the last page. */
	get isPlaced(): boolean {
		return this.#isPlaced && this.#cursor !== undefined;
	}

	/** Notes that the rows of a page are in parts. */
	passed({state, cursor}: Page): void {
		this.#pages++;
		if (state) this.#state = applyPatch(this.#state, state);
		if (cursor !== undefined) this.#cursor = cursor;
		this.#isPlaced = cursor !== undefined;
	}

	/** Whether enough has come since the last commit for another one. */
	isDue(): boolean {
		const {rows, bytes} = this.#run.open;
		const {checkpoint = {}} = this.#run.options;
		return (
			rows >= (checkpoint.rows ?? 1_000_000) ||
			bytes >= (checkpoint.bytes ?? 64 * MEBIBYTE) ||
			performance.now() - this.#lastMs >= (checkpoint.ms ?? 10_000)
		);
	}

	/** Closes all parts. Returns the parts of the run. */
	async closed(): Promise<readonly Part[]> {
		this.#fresh = [...this.#fresh, ...(await this.#run.open.close())];
		return [...this.#kept, ...this.#fresh];
	}

	async checkpoint(): Promise<void> {
		await this.closed();
		const fresh = this.#fresh;
		const place = {...this.#place(), ...(this.#cursor !== undefined && {cursor: this.#cursor})};
		const isAppended = this.#standing.disposition === 'append';
		const change = isAppended ? await this.#appended() : {pending: [...this.#kept, ...fresh]};
		const version = await this.#commit({...change, progress: place});
		this.tell(version, false, 'add' in change ? change.add : []);
		this.#standing = place;
		this.#kept = [...this.#kept, ...fresh];
		this.#fresh = [];
		this.#run.counts.bytesWritten = sumOf(this.#kept, 'bytes');
		this.#lastMs = performance.now();
	}

	#place(): ResourceProgress {
		const {named} = this.#run.maker;
		return {...this.#standing, pages: this.#pages, state: this.#state, parts: named};
	}

	// Rows whose columns differ from those of the files wait for the last commit, which makes the columns the
	// same.
	async #appended(): Promise<Pick<Change, 'add' | 'remove' | 'pending'>> {
		const {options, report} = this.#run;
		const fresh = this.#fresh;
		if (options.dataset.settles) return {add: fresh, pending: []};
		if (options.isAtOnce) return {pending: [...this.#kept, ...fresh]};
		const visible = this.#run.visible();
		const shown = pathsOf(visible);
		const hidden = this.#kept.filter(({path}) => !shown.has(path));
		const remove = emptied(fresh, visible);
		const gone = pathsOf(remove);
		const mine = new Set(fresh.map(part => part.table));
		const all = [...visible.filter(part => mine.has(part.table) && !gone.has(part.path)), ...fresh];
		const isAlike =
			options.onSchemaChange === 'ignore' || (hidden.length === 0 && (await areAlike(all, options)));
		report.isHeld = !isAlike;
		return isAlike ? {add: fresh, remove, pending: []} : {pending: [...hidden, ...fresh]};
	}

	/** Ends a run without a row that can stay: the next run begins where this one began. */
	async forget(): Promise<void> {
		const {cursor: _, ...begun} = this.#standing;
		const shown = this.#run.visible().filter(part => part.run === begun.run);
		this.#standing = {...begun, pages: 0, state: begun.before};
		await this.#commit({pending: [], remove: shown, progress: this.#standing});
	}

	/** The last commit of the run. Returns its number. */
	last(change: Pick<Change, 'add' | 'remove' | 'settle'>): Promise<number> {
		return this.#commit({...change, ...this.#ending()});
	}

	// A run that was cut short on purpose leaves the interrupted run before it unchanged, unless the run is
	// fresh: then those rows are gone.
	#ending(): Pick<Change, 'pending' | 'progress'> {
		const {cursor: _, columnsBefore: __, ...last} = this.#place();
		if (this.#run.options.keepsState === false)
			return last.isFresh === true ? {pending: [], progress: null} : {};
		return {pending: [], progress: {...last, isFinished: true, finishedAt: new Date().toISOString()}};
	}

	async #commit(change: Omit<Change, 'resource' | 'run'>): Promise<number> {
		const {options, columns} = this.#run;
		const {tables, lists} = this.#pageParts;
		const {version} = await options.dataset.commit({
			...change,
			resource: options.resource,
			run: options.run.progress.run,
			schemas: columns.ofCommit(tables),
			tables: [...tables],
			...(lists.size > 0 && {lists}),
		});
		columns.committed();
		return version;
	}

	tell(version: number, isLast: boolean, parts: readonly Part[] = []): void {
		const files: CommitReport['files'] = parts.map(({path, kind, rows, bytes}) => ({
			...{path, kind, rows, bytes},
		}));
		this.#run.options.onCommit?.({version, pages: this.#pages, isLast, files});
	}
}

/**
 * Parts without rows of tables that had no rows, and now have some. Such a part may have columns that the new
 * rows lack.
 */
export function emptied(added: readonly Part[], visible: readonly Part[]): Part[] {
	const filled = new Set(added.filter(({kind, rows}) => kind === 'rows' && rows > 0).map(part => part.table));
	return visible.filter(part => part.kind === 'rows' && part.rows === 0 && filled.has(part.table));
}
