/** Headers in which a server says that a response with status 200 is an error, or not whole. */
import {memoize} from '../../core/remembered.ts';
import {isBad} from './error-signs.ts';
import {saysNone} from './speaking.ts';

type Headers = Readonly<Record<string, string>>;

/** A value there is an error, unless it is 0, `none` or the like. */
const errorHeader =
	/(^|-)(errors?|exceptions?|fault|failure)(-?(code|type|message|msg|text|reason|desc\w*|details?))?$|errortype$|^grpc-(status|message)$/;
/** `X-Error-Count: 0`, and policies about the reporting of errors. */
const noErrorHeader = /-(id|count|policy|endpoint|url|link|reporting|format|budget)$/;
const goodValues = /^(0+|ok|okay|none|null|no|false|success\w*|20\d( .*)?)$/i;

/** `X-Partial-Content: true`, `X-Query-Timeout: true` */
const flagHeader =
	/^x-(.+-)?(partial|incomplete|truncated|degraded|timed-?out|timeout|throttled|stale)(-.+)?$/;

/** `X-Supports-Partial-Content: true` is about what the server can do, `X-Timeout: 1` about a number of seconds. */
const optionHeader = /-(supports?|allow|accept|enabled?|if|on|use)(-|$)/;

const kindOf = memoize((key: string): 'error' | 'status' | 'flag' | 'other' => {
	if (flagHeader.test(key) && !optionHeader.test(key)) return 'flag';
	if (/^(x-)?(http-)?status(-code)?$/.test(key)) return 'status';
	return errorHeader.test(key) && !noErrorHeader.test(key) ? 'error' : 'other';
});

/** The headers of an answer with rows or without that speak of an error. */
export function* errorHeaders(headers: Headers): Generator<string> {
	for (const key of Object.keys(headers)) {
		const kind = kindOf(key);
		if (kind === 'other') continue;
		const value = headers[key] as string;
		const isError =
			kind === 'flag'
				? (key.endsWith('timeout') ? /^(true|yes)$/i : /^(true|yes|1)$/i).test(value.trim())
				: kind === 'status'
					? /^[45]\d\d\b/.test(value)
					: isBad(value) && !goodValues.test(value.trim()) && !saysNone(value);
		if (isError) yield `the header ${key}: ${value.slice(0, 200)}`;
	}
}

/** The headers beside an empty list in which a cache says that the server behind it failed. */
export function* cacheHeaders(headers: Headers): Generator<string> {
	for (const key of ['x-cache', 'cache-status']) {
		const value = headers[key];
		if (value !== undefined && /\berror\b/i.test(value)) yield `the header ${key}: ${value.slice(0, 200)}`;
	}
}

/**
 * The headers beside an empty list that say that the server refuses requests for a while. `before`: the
 * headers of the last answer with rows. Some APIs send them with every answer.
 */
export function* waitHeaders(headers: Headers, before: Headers | undefined): Generator<string> {
	const {'retry-after': wait} = headers;
	if (wait !== undefined && wait.trim() !== '0' && before?.['retry-after'] === undefined)
		yield `the header retry-after: ${wait}`;
	if (!before) return;
	for (const [key, value] of Object.entries(headers)) {
		if (!/^(x-)?(\w+-)?rate-?limit(-\w+)*-remaining(-\w+)*$/.test(key) || value.trim() !== '0') continue;
		const left = Number(before[key] ?? Number.POSITIVE_INFINITY);
		// A number that goes down by one with each request may well end at 0.
		if (left > 10) yield `the header ${key}: 0`;
	}
}
