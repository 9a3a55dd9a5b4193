/** One chain of requests: each place is asked for, and its answer names the next one. */
import {Shape} from '../core/cells.ts';
import {condition} from '../core/condition.ts';
import {PaginationError, RequestError, SelectorError} from '../core/errors.ts';
import {parsedOf, rememberLines} from '../core/lines.ts';
import type {Cursor, JsonRecord, Page} from '../core/page.ts';
import {parsePath} from '../core/path.ts';
import {selector as compileSelector, detect} from '../core/selector.ts';
import type {StageCounts} from '../core/stage.ts';
import type {BodyPart, Client} from '../http/client.ts';
import {isTrusted} from '../http/origin.ts';
import {judge} from '../http/response-rules.ts';
import {either} from '../http/signals.ts';
import {joinUrl, withQuery} from '../http/url.ts';
import {type Ahead, ahead} from './ahead.ts';
import {answerCheck} from './answer-check.ts';
import {completeness} from './completeness/completeness.ts';
import {leftOut} from './left-out.ts';
import {loopGuard} from './loop-guard.ts';
import {repeatedRows, tailOf} from './overlap.ts';
import type {Paginator} from './paginator.ts';
import {singlePage} from './paginators/single-page.ts';
import {replacedCharacters} from './replaced.ts';
import {secretLinks} from './secret-links.ts';
import {smaller} from './smaller.ts';
import {type Ending, type Steps, selectFrom, settle, step} from './walk-answer.ts';
import type {Standing, WalkOptions} from './walk-options.ts';
import {draft, leadsInto, originOf, requestKey, toRequest} from './walk-request.ts';

/**
 * Pages from a place on, in order; `counts` gets the requests. Unless `concurrency` says otherwise, one request is under way at a time,
 * and none before its page is asked for.
 */
