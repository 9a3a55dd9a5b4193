/** Applies rules to a response: it ends quietly, is requested again, fails, or stays as it is. */
import {type JsonValue, parse, stringify} from '../../core/json/json.ts';
import {parsePath} from '../../core/path/path.ts';
import {BEGINNING_CHARACTERS} from '../decode/broken.ts';
import type {DecodedPart} from '../decode/decoder.ts';
import {excerpt, Failure} from '../failure.ts';
import {delayMs} from '../policy/delay.ts';
import {serverTimeMs} from '../policy/retry-after.ts';
import {
	type Judge,
	limitedFinder,
	type Outcome,
	type ResponseAction,
	type Seen,
	type Verdict,
	type WaitPlace,
} from './response-rules.ts';

export interface ApplyRulesOptions {
	/** The rules in their order. */
	readonly judges: readonly Judge[];
	/** The failure that the response is without a rule, if it is no success. */
	readonly failure?: Failure;
	/** Whether nothing of the body has been emitted, so that it may still count as empty. */
	readonly isFirst: boolean;
	/** Gets newer credentials. Returns `false` if there are none. */
	renew(): Promise<boolean>;
}

const outcomes: {readonly [action in ResponseAction]?: Outcome} = {
	ignore: 'ignored',
	skip: 'skipped',
	stop: 'stopped',
};

/**
 * Returns `again` after a renewal, the outcome by a rule, or `undefined` if the response stays as it is.
 * Throws if a rule makes it a failure.
 */
export async function applyRules(
	seen: Seen,
	{judges, failure, isFirst, renew}: ApplyRulesOptions,
): Promise<'again' | Outcome | undefined> {
	let rule: Verdict | undefined;
	for (const judge of judges) rule ??= judge(seen);
	const action = rule?.action ?? (failure && seen.status === 401 ? 'refresh_token' : undefined);
	if (action === 'refresh_token' && (await renew())) return 'again';
	if (!rule) return undefined;
	const outcome = isFirst ? outcomes[rule.action] : undefined;
	if (outcome) return outcome;
	throw ruledFailure(rule, seen, failure, Date.now());
}

/** A whole body for rules; `undefined` for a huge one that comes in slices. */
export function seenPart(
	part: Omit<DecodedPart, 'size'>,
	{status, headers}: Omit<Seen, 'text' | 'value'>,
): Seen | undefined {
	const {rows, value} = part;
	return rows !== undefined || value === undefined
		? undefined
		: new WholeAnswer(status, headers, value, part);
}

// This is a class, as an object literal with a getter would keep the body alive until the next full
// collection.
class WholeAnswer implements Seen {
	readonly status: number;
	readonly headers: Seen['headers'];
	readonly value: JsonValue;
	readonly #part: Pick<DecodedPart, 'text' | 'bytes'>;

	constructor(
		status: number,
		headers: Seen['headers'],
		value: JsonValue,
		part: Pick<DecodedPart, 'text' | 'bytes'>,
	) {
		this.status = status;
		this.headers = headers;
		this.value = value;
		this.#part = part;
	}

	/** The text is decoded on demand: only rules with words need it. */
	get text(): string {
		const {text, bytes} = this.#part;
		if (text !== undefined) return text;
		return bytes
			? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
			: stringify(this.value);
	}
}

/** A response whose body is not held in memory: only rules about its status and headers can fit. */
export function seenHead({status, headers}: Omit<Seen, 'text' | 'value'>): Seen {
	return {status, headers, text: '', value: undefined};
}

/** A response that was refused, or whose body could not be read; `undefined` if none came. */
export function seenFailure({details: {status, headers, text}}: Failure): Seen | undefined {
	if (status === undefined || text === undefined) return undefined;
	return {status, headers: headers ?? {}, text, value: parsed(text)};
}

function parsed(text: string): JsonValue | undefined {
	try {
		return parse(text);
	} catch {
		return undefined;
	}
}

// The failure that a rule makes of a response. `cause` is the failure before it.
function ruledFailure(
	{action, message, wait}: Verdict,
	seen: Seen,
	cause: Failure | undefined,
	nowMs: number,
): Failure {
	const {status, headers, isUnseen = false} = seen;
	const before = cause?.details ?? {
		code: 'ERR_HTTP_STATUS' as const,
		status,
		headers,
		detail: isUnseen ? '' : excerpt(seen.text.slice(0, BEGINNING_CHARACTERS), 200),
	};
	return new Failure(cause?.message ?? `answered ${status}`, {
		...before,
		retryable: action === 'retry' || action === 'rate_limited',
		isRuled: true,
		...(action === 'rate_limited' && {limited: {waitMs: waitMs(wait, seen, nowMs), elseMs: wait?.elseMs}}),
		...(message !== undefined && {advice: message}),
	});
}

function waitMs(place: WaitPlace | undefined, seen: Seen, nowMs: number): number | undefined {
	if (!place) return undefined;
	const {header, path, pattern} = place;
	if (header === undefined && path === undefined && pattern === undefined) return undefined;
	const source =
		header !== undefined
			? seen.headers[header.toLowerCase()]
			: path !== undefined
				? valueText(seen.value === undefined ? undefined : parsePath(path).first(seen.value))
				: seen.text;
	const found =
		source !== undefined && pattern
			? limitedFinder(pattern, 'response_actions: wait_regex')(source)
			: undefined;
	return delayMs(pattern ? (found?.[1] ?? found?.[0]) : source, serverTimeMs(seen.headers, nowMs));
}

function valueText(value: JsonValue | undefined): string | undefined {
	return value === undefined || value === null
		? undefined
		: typeof value === 'string'
			? value
			: stringify(value);
}
