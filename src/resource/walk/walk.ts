/** One chain of requests: each place is asked for, and its answer names the next one. */
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor, Page} from '../../core/page.ts';
import {parsePath} from '../../core/path/path.ts';
import {selector as compileSelector} from '../../core/path/selector.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {Client} from '../../http/client.ts';
import type {BodyPart} from '../../http/send-options.ts';
import {completeness} from '../completeness/completeness.ts';
import type {Ahead} from './ahead.ts';
import {AnswerCheck} from './answer/answer-check.ts';
import {AnswerEnding} from './answer/answer-ending.ts';
import {AnswerRows, AnswerSoFar} from './answer/answer-rows.ts';
import {type GuessedSelector, guessedSelector} from './answer/guessed-selector.ts';
import type {Ending, Steps} from './answer/walk-answer.ts';
import {type EndNotices, endNotices} from './end-notices.ts';
import {askedAgain} from './repeats/asked-again.ts';
import {loopGuard} from './repeats/loop-guard.ts';
import {type Recent, recentRows} from './repeats/resumed.ts';
import {type Seams, seams} from './repeats/seams.ts';
import {askForSecond} from './second-page.ts';
import {pageShrinker, type Smaller} from './shrink-page.ts';
import {type SyncWalk, syncWalk} from './sync-walk.ts';
import {foreseeing, toldBeforeRows} from './walk-ahead.ts';
import {isPastEnd, isRefused, located, thrownBy} from './walk-failure.ts';
import type {Standing, WalkOptions} from './walk-options.ts';
import {draft, type TrustedPaginator, trustedPaginator} from './walk-request.ts';
import {WalkSender} from './walk-sender.ts';

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
	const walk = new Walk(client, options, counts, cursor);
	try {
		let standing: Standing | undefined = cursor ? await walk.resumed(cursor) : walk.first();
		while (standing) {
			const soFar = new AnswerSoFar(standing);
			try {
				standing = yield* walk.pages(soFar);
			} catch (error) {
				standing = walk.after(error, soFar);
			}
		}
	} finally {
		await walk.close();
	}
}

class Walk {
	readonly #options: WalkOptions;
	readonly #paginator: TrustedPaginator;
	readonly #ownOrigin: string;
	readonly #steps: Steps;
	readonly #sync: SyncWalk;
	readonly #sender: WalkSender;
	readonly #answers: AnswerCheck;
	readonly #guessed: GuessedSelector;
	readonly #notices: EndNotices;
	readonly #rows: AnswerRows;
	readonly #endings: AnswerEnding;
	readonly #sizes: Smaller;
	readonly #seams: Seams;
	readonly #recent: Recent;
	/** Answers that are asked for before their turn. */
	readonly #foreseen: Ahead<BodyPart> | undefined;
	/** Of the next page. */
	#number: number;
	/** The first of the places whose pages had no rows, where more were promised. */
	#doubted: Standing | undefined;

