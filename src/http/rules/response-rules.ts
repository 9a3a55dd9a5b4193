/** Rules about responses. The first rule that fits decides, also about a response that looks like success. */
import {ConfigError} from '../../core/errors.ts';
import {type JsonValue, stringify} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {type Path, parsePath} from '../../core/path/path.ts';
import {limitedRegex, SlowPattern} from '../../core/regex.ts';
import {messageOf} from '../../core/stage.ts';
import {Failure} from '../failure.ts';

/** A status, or a class of statuses. */
export type StatusPattern = number | '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/**
 * - `retry`: send the request again, within the retries that are left
 * - `ignore`: take it as a page without records; paging goes on if it can
 * - `skip`: end the walk here, without a page
 * - `stop`: end the walk after this page, whose records are kept
 * - `fail`: fail without another try
 * - `refresh_token`: renew the credentials, once per request, and send the request again
 * - `rate_limited`: wait, and send the request again without counting that as a failure
 */
export const responseActionNames = [
	'retry',
	'ignore',
	'skip',
	'stop',
	'fail',
	'refresh_token',
	'rate_limited',
] as const;
export type ResponseAction = (typeof responseActionNames)[number];

/** A response as a function of a rule gets it. */
export interface Answered {
	readonly status: number;
	/** Headers with names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** The body, or the beginning of one that could not be read. */
	readonly text: string;
	/** The value of the body, if it has one. It must not be changed. */
	readonly json: JsonValue | undefined;
}

/**
 * Decides about a response. It is called once for each; `undefined` leaves the decision to later rules. As it
 * may read the body, JSON and XML are held in memory if the conditions of its rule hold.
 */
export type Decide = (answer: Answered) => ResponseAction | undefined;

/**
 * All given conditions must hold, and there must be at least one, unless a function decides. Rules see the
 * status and headers of every response, including redirects, and the bodies of errors, JSON and XML, which
 * are held in memory for them up to `maxBodyBytes`. A rule that reads the body of CSV or JSON Lines is an
 * error.
 */
export interface ResponseRule {
	readonly status?: StatusPattern | readonly StatusPattern[];
	/** Patterns for the values of headers, by header names in any case. */
	readonly headers?: Readonly<Record<string, RegExp>>;
	/** A text that the body contains. */
	readonly content?: string;
	/** Path into the JSON body, to a value that exists and is not null. */
	readonly jsonPath?: string;
	/** The value at `jsonPath`. A number and its text are equal. */
	readonly jsonValue?: string | number | boolean | RegExp;
	readonly action: ResponseAction | Decide;
	/** Advice that is added to the error, if there is one. */
	readonly message?: string;
	/**
	 * The place of the wait in a response, for `rate_limited`. @default Retry-After and the headers of rate
	 * limits
	 */
	readonly wait?: WaitPlace;
}

/** A delay in seconds or a time, in a header, at a path of the JSON body, or anywhere in its text. */
export interface WaitPlace {
	readonly header?: string;
	readonly path?: string;
	/** The first group of its match, or else the whole match, is the delay. */
	readonly pattern?: RegExp;
	/** Milliseconds to wait where the response names no delay. @default a growing wait, as for retries */
	readonly elseMs?: number;
}

/** The end of a response without records, by a rule. */
export type Outcome = 'ignored' | 'skipped' | 'stopped';

/** A response for rules. */
export interface Seen {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** The body, or the beginning of one that could not be read. */
	readonly text: string;
	readonly value: JsonValue | undefined;
	/** Its body is not held in memory, and reading it throws a failure. */
	readonly isUnseen?: boolean;
	/** An object that identifies one response whenever rules are asked about it. @default headers */
	readonly answer?: object | undefined;
	/**
	 * Called in place of each function of a rule, by a caller that only wants to know what rules would read.
	 */
	readonly insteadOfFunctions?: () => void;
}

/** The decision of a rule. */
export type Verdict = Pick<ResponseRule, 'message' | 'wait'> & {readonly action: ResponseAction};

/** Returns the verdict about a response, if a rule has one. */
export type Judge = (seen: Seen) => Verdict | undefined;

/** Reads a list of rules. Throws a `ConfigError` if one has no condition, or a path that cannot be read. */
export function judge(rules: readonly (ResponseRule | Decide)[]): Judge {
	const tests = rules.map((given, index) => {
		const rule: ResponseRule = typeof given === 'function' ? {action: given} : given;
		const {action} = rule;
		const word = typeof action === 'function' ? once(action, index) : () => action;
		return {rule, holds: conditions(rule, index), word};
	});
	return seen => {
		for (const {rule, holds, word} of tests) {
			if (!holds.every(condition => condition(seen))) continue;
			const action = word(seen);
			if (action !== undefined) return {...rule, action};
		}
		return undefined;
	};
}

