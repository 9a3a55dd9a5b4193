/** The pages of all parts of a resource, one after the other, as one run would have brought them. */
import {basename} from 'node:path';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {incrementalOptions} from '../../config/incremental/fields.ts';
import {StateError} from '../../core/errors.ts';
import type {JsonObject} from '../../core/json/json.ts';
import type {Cursor, Page} from '../../core/page.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {Warn} from '../../core/warning.ts';
import {type IncrementalOptions, incremental} from '../../resource/incremental/incremental.ts';
import {isRelative} from '../../resource/incremental/relative.ts';
import {timeFormat} from '../../resource/incremental/time-format.ts';
import type {Binding} from '../../resource/partitions/partitions.ts';
import type {WindowRange} from './part.ts';
import {readPages} from './spooled-pages.ts';

export interface PlanPagesOptions {
	/** The files of the parts, in order. */
	readonly files: readonly string[];
	/** The ranges of the parts, in order. Empty without `incremental`. */
	readonly ranges: readonly WindowRange[];
	readonly counts: StageCounts;
	readonly warn: Warn;
	/** What is stored of the resource. */
	readonly state: JsonObject;
	/** Where an interrupted commit goes on. */
	readonly cursor: Cursor | undefined;
	readonly firstNumber: number;
}

/** A place in the plan: so many pages of the part with this number, and of this file, are done. */
type PlanPlace = {part: number; file: string; pages: number; range?: Cursor};

interface Account {
	readonly place: Cursor;
	follow(page: Page, isLast: boolean): Page;
}

export async function* planPages(
	resource: ResolvedResource,
	{files, ranges, counts, warn, state, cursor, firstNumber}: PlanPagesOptions,
): AsyncGenerator<Page> {
	if (cursor === null) return;
	const begun = cursor as PlanPlace | undefined;
	if (begun) checkFile(resource.name, begun, files);
	const account = await accountOf(resource, ranges, state, begun?.range, {counts, warn});
	const range = account && {range: account.place};
	let number = firstNumber;
	const settled = (page: Page, isLast: boolean): Page => (account ? account.follow(page, isLast) : page);
	for (let part = begun?.part ?? 0; part < files.length; part++) {
		const file = basename(files[part] as string);
		let pages = 0;
		const done = part === begun?.part ? begun.pages : 0;
		for await (const records of readPages(files[part] as string)) {
			pages++;
			if (pages <= done) continue;
			const place: PlanPlace = {part, file, pages, ...range};
			yield settled({resource: resource.name, number: number++, records, cursor: place}, false);
		}
	}
	// The end of the range moves the state, whether the last page had rows or not.
	yield settled({resource: resource.name, number, records: [], cursor: null}, true);
}

// Another attempt at the part may have other pages.
function checkFile(resource: string, {part, file}: PlanPlace, files: readonly string[]): void {
	if (basename(files[part] ?? '') === file) return;
	throw new StateError(
		`${resource}: a commit was interrupted in ${file}, and part ${part} has been read again since. Which of ` +
			'its rows are there cannot be told. Plan again with sluice plan --anew',
	);
}

// The state moves as in a run that reads the range at once: the parts have the rows of it, in order.
async function accountOf(
	{name, endpoint}: ResolvedResource,
	ranges: readonly WindowRange[],
	state: JsonObject,
	place: Cursor | undefined,
	surroundings: {readonly counts: StageCounts; readonly warn: Warn},
): Promise<Account | undefined> {
	if (!endpoint.incremental) return undefined;
	const {step: _, rowOrder: __, ...options} = incrementalOptions(endpoint.incremental);
	const fixed = {...options, ...fixedBounds(options, ranges)};
	const {partitions, follow} = incremental(name, fixed, state, surroundings);
	for await (const partition of partitions.source.from(place)) {
		const binding = partition.bindings[0] as Binding;
		return {
			place: partition.place,
			follow: (page, isLast) => follow(page, binding, isLast).page,
		};
	}
	return undefined;
}

// Bounds by the clock, such as `yesterday`, are those of the plan: the commit may come on another day.
function fixedBounds(
	{initialValue, endValue, cursorFormat}: IncrementalOptions,
	ranges: readonly WindowRange[],
): Pick<IncrementalOptions, 'initialValue' | 'endValue'> {
	const format = cursorFormat === undefined ? undefined : timeFormat(cursorFormat);
	const start = ranges[0]?.start;
	const end = ranges.at(-1)?.end;
	return {
		...(isRelative(initialValue, format) && start !== undefined && {initialValue: start}),
		...(isRelative(endValue, format) && end !== undefined && {endValue: end}),
	};
}
