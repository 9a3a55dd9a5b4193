/** What the last answer of a walk leaves to be said, looked for when somebody asks: most answers are not last. */
import type {JsonValue} from '../../core/json/json.ts';
import type {EnvelopeField} from '../paging/envelope.ts';
import type {EndRules, PageAnswer, Paginator} from '../paging/paginator.ts';
import {moreRule} from '../paging/stop-rules.ts';
import {isAt, type MoreSign, moreSigns, saysEnd} from './more-signs.ts';
import {type Left, partSigns, partStatus} from './part-signs.ts';
import {isThere} from './unmatched.ts';

export interface LastAnswerOptions {
	readonly rules: EndRules;
	readonly rows: number;
	readonly answer: PageAnswer;
	readonly inBody: readonly EnvelopeField[];
	readonly inHeaders: readonly EnvelopeField[];
	readonly reads: Paginator['reads'];
	/** What the answer before said is left. */
	readonly leftBefore: Left | undefined;
	/** Rows of the answer before; nothing where this process has not seen it. */
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

	/** The walk ended with a status 204, which has no word of its own, and the page before has so many rows. */
	get bareAfter(): number | undefined {
		return this.#options.answer.isBare ? this.#options.rowsBefore : undefined;
	}

	/** A maximum of the author's ends the walk here. */
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

	/** What `has_more_path` says. */
	get hasMore(): boolean | undefined {
		return toldMore(this.rules, this.body);
	}

	/** The answer says that nothing follows. */
	get isOver(): boolean {
		return this.#isOver || saysEnd(this.#options.inBody, this.#options.answer.headers);
	}

	/** The server was asked, and has no more. */
	setOver(): void {
		this.#isOver = true;
	}

	/** The path that leads on is there. */
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

// What the paginator reads itself has led as far as it leads.
function unread(signs: readonly MoreSign[], rules: EndRules, reads: Paginator['reads'] = []): MoreSign[] {
	const paths = [...reads, rules.nextPath?.path].filter(path => path != null);
	return signs.filter(sign => sign.path !== rules.nextHeader && !paths.some(path => isAt(sign.path, path)));
}