	constructor(client: Client, options: WalkOptions, counts: StageCounts, cursor: Standing | undefined) {
		const {name, onWarning} = options;
		this.#options = options;
		this.#number = options.firstNumber ?? 0;
		this.#sync = syncWalk(options.token, {name, isResumed: cursor !== undefined, warn: onWarning});
		const base = this.#sync.draft(draft(options));
		const {paginator, ownOrigin, trusted} = trustedPaginator(client, options, base);
		this.#paginator = paginator;
		this.#ownOrigin = ownOrigin;
		this.#steps = {
			paginator,
			mayAsk: base.method === 'GET' && options.token === undefined,
			guard: loopGuard({paginator, base, primaryKey: options.primaryKey, last: cursor?.last}),
			completeness: completeness({
				paginator,
				counts,
				seen: cursor === undefined ? undefined : (cursor.seen ?? false),
				isOnly: options.isOnly === true,
				tell: (code, message) => onWarning?.({code, resource: name, message}),
			}),
		};
		const paths = [...(paginator.reads ?? []), options.token?.path]
			.filter(path => path != null)
			.map(parsePath);
		const again = askedAgain(name, paginator, cursor !== undefined, onWarning);
		this.#sender = new WalkSender({
			...{client, options, counts, paginator, trusted, base, paths},
			signs: [options.errorPath, options.readyPath].filter(path => path != null).map(parsePath),
			selector: options.selector === undefined ? undefined : compileSelector(options.selector),
			onRetry: again.note,
		});
		this.#guessed = options.guessed ?? guessedSelector(options);
		this.#answers = new AnswerCheck({...options, paths, guess: this.#guessed.path});
		this.#notices = endNotices(name, onWarning);
		this.#sizes = pageShrinker(paginator, options);
		this.#foreseen = foreseeing(
			client,
			{...options, paginator},
			place => this.#sender.keyOf(place),
			(at, signal, inside) => this.#send(at, signal, inside),
		);
		this.#seams = this.#seamsOf();
		this.#recent = recentRows({
			paginator,
			primaryKey: options.primaryKey,
			tell: (code, message) => onWarning?.({code, resource: name, message}),
		});
		this.#rows = new AnswerRows({
			...{options, counts, sender: this.#sender, guessed: this.#guessed, recent: this.#recent},
			...{answers: this.#answers, notices: this.#notices, seams: this.#seams},
		});
		this.#endings = new AnswerEnding({
			...{options, paginator, steps: this.#steps, rows: this.#rows},
			...{seams: this.#seams, recent: this.#recent, again, sync: this.#sync, sizes: this.#sizes},
		});
	}

	#seamsOf(): Seams {
		const {name, onWarning, primaryKey} = this.#options;
		const paginator = this.#paginator;
		return seams({
			paginator,
			primaryKey,
			warn: (code, message) => onWarning?.({code, resource: name, message}),
			isAhead: () => this.#foreseen?.isAhead() === true,
			goInOrder: () => this.#foreseen?.stop(),
			onSeek: () => {
				this.#steps.guard = loopGuard({paginator, base: this.#sender.base, primaryKey});
			},
		});
	}

	first(): Standing {
		return {at: this.#sync.first(this.#paginator)};
	}

	/** Where a walk of an earlier run goes on, whose list may have moved. */
	async resumed(cursor: Standing): Promise<Standing> {
		const {name, signal} = this.#options;
		try {
			return await this.#recent.resume(cursor, {
				send: at => this.#send(at, signal),
				rows: (part, before) => this.#rows.look(part, before),
			});
		} catch (error) {
			throw located(error, name, this.#paginator.describe(cursor.at));
		}
	}

	/** The pages of one answer. Returns where the walk goes on. */
	pages(soFar: AnswerSoFar): AsyncGenerator<Page, Standing | undefined> {
		return this.#paginator.isQuestion?.(soFar.standing.at)
			? this.#second(soFar.standing)
			: this.#answer(soFar);
	}

	async *#answer(soFar: AnswerSoFar): AsyncGenerator<Page, Standing | undefined> {
		const {at, inside} = soFar.standing;
		const here: Standing = {at, ...this.#seen()};
		const foreseen = inside ? undefined : this.#foreseen;
		let isBegun = false;
		let next: Standing | undefined;
		for await (const part of foreseen?.answer(at) ?? this.#send(at, this.#options.signal, inside)) {
			if (part.outcome === 'skipped') return undefined;
			if (!part.last) {
				const records = this.#rows.slice(part, soFar);
				if (!isBegun && !soFar.isEnough) this.#expectNext(at, part);
				isBegun = true;
				const joined = this.#rows.join(records, soFar, part);
				if (joined.again) return joined.again;
				const place = {...part.place, ...(part.lines !== undefined && {taken: soFar.rows})};
				yield this.#page(joined.records, {at, inside: place, ...this.#seen()} as Standing);
				continue;
			}
			this.#notices.addReplaced(part.replaced ?? 0);
			const {outcome} = part;
			const end =
				outcome === undefined
					? this.#endings.of(at, part, soFar)
					: this.#endings.settled(at, part, this.#sender.selector, outcome);
			if (end.again) return end.again;
			// A page whose successor cannot be told is still whole: it goes out, then the failure is raised.
			if (end.failure) {
				yield this.#page(end.records);
				throw end.failure;
			}
			next = this.#nextOf(end);
			if (next === undefined) this.#notices.tell();
			// A page without rows, where more were promised, is asked for again by a run that goes on.
			this.#doubted = end.isPromised ? (this.#doubted ?? here) : undefined;
			yield this.#page(end.records, next === undefined ? null : (this.#doubted ?? next));
		}
		return next;
	}

	#expectNext(at: Cursor, part: BodyPart): void {
		const told = this.#foreseen && toldBeforeRows(this.#paginator, at, part);
		if (told !== undefined) this.#foreseen?.expect(told);
	}

	#nextOf({next, tail, recent}: Ending): Standing | undefined {
		if (next === undefined) return undefined;
		const {last} = this.#steps.guard;
		return {
			at: next,
			...(tail && {tail}),
			...(recent && {recent}),
			...(last !== undefined && {last}),
			...this.#seen(),
		};
	}

	// Ends the walk, or says where it goes on.
	async *#second({at}: Standing): AsyncGenerator<Page, Standing | undefined> {
		const {signal} = this.#options;
		const parts = this.#sender.send(at, {signal});
		const selectorOf = (value: JsonValue) => this.#rows.selectorOf({value});
		const {next, isOver} = await askForSecond(this.#paginator, at, parts, selectorOf, signal);
		if (next !== undefined) return {at: next, ...this.#seen()};
		const {completeness} = this.#steps;
		if (isOver) completeness.setOver();
		const failure = completeness.end();
		if (failure) throw failure;
		this.#notices.tell();
		yield this.#page([], null);
		return undefined;
	}

	#send(at: Cursor, signal?: AbortSignal, inside?: Standing['inside']): AsyncGenerator<BodyPart, void> {
		const check = (part: BodyPart) => this.#answers.failure(part, this.#sender.selector);
		return this.#sender.send(at, {signal, inside, check});
	}

	// With the cursor goes what the page changes in the state.
	#page(records: RecordList, cursor?: Cursor): Page {
		const page = {resource: this.#options.name, number: this.#number++, records};
		if (cursor === undefined) return page;
		const state = {...this.#sync.patch().state, ...this.#guessed.patch().state};
		return Object.keys(state).length > 0 ? {...page, state, cursor} : {...page, cursor};
	}

	// What came and was stated so far, for a walk that goes on later.
	#seen(): Pick<Standing, 'seen'> {
		const seen = this.#steps.completeness.seen();
		return seen ? {seen} : {};
	}

	/** Where the walk goes on after an error, if it has not ended with it. Throws what ends it badly. */
	after(error: unknown, soFar: AnswerSoFar): Standing | undefined {
		const {standing} = soFar;
		const {at, tail} = standing;
		const paginator = this.#paginator;
		if (this.#sync.startsOver(error)) {
			this.#sender.base = draft(this.#options);
			return {at: paginator.first};
		}
		const other = soFar.rows === 0 && isRefused(error) ? paginator.otherwise?.(at) : undefined;
		if (other !== undefined) return {...standing, at: other};
		const isOver = isPastEnd(paginator, at, error);
		const rest = isOver ? paginator.afterEnd?.(at) : undefined;
		if (rest !== undefined) {
			const known = this.#seams.tail(rest, []);
			return {at: rest, ...this.#seen(), ...(known && {tail: known})};
		}
		const failure = isOver ? (this.#steps.completeness.end(true) ?? this.#withoutToken()) : error;
		if (failure === undefined) return undefined;
		// What came out of a body already would come twice.
		const less = isOver || soFar.rows > 0 ? {failure} : this.#sizes.instead(at, error);
		if ('failure' in less) throw located(less.failure, this.#options.name, paginator.describe(at));
		return {...less, ...(tail && {tail})};
	}

	// A walk that an error answer ends has no last answer with a token.
	#withoutToken(): unknown {
		const answer = {body: null, headers: {}, url: new URL(this.#ownOrigin)};
		return thrownBy(() => this.#sync.end(answer, this.#paginator.storable));
	}

	async close(): Promise<void> {
		await this.#foreseen?.close();
	}
}
