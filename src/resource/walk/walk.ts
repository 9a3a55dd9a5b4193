/** One chain of requests: each place is asked for, and its answer names the next one. */

import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor, Page} from '../../core/page.ts';
import {condition} from '../../core/path/condition.ts';
import {parsePath} from '../../core/path/path.ts';
import {
	selector as compileSelector,
	type Selection,
	type Selector,
	toRecords,
} from '../../core/path/selector.ts';
import {KeyTable} from '../../core/records/key-table.ts';
import {type LazyReading, withText} from '../../core/records/lazy-body.ts';
import {rowsIn} from '../../core/records/lazy-records.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {BodyPart, Client} from '../../http/client.ts';
import {withBlank} from '../../http/decode/blank.ts';
import {judge} from '../../http/rules/response-rules.ts';
import {completeness} from '../completeness/completeness.ts';
import type {Seam} from '../paging/paginator.ts';
import {answerCheck} from './answer/answer-check.ts';
import {guessedSelector} from './answer/guessed-selector.ts';
import {lineRows, type TakenLines} from './answer/line-rows.ts';
import {type Ending, type Steps, selectFrom, settle, startOf, step} from './answer/walk-answer.ts';
import {endNotices} from './end-notices.ts';
import {askedAgain} from './repeats/asked-again.ts';
import {loopGuard} from './repeats/loop-guard.ts';
import {type Joined, seams} from './repeats/seams.ts';
import {askForSecond} from './second-page.ts';
import {pageShrinker} from './shrink-page.ts';
import {syncWalk} from './sync-walk.ts';
import {foreseeing, toldBeforeRows} from './walk-ahead.ts';
import {isPastEnd, isRefused, located, thrownBy} from './walk-failure.ts';
import type {Standing, WalkOptions} from './walk-options.ts';
import {draft, leadsInto, requestKey, toRequest, trustedPaginator} from './walk-request.ts';

/**
 * Pages from a place on, in order; `counts` gets the requests. Unless `concurrency` says otherwise, one
 * request is under way at a time, and none before its page is asked for.
 */
