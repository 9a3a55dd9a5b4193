/** What the last answer of a walk leaves to be said, looked for when somebody asks: most answers are not last. */
import type {JsonValue} from '../../core/json.ts';
import type {EndRules, PageAnswer, Paginator} from '../paginator.ts';
import {moreRule} from '../stop.ts';
import type {Field} from './envelope.ts';
import {isAt, type MoreSign, moreSigns, saysEnd} from './more-signs.ts';
import {isThere} from './unmatched.ts';

export interface LastAnswer {
	readonly rules: EndRules;
	readonly rows: number;
	readonly body: JsonValue;
	readonly url: URL;
	/** A maximum of the author's ends the walk here. */
	readonly isCut: boolean;
	/** Signs of more that the paginator does not read. */
	readonly signs: readonly MoreSign[];
	/** What `has_more_path` says. */
	readonly hasMore: boolean | undefined;
	/** The answer says that nothing follows. */
	readonly isOver: boolean;
	/** The path that leads on is there. */
	readonly isMatched: boolean;
}

export interface LastAnswerOptions {
	readonly rules: EndRules;
	readonly rows: number;
	readonly answer: PageAnswer;
	readonly inBody: readonly Field[];
	readonly inHeaders: readonly Field[];
	readonly reads: Paginator['reads'];
}

export function lastAnswer(options: LastAnswerOptions): LastAnswer {
	const {rules, rows, answer, inBody, inHeaders, reads} = options;
	const {body, headers, url} = answer;
	return {
		rules,
		rows,
		body,
		url,
		get isCut() {
			return rules.isCut?.(answer) === true;
		},
		get signs() {
			return unread(moreSigns(inBody, inHeaders, headers, url), rules, reads);
		},
		get hasMore() {
			return toldMore(rules, body);
		},
		get isOver() {
			return saysEnd(inBody, headers);
		},
		get isMatched() {
			return rules.nextPath === undefined || isThere(rules.nextPath, body);
		},
	};
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
