/** One chain of requests: each place is asked for, and its answer names the next one. */
import {Shape} from '../core/cells.ts';
import {condition} from '../core/condition.ts';
import {ConfigError, PaginationError, RequestError, SelectorError} from '../core/errors.ts';
import {type JsonValue, stringify} from '../core/json.ts';
import {parsedOf, rememberLines} from '../core/lines.ts';
import type {Cursor, JsonRecord, Page} from '../core/page.ts';
import {type Path, parsePath} from '../core/path.ts';
import {selector as compileSelector, detect, type Selection, type Selector} from '../core/selector.ts';
import type {StageCounts} from '../core/stage.ts';
import type {Warn} from '../core/warning.ts';
import type {Authenticator} from '../http/auth/authenticator.ts';
import type {BodyPart, Client} from '../http/client.ts';
import type {BodyPlace, Decoder} from '../http/decode/decoder.ts';
import {isTrusted} from '../http/origin.ts';
import type {HttpRequest, RequestBody} from '../http/request.ts';

import {type Decide, judge, type ResponseRule} from '../http/response-rules.ts';
import {either} from '../http/signals.ts';
import {joinUrl, type QueryValue, withQuery} from '../http/url.ts';
import {type Ahead, ahead} from './ahead.ts';
import {type AnswerCheckOptions, answerCheck} from './answer-check.ts';
import {askedAgain} from './asked-again.ts';
import {leftOut} from './left-out.ts';
import {lineRows, type TakenLines} from './line-rows.ts';
import {type LoopGuard, loopGuard} from './loop-guard.ts';
import {type NextRequest, withNextRequest} from './next-request.ts';
import {repeatedRows, tailOf} from './overlap.ts';
import type {PageStart, Paginator, RequestDraft} from './paginator.ts';
import {singlePage} from './paginators/single-page.ts';
import {replacedCharacters} from './replaced.ts';
import {secretLinks} from './secret-links.ts';
import {type SmallerEvent, smaller} from './smaller.ts';
import type {SyncPart} from './sync.ts';
import {syncWalk} from './sync-walk.ts';
import {type Tally, tally} from './tally.ts';

export interface WalkOptions extends Pick<AnswerCheckOptions, 'errorPath' | 'readyPath' | 'missingRows'> {
	/** Opens every message and names the files: `contacts`. */
	readonly name: string;
	/** Relative to the client's base URL, or absolute. @default name */
	readonly path?: string;
	/** The path is a URL out of an answer: its origin gets credentials only if the client trusts it. @default false */
	readonly isLink?: boolean;
	/** @default 'GET' */
	readonly method?: string;
	/** Query parameters. `null` and `undefined` are left out, lists repeated. */
	readonly params?: Readonly<Record<string, QueryValue>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: RequestBody;
	/** Path to the records in the response, dlt's `data_selector`: `data`, `result.items`, `groups[*].items`, JSONPath. @default found in the first response */
	readonly selector?: string;
	/** What reads the bodies: `jsonlDecoder`, `csvDecoder()`, `xmlDecoder()`, `autoDecoder`. Rows of CSV need no selector; in JSON Lines it is a path in each line. @default JSON */
	readonly decoder?: Decoder;
	/** @default singlePage() */
	readonly paginator?: Paginator;
	/** How pages after the first are asked for, where that differs. Goes with cursors and links. */
	readonly nextRequest?: NextRequest;
	/** @internal The token that it begins with, and the one that it ends with. */
	readonly token?: SyncPart;
	/** Replaces the client's; `null` sends none. */
	readonly auth?: Authenticator | null;
	/** What to do about certain answers; go before the rules of the client. */
	readonly responseActions?: readonly (ResponseRule | Decide)[];
	/**
	 * Promises that no stage changes a record in place. Then `jsonl()` writes the text of untouched pages as it came, with every digit
	 * and escape as the server had it, and `normalize()`, `dedupe()` and `parquet()` read their columns from it. Much faster; records are parsed when
	 * somebody looks at them. @default false
	 */
	readonly untouched?: boolean;
	/** @internal What the walks of one resource have found out of its records. @default of this walk alone */
	readonly shape?: Shape | undefined;
	/** Ends the walk after the page with a record that this JSONPath filter holds for: `@.updated_at < '2024-01-01'`. */
	readonly stopWhen?: string;
	/** Number of the first page: of a walk that goes on, how many came before. @default 0 */
	readonly firstNumber?: number;
	/**
	 * Requests under way at once, where the paginator can tell places before their turn; pages come in the same order all the same.
	 * Fewer while the client's pace is slower. @default 1
	 */
	readonly concurrency?: number;
	/** Told when a page has to be asked for again with a smaller limit. Must not throw. */
	readonly onSmaller?: (event: SmallerEvent) => void;
	/** Told of what may be wrong. What it throws ends the walk. @default nobody is told */
	readonly onWarning?: Warn;
	readonly signal?: AbortSignal;
}

