/** One chain of requests: each place is requested, and its answer names the next one. */
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor, Page} from '../../core/page.ts';
import {parsePath} from '../../core/path/path.ts';
import {selector as compileSelector} from '../../core/path/selector.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {Client} from '../../http/client.ts';
import type {BodyPart} from '../../http/send-options.ts';
import {completeness} from '../completeness/completeness.ts';
import {parametersInBody} from '../paging/request-draft.ts';
import {AnswerCheck} from './answer/answer-check.ts';
import {AnswerEnding} from './answer/answer-ending.ts';
import {AnswerRows, AnswerSoFar} from './answer/answer-rows.ts';
import {type GuessedSelector, guessedSelector} from './answer/guessed-selector.ts';
import {stopWhen} from './answer/stop-when.ts';
import type {Ending, Steps} from './answer/walk-answer.ts';
import {type EndNotices, endNotices} from './end-notices.ts';
import {askedAgain} from './repeats/asked-again.ts';
import {type DoubledRows, doubledRows} from './repeats/doubled-rows.ts';
import {loopGuard} from './repeats/loop-guard.ts';
import {type Recent, recentRows} from './repeats/resumed.ts';
import {type Seams, seamChecks} from './repeats/seams.ts';
import {askForSecond} from './second-page.ts';
import {pageShrinker, type Smaller} from './shrink-page.ts';
import {type SyncWalk, syncWalk} from './sync-walk.ts';
import {type Foreseen, foreseeing, toldBeforeRows} from './walk-ahead.ts';
import {isPastEnd, isRefused, thrownBy, withAdvice, withPlace} from './walk-failure.ts';
import type {WalkOptions, WalkPosition} from './walk-options.ts';
import {draftRequest, type TrustedPaginator, trustedPaginator} from './walk-request.ts';
import {WalkSender} from './walk-sender.ts';

/**
 * Pages from a place on, in order; `counts` counts the requests. Unless `concurrency` is higher, one request
 * is under way at a time, and only when its page is wanted.
 */
