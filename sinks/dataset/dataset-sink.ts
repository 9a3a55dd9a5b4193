/** A sink whose rows become visible when they are committed, and not before; see src/state/ for commits. */
import type {Page} from '../../src/core/page.ts';
import type {Counts} from '../../src/core/stage.ts';
import {LastCommit} from './last-commit.ts';
import {PageParts} from './parts/page-parts.ts';
import {findRepeatedAppend} from './repeated-append.ts';
import {RunCommits} from './run-commits.ts';
import {SettledCommit} from './settled-commit.ts';
import type {DatasetReport, DatasetSink, DatasetSinkOptions} from './sink-options.ts';
import {SinkRun} from './sink-run.ts';

/**
 * Writes parts, and commits them with the place after their last page. With `append`, a checkpoint makes rows
 * visible; with `replace` and `merge`, it only makes them durable, and all rows become visible at the end.
 * After a failure, everything up to the last whole page is kept, and the next run goes on from there.
 */
export function datasetSink(options: DatasetSinkOptions): DatasetSink {
	return new DatasetWriter(options);
}

class DatasetWriter implements DatasetSink {
	readonly name: string;
	readonly counts: Partial<Counts>;
	readonly report: DatasetReport;
	readonly #run: SinkRun;
	readonly #pageParts: PageParts;
	readonly #commits: RunCommits;
	/** Only the first page with rows is compared with the rows of earlier runs. */
	#isCompared: boolean;
	/** A step of the sink itself has failed, so what it was writing may be damaged. */
	#isBroken = false;
	/** The last page has come. */
	#isClosing = false;
	/** The last commit is in the log. */
	#isFinished = false;
	/** The step that is under way. */
	#underWay: Promise<unknown> = Promise.resolve();

	constructor(options: DatasetSinkOptions) {
		this.name = `${options.format.name} ${options.table}`;
		this.#run = new SinkRun(options);
		this.#pageParts = new PageParts(this.#run);
		this.#commits = new RunCommits(this.#run, this.#pageParts);
		this.#isCompared = options.run.progress.disposition !== 'append';
		this.counts = this.#run.counts;
		this.report = this.#run.report;
	}

	write(page: Page): Promise<void> {
		return this.#attempt(() => this.#write(page));
	}

	close(): Promise<void> {
		this.#isClosing = true;
		return this.#attempt(() => this.#run.options.dataset.exclusively(() => this.#finish()));
	}

	async discard(error: Error): Promise<void> {
		const {open, options} = this.#run;
		const {keepsState = true} = options;
		this.#run.stop(error);
		await this.#underWay;
		if (this.#isFinished) return;
		try {
			if (keepsState && this.#isTrusted() && this.#commits.pages > this.#commits.standing.pages)
				await this.#commits.checkpoint();
			const {pages} = this.#commits.standing;
			if (keepsState && pages > 0) this.report.kept = pages;
		} finally {
			await open.discard();
		}
	}

	// Whether the written pages may be kept. After a failure in another stage, whole pages may. They may not
	// after a failure of the sink itself, or once all pages have come, before the other stages have confirmed
	// the end.
	#isTrusted(): boolean {
		const {isPlaced, cursor} = this.#commits;
		return !this.#isBroken && isPlaced && (cursor !== null || this.#isClosing);
	}

	// `discard()` waits for the step, as the dataset may belong to another run right after.
	#attempt(work: () => Promise<void>): Promise<void> {
		const working = work().catch(error => {
			this.#isBroken ||= error !== this.#run.signal.reason;
			throw error;
		});
		this.#underWay = working.catch(() => {});
		return working;
	}

	async #write(page: Page): Promise<void> {
		const {columns, options} = this.#run;
		const {keepsState = true} = options;
		this.#pageParts.note(page);
		await columns.settle();
		if (!this.#isCompared && page.records.length > 0) await this.#compare(page);
		await this.#pageParts.write(page);
		this.#commits.passed(page);
		const {isPlaced, cursor} = this.#commits;
		if (isPlaced && cursor !== null && keepsState && this.#commits.isDue()) await this.#commits.checkpoint();
	}

	async #compare({records}: Page): Promise<void> {
		const {columns, options, signal} = this.#run;
		const {dataset, resource, table, run, format, onAgain} = options;
		if (!onAgain) return;
		this.#isCompared = true;
		const schema = columns.schemas.get(table);
		const found = await findRepeatedAppend(records, {
			...{dataset, resource, table, run: run.progress.run, format, schema, signal},
		});
		if (found) onAgain(found);
	}

	async #finish(): Promise<void> {
		const Ending = this.#run.options.dataset.settles ? SettledCommit : LastCommit;
		const ending = {run: this.#run, pageParts: this.#pageParts, commits: this.#commits};
		const {version, added} = await new Ending(ending).make();
		this.#isFinished = true;
		this.#commits.tell(version, true, added);
	}
}