/** Where a walk stands: the place of a page, and how far into its body. */
export type Standing = {
	at: Cursor;
	/** `taken`: rows so far, where a line may have several or none. */
	inside?: BodyPlace & {taken?: number} & {[key: string]: JsonValue};
	/** Fingerprints of rows that may come again. */
	tail?: string[];
};

/**
 * Pages from a place on, in order; `counts` gets the requests. Unless `concurrency` says otherwise, one request is under way at a time,
 * and none before its page is asked for.
 */
export async function* walk(client: Client, options: WalkOptions, counts: StageCounts, cursor?: Standing): AsyncGenerator<Page> {
	const {name, decoder, signal} = options;
	const sync = syncWalk(options.token, {name, isResumed: cursor !== undefined, warn: options.onWarning});
	let base = sync.draft(draft(options));
	const shape = options.untouched ? (options.shape ?? new Shape()) : undefined;
	const ownOrigin = originOf(joinUrl(client.baseUrl, base.path), name);
	const trusted = options.isLink ? [] : [ownOrigin];
	const trustedHere = [...(client.baseUrl === '' ? [] : [client.baseUrl]), ...trusted, ...(client.trustedOrigins ?? [])];
	const paginator = secretLinks(withNextRequest(options.paginator ?? singlePage(), options.nextRequest), {
		base,
		url: withQuery(joinUrl(client.baseUrl, base.path), base.params),
		secretParams: (options.auth === undefined ? client.secretParams : options.auth?.secretParams) ?? [],
		isRewritten: client.rewriteLinks === 'baseUrl',
		isTrusted: url => isTrusted(url, trustedHere),
	});
	const steps: Steps = {
		paginator,
		guard: loopGuard(paginator, base),
		tally: tally(paginator, counts, cursor === undefined, message =>
			options.onWarning?.({code: 'total-not-reached', resource: name, message}),
		),
	};
	const replaced = replacedCharacters(name, options.onWarning);
	const left = leftOut(name, options.onWarning);
	const lines = lineRows(options.missingRows === 'empty');
	const addNulls = (nulls: number): void => {
		if (nulls > 0) counts.nulls = (counts.nulls ?? 0) + nulls;
		left.addNulls(nulls);
	};
	const again = askedAgain(name, paginator, cursor !== undefined, options.onWarning);
	const isFinal = options.stopWhen === undefined ? undefined : condition(options.stopWhen);
	const isEnough = (records: readonly JsonRecord[]): boolean => isFinal !== undefined && records.some(isFinal);
	const ownJudge = options.responseActions && judge(options.responseActions);
	let selector = options.selector === undefined ? undefined : compileSelector(options.selector);
	const paths = [...(paginator.reads ?? []), options.token?.path].filter(path => path != null).map(parsePath);
	const answers = answerCheck({...options, paths});
	let number = options.firstNumber ?? 0;
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
			onRetry: again.note,
			check: part => answers.failure(part, selector),
			canAskForLess: inside === undefined && paginator.smaller?.(at) !== undefined,
			// Rows of a body that is nothing but rows have a place without a selector.
			...(inside && {keys: keys ?? [], after: inside}),
			...(ownJudge && {judge: ownJudge}),
		});
	};
	const sizes = smaller(paginator, options);
	const foreseen = foreseeing(client, {...options, paginator}, place => requestKey(paginator.request(base, place)), send);

	// The rows of a part that has them beside its value. Of one in lines, the selector looks into each.
	function rowsOf({rows = [], lines: isInLines}: BodyPart, path: Selector): TakenLines {
		if (isInLines !== undefined) return lines.take(path, rows);
		return {...path.take(rows), received: rows.length};
	}

	// A walk that an error answer ends has no last answer with a token.
	const withoutToken = (): unknown =>
		thrownBy(() => sync.end({body: null, headers: {}, url: new URL(ownOrigin)}, paginator.storable));

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
		const selection = answers.selection(part, path, () => selectFrom(part, path, taken.rows, rowsOf));
		const {records, received, nulls} = selection;
		if (part.lines !== undefined) {
			lines.checkFound(path, taken.rows + received, part.lines);
			left.setLines(lines.others, lines.keys);
		}
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
		const end = step(steps, at, part, {...selection, received: taken.rows, ...(repeated > 0 && {repeated})});
		again.answered(at, end.next);
		sync.answered(taken.rows);
		if (end.next === undefined && !end.failure) {
			const failure = thrownBy(() => sync.end(startOf(part), paginator.storable));
			if (failure) return {records: kept, failure};
		}
		const overlapping = end.next === undefined ? undefined : paginator.overlap?.(end.next);
		return {records: kept, ...end, ...(overlapping && {tail: tailOf(records, overlapping)})};
	}

	// The pages of one answer. Returns where the walk goes on.
	async function* pages({at, inside}: Standing, taken: Taken): AsyncGenerator<Page, Standing | undefined> {
		let isBegun = false;
		let next: Standing | undefined;
		for await (const part of inside || !foreseen ? send(at, signal, inside) : foreseen.answer(at)) {
			if (part.outcome === 'skipped') return undefined;
			if (!part.last) {
				selector ??= compileSelector('$');
				const {records, nulls, received} = rowsOf(part, selector);
				taken.rows += received;
				addNulls(nulls);
				taken.isEnough ||= isEnough(records);
				const told = foreseen && !isBegun && !taken.isEnough ? toldBeforeRows(paginator, at, part) : undefined;
				if (told !== undefined) foreseen?.expect(told);
				isBegun = true;
				yield {
					...pageOf(fresh(at, records, taken)),
					...sync.patch(),
					cursor: {at, inside: {...part.place, ...(part.lines !== undefined && {taken: taken.rows})}} as Standing,
				};
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
			next = end.next === undefined ? undefined : {at: end.next, ...(end.tail && {tail: end.tail})};
			if (next === undefined) {
				replaced.tell();
				left.tell();
			}
			yield {...page, ...sync.patch(), cursor: next ?? null};
		}
		return next;
	}

	try {
		let standing: Standing | undefined = cursor ?? {at: sync.first(paginator)};
		while (standing) {
			const {at}: Standing = standing;
			const {inside, tail}: Standing = standing;
			const taken: Taken = {rows: inside?.taken ?? inside?.rows ?? 0, repeated: 0, isEnough: false, ...(tail && {tail})};
			try {
				standing = yield* pages(standing, taken);
			} catch (error) {
				if (sync.startsOver(error)) {
					base = draft(options);
					standing = {at: paginator.first};
					continue;
				}
				const isOver = isPastEnd(paginator, at, error);
				const failure = isOver ? (steps.tally.end() ?? withoutToken()) : error;
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

function startOf({value = null, response: {headers, url}}: BodyPart): PageStart {
	return {body: value, headers, url};
}

function thrownBy(work: () => void): unknown {
	try {
		work();
		return undefined;
	} catch (error) {
		return error;
	}
}

function requestKey({path, params, headers, body}: RequestDraft): string {
	return stringify([path, params, headers, body ?? null] as JsonValue);
}

function draft({name, path = name, method = 'GET', params = {}, headers = {}, body}: WalkOptions): RequestDraft {
	return {method, path, params, headers, ...(body && {body})};
}

function originOf(url: string, name: string): string {
	const origin = URL.canParse(url) ? new URL(url) : undefined;
	if (origin && /^https?:$/.test(origin.protocol)) return origin.origin;
	throw new ConfigError(`${name}: its path does not lead to an http(s) URL, but to ${JSON.stringify(url)}`);
}

function toRequest(client: Client, request: RequestDraft, options: WalkOptions, trusted: readonly string[]): HttpRequest {
	const {method, path, params, headers, body} = request;
	return {
		method,
		// A signature may be over every byte of a link.
		url: options.isLink && Object.keys(params).length === 0 ? new URL(path) : withQuery(joinUrl(client.baseUrl, path), params),
		headers,
		trustedOrigins: trusted,
		...(body && {body}),
		...(options.auth !== undefined && {auth: options.auth}),
	};
}

// Whether a path of the paginator may lead to something in the records, of which a body that is streamed keeps the last alone.
function leadsInto(path: Path, keys: readonly string[]): boolean {
	const root = path.root(null);
	const inside = root[keys.length];
	const isToLast = inside !== undefined && 'index' in inside && inside.index === -1;
	const isInside = !isToLast && (path.steps === undefined || path.steps.length > keys.length);
	return isInside && root.every((step, depth) => depth >= keys.length || ('key' in step && step.key === keys[depth]));
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

// The last part of a streamed body has the rest of the rows beside it. Without any, the body says why: no row, or no list.
function selectFrom(
	part: BodyPart,
	selector: Selector,
	before: number,
	rowsOf: (part: BodyPart, selector: Selector) => TakenLines,
): Selection {
	const {rows = [], value = null, records, lines} = part;
	if (lines !== undefined) return {...rowsOf(part, selector), isList: true};
	if (records) return {records, nulls: 0, received: records.length, isList: true};
	if (before + rows.length === 0) return selector.select(value);
	return {...selector.take(rows), received: rows.length, isList: true};
}

interface Steps {
	readonly paginator: Paginator;
	readonly guard: LoopGuard;
	readonly tally: Tally;
}

interface Step {
	readonly next?: Cursor | undefined;
	readonly failure?: unknown;
}

function step(
	{paginator, guard, tally}: Steps,
	at: Cursor,
	{value = null, response: {headers, url}}: BodyPart,
	{records, received, isList, repeated}: Omit<Selection, 'nulls'> & {repeated?: number},
): Step {
	try {
		const answer = {received, ...(repeated !== undefined && {repeated}), isList, records, body: value, headers, url};
		const next = paginator.next(at, answer);
		tally.answer(at, answer);
		if (next === undefined) return {failure: tally.end()};
		guard.next(next);
		return {next};
	} catch (failure) {
		return {failure};
	}
}

interface Ending extends Step {
	readonly records: readonly JsonRecord[];
	readonly tail?: string[];
}

// An answer that a rule has settled: of `stop` the records are kept, and after `ignore` paging goes on if there is a next place.
function settle(
	steps: Steps,
	at: Cursor,
	part: BodyPart,
	selector: Selector | undefined,
	outcome: 'ignored' | 'stopped',
): Ending {
	if (outcome === 'stopped') return {records: recordsIn(part, selector)};
	steps.guard.answer(at, undefined, 0);
	const {next} = step(steps, at, part, {records: [], received: 0, isList: true});
	return {records: [], next, failure: next === undefined ? steps.tally.end() : undefined};
}

// Without a selector an object is more likely a message than a record.
function recordsIn({value = null}: BodyPart, selector: Selector | undefined): readonly JsonRecord[] {
	const path = detect(value);
	if (!selector && path === '$' && !Array.isArray(value)) return [];
	try {
		return (selector ?? compileSelector(path)).select(value).records;
	} catch (error) {
		if (error instanceof SelectorError) return [];
		throw error;
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
