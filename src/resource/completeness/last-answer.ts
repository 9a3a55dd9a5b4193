/**
 * What remains to be checked in the last answer of a walk. It is computed on demand, as most answers are not
 * the last.
 */
import type {JsonValue} from '../../core/json/json.ts';
import type {EnvelopeField} from '../paging/envelope.ts';
import type {EndRules, PageAnswer, Paginator} from '../paging/paginator.ts';
import {moreRule} from '../paging/stop-rules.ts';
import {isAt, type MoreSign, moreSigns, saysEnd} from './more-signs.ts';
import {type Left, partSigns, partStatus} from './part-signs.ts';
import {isThere} from './unmatched.ts';
import {type WeakTotal, weakTotal, weakTotalInHeaders, windowAt} from './weak-totals.ts';

export interface LastAnswerOptions {
	readonly rules: EndRules;
	readonly rows: number;
	readonly answer: PageAnswer;
	readonly inBody: readonly EnvelopeField[];
	readonly inHeaders: readonly EnvelopeField[];
	readonly reads: Paginator['reads'];
	/** Keys down to the rows. */
	readonly keys: readonly string[] | undefined;
	/** The number of rows that the answer before said are left. */
	readonly leftBefore: Left | undefined;
	/** The number of rows in the answer before; `undefined` where another process read it. */
	readonly rowsBefore: number | undefined;
}

export class LastAnswer {
	readonly rules: EndRules;
	readonly rows: number;
	readonly body: JsonValue;
	readonly url: URL;
	readonly #options: LastAnswerOptions;
	#isOver = false;

	constructor(options: LastAnswerOptions) {
		this.rules = options.rules;
		this.rows = options.rows;
		this.body = options.answer.body;
		this.url = options.answer.url;
		this.#options = options;
	}

	/**
	 * The number of rows on the page before, where the walk ended with a status 204, which has no body to
	 * explain it.
	 */
	get bareAfter(): number | undefined {
		return this.#options.answer.isBare ? this.#options.rowsBefore : undefined;
	}

	/** The answer brought the rows of the page before once more, and no new one. */
	get isRepeat(): boolean {
		return this.rows === 0 && this.#options.answer.received > 0;
	}

	/** A maximum that the author set ends the walk here. */
	get isCut(): boolean {
		return this.rules.isCut?.(this.#options.answer) === true;
	}

	/** Signs of more that the paginator does not read. */
	get signs(): readonly MoreSign[] {
		const {inBody, inHeaders, answer, reads, leftBefore} = this.#options;
		const signs = [
			...moreSigns(inBody, inHeaders, answer.headers, this.url),
			...partSigns([...inBody, ...inHeaders], this.rows, leftBefore),
			...partStatus(answer, this.rows),
		];
		return unread(signs, this.rules, reads);
	}

	/** A number that is probably the number of all rows. */
	get weakTotal(): WeakTotal | undefined {
		const {answer, keys} = this.#options;
		if (!answer.isList && answer.received === 1) return undefined;
		return weakTotal(this.body, keys, this.rows, this.url) ?? weakTotalInHeaders(answer.headers, this.rows);
	}

	/** The most rows that the API gives of one list, where `came` is as many and the last page had none. */
	windowAt(came: number): WeakTotal | undefined {
		return this.rows > 0 ? undefined : windowAt(this.body, this.#options.keys, came);
	}

	/** The value at `has_more_path`. */
	get hasMore(): boolean | undefined {
		return toldMore(this.rules, this.body);
	}

	/** The answer says that nothing follows. */
	get isOver(): boolean {
		return this.#isOver || saysEnd(this.#options.inBody, this.#options.answer.headers);
	}

	/** The server returned no more rows when it was asked for them. */
	setOver(): void {
		this.#isOver = true;
	}

	/** The path that names the next page has a value. */
	get isMatched(): boolean {
		const {nextPath} = this.rules;
		return nextPath === undefined || isThere(nextPath, this.body);
	}
}

function toldMore({hasMorePath}: EndRules, body: PageAnswer['body']): boolean | undefined {
	if (hasMorePath === undefined) return undefined;
	try {
		return moreRule(hasMorePath)(body);
	} catch {
		return undefined;
	}
}

// Without the signs that the paginator reads itself: it has followed them as far as they lead.
function unread(signs: readonly MoreSign[], rules: EndRules, reads: Paginator['reads'] = []): MoreSign[] {
	const paths = [...reads, rules.nextPath?.path].filter(path => path != null);
	return signs.filter(sign => sign.path !== rules.nextHeader && !paths.some(path => isAt(sign.path, path)));
}