// Rules are applied to one response several times, as more of it arrives. A function is called only the first
// time, as it may count its calls.
function once(decide: Decide, index: number): (seen: Seen) => ResponseAction | undefined {
	const words = new WeakMap<object, {readonly action: ResponseAction | undefined}>();
	return seen => {
		if (seen.insteadOfFunctions) return void seen.insteadOfFunctions();
		const {answer = seen.headers} = seen;
		const known = words.get(answer) ?? {action: decided(decide, seen, index)};
		words.set(answer, known);
		return known.action;
	};
}

function decided(decide: Decide, seen: Seen, index: number): ResponseAction | undefined {
	const {status, headers} = seen;
	const who = `the function of response_actions[${index}]`;
	const failed = (what: string, cause?: unknown): Failure =>
		new Failure(`answered ${status}, and ${who} ${what}`, {
			code: 'ERR_HTTP_STATUS',
			retryable: false,
			isRuled: true,
			status,
			cause,
		});
	let action: unknown;
	try {
		const answer: Answered = {
			status,
			headers,
			get json() {
				return seen.value;
			},
			get text() {
				return seen.text;
			},
		};
		action = decide(answer);
	} catch (error) {
		if (error instanceof Failure) throw error;
		throw failed(`failed: ${messageOf(error)}`, error);
	}
	const known = responseActionNames.find(name => name === action);
	if (known !== undefined || action === undefined || action === null) return known;
	const got = action instanceof Promise ? 'a promise' : (JSON.stringify(action) ?? String(action));
	throw failed(`returned ${got}; expected ${responseActionNames.join(', ')} or undefined`);
}

type Condition = (seen: Seen) => boolean;

function conditions(
	{status, headers = {}, content, jsonPath, jsonValue, action}: ResponseRule,
	index: number,
): Condition[] {
	const found: Condition[] = [];
	if (status !== undefined) {
		const patterns = [status].flat();
		found.push(seen =>
			patterns.some(pattern => pattern === seen.status || pattern === `${Math.floor(seen.status / 100)}xx`),
		);
	}
	for (const [name, pattern] of Object.entries(headers)) {
		const key = name.toLowerCase();
		const matches = matcher(pattern, `response_actions[${index}].header`);
		found.push(seen => {
			const value = ownValue(seen.headers, key);
			return value !== undefined && matches(value);
		});
	}
	if (jsonPath !== undefined) found.push(valueCondition(parsePath(jsonPath), jsonValue, index));
	else if (jsonValue !== undefined)
		throw new ConfigError(`responseActions[${index}] has a jsonValue, but no jsonPath to it`);
	// This test is last, since it costs most.
	if (content !== undefined) found.push(({text}) => text.includes(content));
	if (found.length > 0 || typeof action === 'function') return found;
	throw new ConfigError(
		`responseActions[${index}] needs a condition: status, headers, content or jsonPath; without one it ` +
			'would be about every answer',
	);
}

function valueCondition(path: Path, wanted: ResponseRule['jsonValue'], index: number): Condition {
	const matches =
		wanted instanceof RegExp ? matcher(wanted, `response_actions[${index}].json_value`) : undefined;
	return ({value}) => {
		const found = value === undefined ? undefined : path.first(value);
		if (found === undefined || found === null) return false;
		if (wanted === undefined) return true;
		const text = typeof found === 'string' ? found : stringify(found);
		return matches ? matches(text) : text === String(wanted);
	};
}

function matcher(pattern: RegExp, key: string): (text: string) => boolean {
	const find = limitedFinder(pattern, key);
	return text => find(text) !== null;
}

/**
 * Finds the first match of a pattern. A match that takes too long is a failure that names the key of the
 * pattern.
 */
export function limitedFinder(pattern: RegExp, key: string): (text: string) => RegExpExecArray | null {
	const find = limitedRegex(pattern);
	return text => {
		try {
			return find(text);
		} catch (error) {
			if (!(error instanceof SlowPattern)) throw error;
			throw new Failure(`could not be judged: ${key}: ${error.message}`, {
				code: 'ERR_HTTP_STATUS',
				retryable: false,
				isRuled: true,
				cause: error,
			});
		}
	};
}