export async function* walk(client: Client, options: WalkOptions, counts: StageCounts, cursor?: Standing): AsyncGenerator<Page> {
	const {name, decoder, signal} = options;
	const base = draft(options);
	const shape = options.untouched ? (options.shape ?? new Shape()) : undefined;
	const ownOrigin = originOf(joinUrl(client.baseUrl, base.path), name);
	const trusted = options.isLink ? [] : [ownOrigin];
	const trustedHere = [...(client.baseUrl === '' ? [] : [client.baseUrl]), ...trusted, ...(client.trustedOrigins ?? [])];
	const paginator = secretLinks(options.paginator ?? singlePage(), {
		base,
		url: withQuery(joinUrl(client.baseUrl, base.path), base.params),
		secretParams: (options.auth === undefined ? client.secretParams : options.auth?.secretParams) ?? [],
		isRewritten: client.rewriteLinks === 'baseUrl',
		isTrusted: url => isTrusted(url, trustedHere),
	});
	const steps: Steps = {
		paginator,
		guard: loopGuard(paginator, base),
		completeness: completeness({
			paginator,
			counts,
			seen: cursor === undefined ? undefined : (cursor.seen ?? false),
			tell: (code, message) => options.onWarning?.({code, resource: name, message}),
		}),
	};
	const seenNow = (): Pick<Standing, 'seen'> => {
		const seen = steps.completeness.seen();
		return seen ? {seen} : {};
	};
	const replaced = replacedCharacters(name, options.onWarning);
	const left = leftOut(name, options.onWarning);
	const addNulls = (nulls: number): void => {
		if (nulls > 0) counts.nulls = (counts.nulls ?? 0) + nulls;
		left.addNulls(nulls);
	};
	const isFinal = options.stopWhen === undefined ? undefined : condition(options.stopWhen);
	const isEnough = (records: readonly JsonRecord[]): boolean => isFinal !== undefined && records.some(isFinal);
	const ownJudge = options.responseActions && judge(options.responseActions);
	let selector = options.selector === undefined ? undefined : compileSelector(options.selector);
	const paths = (paginator.reads ?? []).filter(path => path != null).map(parsePath);
	const answers = answerCheck({...options, paths});
	let number = options.firstNumber ?? 0;
	let doubted: Standing | undefined;
	const pageOf = (records: readonly JsonRecord[]): Page => ({resource: name, number: number++, records});

	const send: Send = (at, signal, inside) => {
		const keys = selector?.keys;
		const isStreamable = keys && !paths.some(path => leadsInto(path, keys));
		return client.send(toRequest(client, paginator.request(base, at), options, trusted), {
			label: name,
			counts,
			...(signal && {signal}),
			...(decoder && {decoder}),
			...(isStreamable && {keys, shape}),
			check: part => answers.failure(part, selector),
			canAskForLess: inside === undefined && paginator.smaller?.(at) !== undefined,
			// Rows of a body that is nothing but rows have a place without a selector.
			...(inside && {keys: keys ?? [], after: inside}),
			...(ownJudge && {judge: ownJudge}),
		});
	};
	const sizes = smaller(paginator, options);
	const foreseen = foreseeing(client, {...options, paginator}, place => requestKey(paginator.request(base, place)), send);

	// Leaves out what the page before has brought already; of a page in parts, the first one tells.
	function fresh(at: Cursor, records: readonly JsonRecord[], taken: Taken): readonly JsonRecord[] {
		const {tail} = taken;
		if (!tail || records.length === 0) return records;
		delete taken.tail;
		taken.repeated = repeatedRows(records, tail);
		options.onWarning?.({
			code: 'short-page',
			resource: name,
			message: `${paginator.describe(at)}: the page before was shorter than its limit, yet more rows followed; rows that came again and were left out: ${taken.repeated}`,
		});
		return taken.repeated === 0 ? records : parsedOf(records).slice(taken.repeated);
	}

	// What the last part of an answer brings: all of it, or what a streamed one ends with.
	function ending(at: Cursor, part: BodyPart, taken: Taken): Ending {
		const path = selector ?? compileSelector(detect(part.value ?? null));
		selector = path;
		const selection = answers.selection(part, path, () => selectFrom(part, path, taken.rows));
		const {records, received, nulls} = selection;
		addNulls(nulls);
		const isText = shape && shape.wanted !== 'records' && !part.records;
		if (isText && part.bytes && selection.keys) rememberLines(records, part.bytes, selection.keys, shape);
		taken.rows += received;
		taken.isEnough ||= isEnough(records);
		sizes.arrived();
		const kept = fresh(at, records, taken);
		steps.guard.answer(at, part.fingerprint, taken.rows - taken.repeated);
		if (taken.isEnough) return {records: kept};
		const {repeated} = taken;
		const keys = selection.keys ?? path.keys;
		const end = step(steps, at, part, {...selection, received: taken.rows, ...(keys && {keys}), ...(repeated > 0 && {repeated})});
		const again = end.next === undefined ? undefined : paginator.overlap?.(end.next);
		return {records: kept, ...end, ...(again && {tail: tailOf(records, again)})};
	}

	// The pages of one answer. Returns where the walk goes on.
	async function* pages({at, inside}: Standing, taken: Taken): AsyncGenerator<Page, Standing | undefined> {
		let isBegun = false;
		let next: Standing | undefined;
		const here: Standing = {at, ...seenNow()};
		for await (const part of inside || !foreseen ? send(at, signal, inside) : foreseen.answer(at)) {
			if (part.outcome === 'skipped') return undefined;
			if (!part.last) {
				const {rows = []} = part;
				taken.rows += rows.length;
				selector ??= compileSelector('$');
				const {records, nulls} = selector.take(rows);
				addNulls(nulls);
				taken.isEnough ||= isEnough(records);
				const told = foreseen && !isBegun && !taken.isEnough ? toldBeforeRows(paginator, at, part) : undefined;
				if (told !== undefined) foreseen?.expect(told);
				isBegun = true;
				yield {...pageOf(fresh(at, records, taken)), cursor: {at, inside: part.place, ...seenNow()} as Standing};
				continue;
			}
			replaced.add(part);
			const end = part.outcome === undefined ? ending(at, part, taken) : settle(steps, at, part, selector, part.outcome);
			const page = pageOf(end.records);
			// A page whose successor cannot be told is still whole: it goes out, then the failure is raised.
			if (end.failure) {
				yield page;
				throw end.failure;
			}
			next = end.next === undefined ? undefined : {at: end.next, ...(end.tail && {tail: end.tail}), ...seenNow()};
			if (next === undefined) {
				replaced.tell();
				left.tell();
			}
			// A page without rows, where more were promised, is asked for again by a run that goes on.
			doubted = end.isPromised ? (doubted ?? here) : undefined;
			yield {...page, cursor: next === undefined ? null : (doubted ?? next)};
		}
		return next;
	}

	try {
		let standing: Standing | undefined = cursor ?? {at: paginator.first};
		while (standing) {
			const {at}: Standing = standing;
			const {inside, tail}: Standing = standing;
			const taken: Taken = {rows: inside?.rows ?? 0, repeated: 0, isEnough: false, ...(tail && {tail})};
			try {
				standing = yield* pages(standing, taken);
			} catch (error) {
				const isOver = isPastEnd(paginator, at, error);
				const failure = isOver ? steps.completeness.end(true) : error;
				if (failure === undefined) return;
				// What came out of a body already would come twice.
				const less = isOver || taken.rows > 0 ? {failure} : sizes.instead(at, error);
				if ('failure' in less) throw located(less.failure, name, paginator.describe(at));
				standing = less;
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
	/** What the page before ended with, until the first rows are here. */
	tail?: readonly string[];
	/** The walk ends with it. */
	isEnough: boolean;
}

type Send = (at: Cursor, signal?: AbortSignal, inside?: Standing['inside']) => AsyncGenerator<BodyPart, void>;

function foreseeing(
	client: Client,
	{paginator, concurrency = 1, signal}: WalkOptions,
	requestOf: (place: Cursor) => string,
	send: Send,
): Ahead<BodyPart> | undefined {
	const foresee = paginator?.foresee;
	if (!foresee || concurrency === 1) return undefined;
	return ahead({
		concurrency,
		foresee,
		requestOf,
		hasRoom: client.hasRoom,
		async *open(place, stop) {
			const scope = either(stop, signal);
			try {
				yield* send(place, scope.signal);
			} finally {
				scope.end();
			}
		},
	});
}

// A guess: a key after the rows may gainsay it, and a body that is read again may be another.
function toldBeforeRows(
	paginator: Paginator,
	at: Cursor,
	{value = null, response: {headers, url}}: BodyPart,
): Cursor | undefined {
	try {
		return paginator.foresee?.(at, {body: value, headers, url});
	} catch {
		return undefined;
	}
}

function isPastEnd(paginator: Paginator, at: Cursor, error: unknown): boolean {
	if (!(error instanceof RequestError) || error.isRuled) return false;
	const {status, body} = error;
	return status !== undefined && body !== undefined && paginator.isPastEnd?.(at, status, body) === true;
}

function located(error: unknown, name: string, place: string): unknown {
	if (error instanceof SelectorError) return new SelectorError(`${name}: ${place}: ${error.message}`, {cause: error});
	if (error instanceof PaginationError) return new PaginationError(`${name}: ${place}: ${error.message}`, {cause: error});
	return error;
}
