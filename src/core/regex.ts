/**
 * Regular expressions of the user, with a time limit: without one, a pattern such as `(a+)+$` may take years
 * for forty characters.
 */
import {type Context, createContext, Script} from 'node:vm';

const LIMIT_MS = 1000;
// This number of steps takes well less than the limit.
const QUICK_STEPS = 1e8;

/** A match that did not end within the limit. */
export class SlowPattern extends Error {}

/** Finds the first match in a text, and ignores the flags `g` and `y`. Throws `SlowPattern`. */
export type Find = (text: string) => RegExpExecArray | null;

/**
 * A pattern with a time limit, in milliseconds; `source` is the pattern as the user wrote it, where that
 * differs.
 */
export function limitedRegex({source: own, flags}: RegExp, source = own, limit = LIMIT_MS): Find {
	const pattern = new RegExp(own, flags.replace(/[gy]/g, ''));
	const {factor, degree} = costOf(source);
	return text => {
		// The limit needs a thread, and so takes a hundred times as long as a short match.
		if (factor * Math.max(text.length, 1) ** degree <= QUICK_STEPS) return pattern.exec(text);
		return timed(pattern, text, source, limit);
	};
}

let context: Context | undefined;
let script: Script | undefined;

function timed(pattern: RegExp, text: string, source: string, limit: number): RegExpExecArray | null {
	context ??= createContext();
	script ??= new Script('pattern.exec(text)');
	Object.assign(context, {pattern, text});
	try {
		return script.runInContext(context, {timeout: limit});
	} catch (error) {
		if ((error as {code?: string}).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
		throw new SlowPattern(
			`the regular expression /${source}/ takes longer than ${limit / 1000} s for a text of ` +
				`${text.length} characters. Repeat no group that repeats something itself: write a+ for (a+)+, ` +
				'and [ab]* for (a|b)*',
		);
	} finally {
		Object.assign(context, {pattern: undefined, text: undefined});
	}
}

interface Cost {
	readonly factor: number;
	readonly degree: number;
}

const endless: Cost = {factor: Number.POSITIVE_INFINITY, degree: 0};
const token =
	/\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|\)|\||(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gs;

/** The steps of a match are at most `factor` times the length of the text to the power of `degree`. */
function costOf(source: string): Cost {
	let factor = 1;
	// A match may begin anywhere.
	let degree = 1;
	// For each open group, whether a repetition of it could match in several ways.
	const groups: boolean[] = [];
	let closed: boolean | undefined;
	for (const [word] of source.matchAll(token)) {
		const isRepeat = /^(?:[*+]|\{\d)/.test(word);
		if (/^\\[1-9k]/.test(word) || (isRepeat && closed)) return endless;
		const isChoice = word === '|' || word.startsWith('?');
		if (isChoice) factor *= 2;
		if (isRepeat && !/^\{\d+\}/.test(word)) degree++;
		if (isRepeat || isChoice) groups.fill(true);
		closed = word === ')' ? groups.pop() : undefined;
		if (word.startsWith('(')) groups.push(false);
	}
	return {factor, degree};
}