export async function* walk(
	client: Client,
	options: WalkOptions,
	counts: StageCounts,
	cursor?: WalkPosition,
): AsyncGenerator<Page> {
	const walk = new Walk(client, options, counts, cursor);
	try {
		let position: WalkPosition | undefined = cursor ? await walk.resumed(cursor) : walk.first();
		while (position) {
			const soFar = new AnswerSoFar(position);
			try {
				position = yield* walk.pages(soFar);
			} catch (error) {
				position = walk.after(error, soFar);
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
	readonly #doubled: DoubledRows | undefined;
	/** Answers that are requested before their turn. */
	readonly #foreseen: Foreseen | undefined;
	/** The number of the next page. */
	#number: number;
	/** The first of the places whose pages had no rows although more were promised. */
	#doubted: WalkPosition | undefined;

	constructor(client: Client, options: WalkOptions, counts: StageCounts, cursor: WalkPosition | undefined) {
		const {name, onWarning} = options;
		this.#options = options;
		this.#number = options.firstNumber ?? 0;
		this.#sync = syncWalk(options.token, {name, isResumed: cursor !== undefined, warn: onWarning});
		const base = this.#sync.draft(draftRequest(options));
		const {paginator, ownOrigin, trusted} = trustedPaginator(client, options, base);
		this.#paginator = paginator;
		this.#ownOrigin = ownOrigin;
		const complete = completeness({
			paginator,
			counts,
			seen: cursor === undefined ? undefined : (cursor.seen ?? false),
			isOnly: options.isOnly === true,
			tell: (code, message) => onWarning?.({code, resource: name, message}),
		});
		const isComplete = () => complete.hasAllPages();
		this.#steps = {
			paginator,
			mayAsk: base.method === 'GET' && options.token === undefined,
			bodyPrefix: parametersInBody(base),
			guard: loopGuard({paginator, base, primaryKey: options.primaryKey, last: cursor?.last, isComplete}),
			completeness: complete,
		};
		const paths = [...(paginator.reads ?? []), options.token?.path]
			.filter(path => path != null)
			.map(parsePath);
		const again = askedAgain(name, paginator, cursor !== undefined, onWarning);
		const stop = stopWhen(options.stopWhen);
		this.#sender = new WalkSender({
			...{client, options, counts, paginator, trusted, base, paths: [...paths, ...stop.paths]},
			signs: [options.errorPath, options.readyPath].filter(path => path != null).map(parsePath),
			selector: options.selector === undefined ? undefined : compileSelector(options.selector),
			onRetry: again.note,
		});
		this.#guessed = options.guessed ?? guessedSelector(options);
		this.#answers = new AnswerCheck({...options, paths, guess: this.#guessed.path});
		this.#notices = endNotices(name, onWarning);
		this.#sizes = pageShrinker(paginator, options);
		this.#foreseen = foreseeing({
			client,
			options: {...options, paginator},
			completeness: complete,
			draftOf: place => this.#sender.draftOf(place),
			send: (at, signal, inside) => this.#send(at, signal, inside),
		});
		this.#doubled = doubledRows({
			...{paginator, primaryKey: options.primaryKey},
			tell: message => onWarning?.({code: 'rows-again', resource: name, message}),
		});
		this.#seams = this.#seamsOf();
		this.#recent = recentRows({
			paginator,
			primaryKey: options.primaryKey,
			tell: (code, message) => onWarning?.({code, resource: name, message}),
		});
		this.#rows = new AnswerRows({
			...{options, stop, counts, sender: this.#sender, guessed: this.#guessed, recent: this.#recent},
			...{answers: this.#answers, notices: this.#notices, seams: this.#seams},
		});
		this.#endings = new AnswerEnding({
			...{options, paginator, steps: this.#steps, rows: this.#rows},
			...{
				seams: this.#seams,
				recent: this.#recent,
				doubled: this.#doubled,
				again,
				sync: this.#sync,
				sizes: this.#sizes,
			},
		});
	}

	#seamsOf(): Seams {
		const {name, onWarning, primaryKey} = this.#options;
		const paginator = this.#paginator;
		return seamChecks({
			paginator,
			primaryKey,
			warn: (code, message) => {
				this.#doubled?.quiet();
				onWarning?.({code, resource: name, message});
			},
			isAhead: () => this.#foreseen?.isAhead() === true,
			hasAhead: () => this.#foreseen?.hasAhead() === true,
			goInOrder: () => this.#foreseen?.stop(),
			onSeek: () => {
				this.#steps.guard = loopGuard({paginator, base: this.#sender.base, primaryKey});
			},
		});
	}

	first(): WalkPosition {
		return {at: this.#sync.first(this.#paginator)};
	}

	/** The position of a resumed walk, whose list may have moved. */
	async resumed(cursor: WalkPosition): Promise<WalkPosition> {
		const {name, signal} = this.#options;
		try {
			return await this.#recent.resume(cursor, {
				send: at => this.#send(at, signal),
				rows: (part, before) => this.#rows.look(part, before),
			});
		} catch (error) {
			throw withPlace(error, name, this.#paginator.describe(cursor.at));
		}
	}

	/** The pages of one answer. Returns where the walk goes on. */
	pages(soFar: AnswerSoFar): AsyncGenerator<Page, WalkPosition | undefined> {
		return this.#paginator.isQuestion?.(soFar.position.at)
			? this.#second(soFar.position)
			: this.#answer(soFar);
	}

	async *#answer(soFar: AnswerSoFar): AsyncGenerator<Page, WalkPosition | undefined> {
		const {at, inside} = soFar.position;
		const here: WalkPosition = {at, ...this.#seen()};
		const foreseen = inside ? undefined : this.#foreseen;
		let isBegun = false;
		let next: WalkPosition | undefined;
		for await (const part of foreseen?.answer(at) ?? this.#send(at, this.#options.signal, inside)) {
			if (part.outcome === 'skipped') return undefined;
			if (!part.last) {
				const records = this.#rows.slice(part, soFar);
				if (!isBegun && !soFar.isEnough) this.#expectNext(at, part);
				isBegun = true;
				const joined = this.#rows.join(records, soFar, part);
				if (joined.again) return joined.again;
				const place = {...part.place, ...(part.lines !== undefined && {taken: soFar.rows})};
				yield this.#page(joined.records, {at, inside: place, ...this.#seen()} as WalkPosition);
				continue;
			}
			this.#notices.addReplaced(part.replaced ?? 0);
			const {outcome} = part;
			const end =
				outcome === undefined
					? this.#endings.of(at, part, soFar)
					: this.#endings.settled(at, part, this.#sender.selector, outcome);
			if (end.again) return end.again;
			foreseen?.answered(at, part, soFar.rows);
			// A page is still whole if the place after it cannot be computed: it goes out, then the error is
			// thrown.
			if (end.failure) {
				yield this.#page(end.records);
				throw end.failure;
			}
			next = this.#nextOf(end);
			if (next === undefined) {
				this.#rows.tell();
				this.#notices.tell();
			}
			// A resumed run asks again for a page without rows, where more were promised.
			this.#doubted = end.isPromised ? (this.#doubted ?? here) : undefined;
			yield this.#page(end.records, next === undefined ? null : (this.#doubted ?? next));
		}
		return next;
	}

	#expectNext(at: Cursor, part: BodyPart): void {
		const told = this.#foreseen && toldBeforeRows(this.#paginator, at, part);
		if (told !== undefined) this.#foreseen?.expect(told);
	}

	#nextOf({next, tail, recent}: Ending): WalkPosition | undefined {
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

	// Asks for a second page. Ends the walk, or returns where it goes on.
	async *#second({at}: WalkPosition): AsyncGenerator<Page, WalkPosition | undefined> {
		const {signal} = this.#options;
		const parts = this.#sender.send(at, {signal});
		const selectorOf = (value: JsonValue) => this.#rows.selectorOf({value});
		const {next, isOver, none} = await askForSecond(this.#paginator, at, parts, selectorOf, signal);
		if (none) this.#answers.checkElsewhere(none.value, none.path);
		if (next !== undefined) return {at: next, ...this.#seen()};
		const {completeness} = this.#steps;
		if (isOver) completeness.setOver();
		const failure = completeness.end();
		if (failure) throw failure;
		this.#notices.tell();
		yield this.#page([], null);
		return undefined;
	}

	#send(at: Cursor, signal?: AbortSignal, inside?: WalkPosition['inside']): AsyncGenerator<BodyPart, void> {
		const check = (part: BodyPart) => this.#answers.failure(part, this.#sender.selector);
		return this.#sender.send(at, {signal, inside, check});
	}

	// The cursor and the change of the state go out together.
	#page(records: RecordList, cursor?: Cursor): Page {
		const page = {resource: this.#options.name, number: this.#number++, records};
		if (cursor === undefined) return page;
		const state = {...this.#sync.patch().state, ...this.#guessed.patch().state};
		return Object.keys(state).length > 0 ? {...page, state, cursor} : {...page, cursor};
	}

	// What came and was stated so far, for a resumed walk.
	#seen(): Pick<WalkPosition, 'seen'> {
		const seen = this.#steps.completeness.seen();
		return seen ? {seen} : {};
	}

	/** Where the walk goes on after an error; `undefined` if the walk has ended. Throws if it has failed. */
	after(error: unknown, soFar: AnswerSoFar): WalkPosition | undefined {
		const {position: standing} = soFar;
		const {at, tail} = standing;
		const paginator = this.#paginator;
		if (this.#sync.startsOver(error)) {
			this.#sender.base = draftRequest(this.#options);
			return {at: paginator.first};
		}
		const mayBeGuess = soFar.rows === 0 && isRefused(error);
		const other = mayBeGuess ? paginator.otherwise?.(at) : undefined;
		if (other !== undefined) return {...standing, at: other};
		const isOver = isPastEnd(paginator, at, error);
		const rest = isOver ? paginator.afterEnd?.(at) : undefined;
		if (rest !== undefined) {
			const known = this.#seams.tail(rest, []);
			return {at: rest, ...this.#seen(), ...(known && {tail: known})};
		}
		const failure = isOver ? (this.#steps.completeness.end(true) ?? this.#withoutToken()) : error;
		if (failure === undefined) return undefined;
		// The rows that the body has delivered already would come twice.
		const less = isOver || soFar.rows > 0 ? {failure} : this.#sizes.instead(at, error);
		if ('failure' in less) {
			const advised = withAdvice(less.failure, mayBeGuess ? paginator.adviceIfRefused?.(at) : undefined);
			throw withPlace(advised, this.#options.name, paginator.describe(at));
		}
		return {...less, ...(tail && {tail})};
	}

	// The error for a walk whose end is an error response, which has no token.
	#withoutToken(): unknown {
		const answer = {body: null, headers: {}, url: new URL(this.#ownOrigin)};
		return thrownBy(() => this.#sync.end(answer, this.#paginator.storable));
	}

	async close(): Promise<void> {
		await this.#foreseen?.close();
	}
}