export async function* walk(
	client: Client,
	options: WalkOptions,
	counts: StageCounts,
	cursor?: Standing,
): AsyncGenerator<Page> {
	const {name, signal} = options;
	const decoder = options.missingRows === 'empty' ? withBlank(options.decoder) : options.decoder;
	const sync = syncWalk(options.token, {name, isResumed: cursor !== undefined, warn: options.onWarning});
	let base = sync.draft(draft(options));
	const {paginator, ownOrigin, trusted} = trustedPaginator(client, options, base);
	const steps: Steps = {
		paginator,
		mayAsk: base.method === 'GET' && options.token === undefined,
		guard: loopGuard({paginator, base, primaryKey: options.primaryKey, last: cursor?.last}),
		completeness: completeness({
			paginator,
			counts,
			seen: cursor === undefined ? undefined : (cursor.seen ?? false),
			isOnly: options.isOnly === true,
			tell: (code, message) => options.onWarning?.({code, resource: name, message}),
		}),
	};
	const seenNow = (): Pick<Standing, 'seen'> => {
		const seen = steps.completeness.seen();
		return seen ? {seen} : {};
	};
	const notices = endNotices(name, options.onWarning);
	const lines = lineRows(options.missingRows === 'empty');
	const addNulls = (nulls: number): void => {
		if (nulls > 0) counts.nulls = (counts.nulls ?? 0) + nulls;
		notices.addNulls(nulls);
	};
	const again = askedAgain(name, paginator, cursor !== undefined, options.onWarning);
	const isFinal = options.stopWhen === undefined ? undefined : condition(options.stopWhen, 'stop_when');
	const isEnough = (records: RecordList): boolean => isFinal !== undefined && rowsIn(records).some(isFinal);
	const ownJudge = options.responseActions && judge(options.responseActions);
	let selector = options.selector === undefined ? undefined : compileSelector(options.selector);
	const paths = [...(paginator.reads ?? []), options.token?.path].filter(path => path != null).map(parsePath);
	const signs = [options.errorPath, options.readyPath].filter(path => path != null).map(parsePath);
	const guessed = options.guessed ?? guessedSelector(options);
	const answers = answerCheck({...options, paths, guess: guessed.path});
	let number = options.firstNumber ?? 0;
	let most = 0;
	let doubted: Standing | undefined;
	// What the page that goes out now changes in the state.
	const patch = (): Pick<Page, 'state'> => {
		const state = {...sync.patch().state, ...guessed.patch().state};
		return Object.keys(state).length > 0 ? {state} : {};
	};
	const pageOf = (records: RecordList): Page => ({resource: name, number: number++, records});

	const keyTable = options.keyTable ?? new KeyTable();
	const lazyReading = (): LazyReading | undefined => {
		const need = options.needs?.() ?? 'rows';
		return need === 'rows' ? undefined : {need, keys: keyTable};
	};
	// Who may look at any row in the body has to see all of them.
	const mayBeLazy = (keys: readonly string[]): boolean =>
		paginator.reads !== undefined && !signs.some(path => leadsInto(path, keys));

	const send = (at: Cursor, signal?: AbortSignal, inside?: Standing['inside'], isPage = true) => {
		const keys = selector?.keys;
		const isStreamable = keys && !paths.some(path => leadsInto(path, keys));
		return client.send(toRequest(client, paginator.request(base, at), options, trusted), {
			label: name,
			counts,
			...(signal && {signal}),
			...(decoder && {decoder}),
			...(isStreamable && {keys, lazy: mayBeLazy(keys) ? lazyReading() : undefined}),
			onRetry: again.note,
			...(isPage && {check: part => answers.failure(part, selector)}),
			canAskForLess: inside === undefined && paginator.smaller?.(at) !== undefined,
			// Rows of a body that is nothing but rows have a place without a selector.
			...(inside && {keys: keys ?? [], after: inside}),
			...(ownJudge && {judge: ownJudge}),
		});
	};
	// Rows that had to be parsed on the way keep their text, as those of the other pages do.
	function withItsText({records, keys}: Selection, {bytes}: BodyPart): RecordList {
		const lazy = lazyReading();
		return lazy && bytes && keys ? withText(records, bytes, keys, lazy.keys) : records;
	}

	const sizes = pageShrinker(paginator, options);
	const foreseen = foreseeing(
		client,
		{...options, paginator},
		place => requestKey(paginator.request(base, place)),
		send,
	);

	// The rows of a part that has them beside its value. Of one in lines, the selector looks into each.
	function rowsOf({rows = [], lines: isInLines}: BodyPart, path: Selector): TakenLines {
		if (isInLines !== undefined) return lines.take(path, rows);
		return {...path.take(rows), received: rows.length};
	}

	const between = seams({
		paginator,
		primaryKey: options.primaryKey,
		warn: (code, message) => options.onWarning?.({code, resource: name, message}),
		isAhead: () => foreseen?.isAhead() === true,
		goInOrder: () => foreseen?.stop(),
		onSeek() {
			steps.guard = loopGuard({paginator, base, primaryKey: options.primaryKey});
		},
	});

	// A walk that an error answer ends has no last answer with a token.
	const withoutToken = (): unknown =>
		thrownBy(() => sync.end({body: null, headers: {}, url: new URL(ownOrigin)}, paginator.storable));

	// Leaves out what the page before has brought already; of a page in parts, the first one tells.
	function fresh(records: RecordList, taken: Taken, part: BodyPart): Joined {
		const {value = null, last, response} = part;
		const whole = last ? {body: value, headers: response.headers} : undefined;
		const joined = taken.isJoined
			? between.more(records, last)
			: between.join(taken.standing, records, taken.repeated, whole);
		taken.isJoined ||= joined.records.length > 0;
		taken.seam = joined.seam;
		taken.repeated += joined.repeated;
		return joined;
	}

	function leaveOut(at: Cursor, taken: Taken, verdict: 'again' | 'read'): void {
		taken.repeated = taken.rows;
		if (verdict === 'read') {
			const message = `${paginator.describe(at)} has the rows of the page before, which an earlier run has read; they were left out`;
			options.onWarning?.({code: 'list-moved', resource: name, message});
			return;
		}
		if (paginator.isTrial?.(at)) return;
		const message =
			`${paginator.describe(at)} has the rows of the page before; the API counts its pages from 1. ` +
			'They were left out. Set base_page: 1';
		options.onWarning?.({code: 'first-page-again', resource: name, message});
	}

	// What the last part of an answer brings: all of it, or what a streamed one ends with.
	function ending(at: Cursor, part: BodyPart, taken: Taken): Ending {
		const isGuess = selector === undefined;
		const path = selector ?? compileSelector(guessed.path(part.value ?? null));
		selector = path;
		const selection = answers.selection(part, path, () => selectFrom(part, path, taken.rows, rowsOf));
		const {received, nulls} = selection;
		const records = withItsText(selection, part);
		const isWhole = taken.rows === 0 && part.lines === undefined && selection.isList;
		const instead: Cursor | undefined =
			steps.mayAsk && isWhole
				? paginator.instead?.(at, {...startOf(part), ...selection, records})
				: undefined;
		if (instead !== undefined) return {records: [], again: {at: instead}};
		// Rows of CSV and of lines are found without a path.
		if (isGuess && !part.records && part.lines === undefined)
			guessed.found(path.text, part.value ?? null, received);
		if (part.lines !== undefined) {
			lines.checkFound(path, taken.rows + received, part.lines);
			notices.setLines(lines.others, lines.keys);
		}
		addNulls(nulls);
		taken.rows += received;
		taken.isEnough ||= isEnough(records);
		sizes.arrived();
		const joined = fresh(records, taken, part);
		if (joined.again) return {records: [], again: joined.again};
		const {leftOut: items} = selection;
		const arrived = {
			// Rows that a filter drops tell as well as others that the same page came again.
			records: items ? toRecords(items) : records,
			received: taken.rows - taken.repeated - nulls,
			fingerprint: part.fingerprint,
			isInSlices: taken.rows > received,
		};
		const verdict = paginator.reread?.(at) ? 'new' : steps.guard.answer(at, arrived);
		if (verdict === 'end') return {records: [], failure: steps.completeness.end(true)};
		if (verdict === 'again' || verdict === 'read') leaveOut(at, taken, verdict);
		const kept = verdict === 'new' ? joined.records : [];
		if (taken.isEnough) return {records: kept};
		const {repeated} = taken;
		const keys = selection.keys ?? path.keys;
		const known = {
			...(repeated > 0 && {repeated}),
			...(taken.seam && {seam: taken.seam}),
			...(most > 0 && {most}),
			...(keys && {keys}),
		};
		const end = step(steps, at, part, {...selection, records, received: taken.rows, ...known});
		most = Math.max(most, taken.rows);
		again.answered(at, end.next);
		sync.answered(taken.rows);
		if (end.next === undefined && !end.failure) {
			const failure = thrownBy(() => sync.end(startOf(part), paginator.storable));
			if (failure) return {records: kept, failure};
		}
		const tail = end.next === undefined ? undefined : between.tail(end.next, records);
		return {records: kept, ...end, ...(tail && {tail})};
	}

	// The pages of one answer. Returns where the walk goes on.
	async function* pages({at, inside}: Standing, taken: Taken): AsyncGenerator<Page, Standing | undefined> {
		let isBegun = false;
		let next: Standing | undefined;
		const here: Standing = {at, ...seenNow()};
		for await (const part of inside || !foreseen ? send(at, signal, inside) : foreseen.answer(at)) {
			if (part.outcome === 'skipped') return undefined;
			if (!part.last) {
				selector ??= compileSelector('$');
				const {records, nulls, received} = rowsOf(part, selector);
				taken.rows += received;
				addNulls(nulls);
				taken.isEnough ||= isEnough(records);
				const told =
					foreseen && !isBegun && !taken.isEnough ? toldBeforeRows(paginator, at, part) : undefined;
				if (told !== undefined) foreseen?.expect(told);
				isBegun = true;
				const joined = fresh(records, taken, part);
				if (joined.again) return joined.again;
				const place = {...part.place, ...(part.lines !== undefined && {taken: taken.rows})};
				yield {...pageOf(joined.records), ...patch(), cursor: {at, inside: place, ...seenNow()} as Standing};
				continue;
			}
			notices.addReplaced(part.replaced ?? 0);
			const end =
				part.outcome === undefined
					? ending(at, part, taken)
					: settle(steps, at, part, selector, part.outcome);
			if (end.again) return end.again;
			const page = pageOf(end.records);
			// A page whose successor cannot be told is still whole: it goes out, then the failure is raised.
			if (end.failure) {
				yield page;
				throw end.failure;
			}
			const {last} = steps.guard;
			const also = {...(end.tail && {tail: end.tail}), ...(last !== undefined && {last}), ...seenNow()};
			next = end.next === undefined ? undefined : {at: end.next, ...also};
			if (next === undefined) {
				notices.tell();
			}
			// A page without rows, where more were promised, is asked for again by a run that goes on.
			doubted = end.isPromised ? (doubted ?? here) : undefined;
			yield {...page, ...patch(), cursor: next === undefined ? null : (doubted ?? next)};
		}
		return next;
	}

	// Ends the walk, or says where it goes on.
	async function* second({at}: Standing): AsyncGenerator<Page, Standing | undefined> {
		const selectorOf = (body: JsonValue): Selector => selector ?? compileSelector(guessed.path(body));
		const parts = send(at, signal, undefined, false);
		const {next, isOver} = await askForSecond(paginator, at, parts, selectorOf, signal);
		if (next !== undefined) return {at: next, ...seenNow()};
		if (isOver) steps.completeness.setOver();
		const failure = steps.completeness.end();
		if (failure) throw failure;
		notices.tell();
		yield {...pageOf([]), ...patch(), cursor: null};
		return undefined;
	}

	try {
		let standing: Standing | undefined = cursor ?? {at: sync.first(paginator)};
		while (standing) {
			const {at}: Standing = standing;
			const {inside, tail}: Standing = standing;
			const rows = inside?.taken ?? inside?.rows ?? 0;
			const taken: Taken = {rows, repeated: 0, isEnough: false, standing, isJoined: inside !== undefined};
			try {
				standing = paginator.isQuestion?.(at) ? yield* second(standing) : yield* pages(standing, taken);
			} catch (error) {
				if (sync.startsOver(error)) {
					base = draft(options);
					standing = {at: paginator.first};
					continue;
				}
				const other: Cursor | undefined =
					taken.rows === 0 && isRefused(error) ? paginator.otherwise?.(at) : undefined;
				if (other !== undefined) {
					standing = {...standing, at: other};
					continue;
				}
				const isOver = isPastEnd(paginator, at, error);
				const rest: Cursor | undefined = isOver ? paginator.afterEnd?.(at) : undefined;
				if (rest !== undefined) {
					const known = between.tail(rest, []);
					standing = {at: rest, ...seenNow(), ...(known && {tail: known})};
					continue;
				}
				const failure = isOver ? (steps.completeness.end(true) ?? withoutToken()) : error;
				if (failure === undefined) return;
				// What came out of a body already would come twice.
				const less = isOver || taken.rows > 0 ? {failure} : sizes.instead(at, error);
				if ('failure' in less) throw located(less.failure, name, paginator.describe(at));
				standing = {...less, ...(tail && {tail})};
			}
		}
	} finally {
		await foreseen?.close();
	}
}

/** What has come of one answer so far. */
interface Taken {
	/** Those before the place inside it that the walk went on from included. */
	rows: number;
	/** Those of the page before, which are left out. */
	repeated: number;
	/** Where the answer was asked for. */
	readonly standing: Standing;
	/** Its first rows are here. */
	isJoined: boolean;
	/** Where pages are read once more, of a page that is whole. */
	seam?: Seam | undefined;
	/** The walk ends with it. */
	isEnough: boolean;
}
