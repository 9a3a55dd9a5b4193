/** Sends the requests of a walk: the draft of its paginator for a place, and how to read the body. */
import type {Cursor} from '../../core/page.ts';
import type {Path} from '../../core/path/path.ts';
import type {Selector} from '../../core/path/selector.ts';
import {KeyTable} from '../../core/records/key-table.ts';
import type {LazyReading} from '../../core/records/lazy-body.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {Client} from '../../http/client.ts';
import {withBlank} from '../../http/decode/blank.ts';
import {judge} from '../../http/rules/response-rules.ts';
import type {BodyPart, SendOptions} from '../../http/send-options.ts';
import type {Paginator, RequestDraft} from '../paging/paginator.ts';
import type {WalkOptions, WalkPosition} from './walk-options.ts';
import {leadsInto, toRequest} from './walk-request.ts';

export interface WalkSenderOptions {
	readonly client: Client;
	readonly options: WalkOptions;
	readonly counts: StageCounts;
	readonly paginator: Paginator;
	/** Origins that get credentials. */
	readonly trusted: readonly string[];
	/** The request that the paginator changes for each place. */
	readonly base: RequestDraft;
	/** The paths that the walk reads in each body. */
	readonly paths: readonly Path[];
	/**
	 * Paths that may lead to any row of a body: those of errors, and of the value that shows that it is ready.
	 */
	readonly signs: readonly Path[];
	readonly selector: Selector | undefined;
	readonly onRetry: NonNullable<SendOptions['onRetry']>;
}

/** How the answer of a page is read. */
export interface SendPage {
	readonly signal?: AbortSignal | undefined;
	/** How far into its body the walk is. */
	readonly inside?: WalkPosition['inside'];
	readonly check?: SendOptions['check'];
}

export class WalkSender {
	/** Where the rows are; unknown until the first answer if the author gave no selector. */
	selector: Selector | undefined;
	base: RequestDraft;
	readonly #given: WalkSenderOptions;
	readonly #keyTable: KeyTable;
	/** The options that are the same for each request. */
	readonly #same: SendOptions;
	/** The streaming options that follow from a selector, and that selector. */
	#streaming: {readonly selector: Selector | undefined; readonly keys?: readonly string[]; isLazy?: boolean} =
		{
			selector: undefined,
		};

	constructor(given: WalkSenderOptions) {
		const {name, responseActions, missingRows, decoder: own} = given.options;
		const decoder = missingRows === 'empty' ? withBlank(own) : own;
		this.#given = given;
		this.base = given.base;
		this.selector = given.selector;
		this.#keyTable = given.options.keyTable ?? new KeyTable();
		this.#same = {
			label: name,
			counts: given.counts,
			onRetry: given.onRetry,
			...(decoder && {decoder}),
			...(responseActions && {judge: judge(responseActions)}),
		};
	}

	send(at: Cursor, {signal, inside, check}: SendPage): AsyncGenerator<BodyPart, void> {
		const {client, options, paginator, trusted} = this.#given;
		const {keys, isLazy} = this.#streamed();
		const request = toRequest(client, this.draftOf(at), options, trusted);
		return client.send(request, {
			...this.#same,
			...(signal && {signal}),
			...(check && {check}),
			...(keys && {keys, lazy: isLazy ? this.lazyReading() : undefined}),
			canAskForLess: inside === undefined && paginator.smaller?.(at) !== undefined,
			// Rows of a body that contains only rows have a place without a selector.
			...(inside && {keys: this.selector?.keys ?? [], after: inside}),
		});
	}

	/** How records may stay text; `undefined` where a stage needs them as rows. */
	lazyReading(): LazyReading | undefined {
		const need = this.#given.options.needs?.() ?? 'rows';
		return need === 'rows' ? undefined : {need, keys: this.#keyTable};
	}

	/** The request of a place. */
	draftOf(place: Cursor): RequestDraft {
		return this.#given.paginator.request(this.base, place);
	}

	// How a body is streamed, unless a path leads into its rows. Its rows stay text unless the walk looks at
	// any of them.
	#streamed(): {readonly keys?: readonly string[]; isLazy?: boolean} {
		const {selector} = this;
		if (this.#streaming.selector === selector) return this.#streaming;
		const {paths, signs, paginator} = this.#given;
		const keys = selector?.keys;
		const isStreamed = keys !== undefined && !paths.some(path => leadsInto(path, keys));
		this.#streaming = {
			selector,
			...(isStreamed && {
				keys,
				isLazy: paginator.reads !== undefined && !signs.some(path => leadsInto(path, keys)),
			}),
		};
		return this.#streaming;
	}
}
