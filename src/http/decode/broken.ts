/** Failures for bodies that are not JSON. Their messages describe what came. */
import {scrub} from '../../core/secret.ts';
import type {Incoming} from '../connection/transport.ts';
import {decodeFailure, excerpt, type Failure, type FailureDetails, oneLine} from '../failure.ts';
import {bareWord, NON_FINITE_ADVICE} from './bare-word.ts';
import type {RowReader} from './rows.ts';

/** The part of an unreadable body that rules see. */
export const SEEN_CHARACTERS = 16 * 1024;
/** Enough of a text to recognize its kind, with room for a long token that must not be shown. */
export const BEGINNING_CHARACTERS = 4000;

/**
 * Explains a `SyntaxError`. Any other error is returned as it is. `text` is the beginning of the body, or all
 * of it.
 */
export function brokenJson(
	{status, headers}: Incoming,
	error: unknown,
	text: string,
	bytes: number,
): unknown {
	if (!(error instanceof SyntaxError)) return error;
	const beginning = excerpt(text.slice(0, BEGINNING_CHARACTERS), 120);
	const type = headers['content-type'] ?? 'no content-type';
	const about = {retryable: true, status, headers, text: text.slice(0, SEEN_CHARACTERS), cause: error};
	if (beginning === '' && text.trim() === '') return emptyBody(about);
	if (beginning.startsWith('<'))
		return decodeFailure(`answered ${status} with markup instead of JSON (${type})`, {
			...about,
			detail: beginning,
		});
	const isOther = /\b(csv|tab-separated-values|ndjson|jsonl|json-?lines)\b/i.test(type);
	if (isOther || !/^[[{"\d\-tfn]/.test(beginning))
		return decodeFailure(`answered ${status} with no JSON (${type})`, {
			...about,
			...(isOther && {retryable: false, advice: 'Set format: auto in the endpoint, which reads this format'}),
			detail: beginning,
		});
	const word = bareWord(text) ?? bareWord(error.message);
	if (word !== undefined)
		return decodeFailure(`answered ${status} with ${word} in place of a value (${type})`, {
			...about,
			retryable: false,
			advice: NON_FINITE_ADVICE,
		});
	const message =
		`answered ${status} with ${endsEarly(error, text) ? 'JSON that ends early' : 'broken JSON'}, ${bytes} ` +
		`bytes received (${type})`;
	return decodeFailure(message, {...about, detail: oneLine(withoutSecrets(error.message, text))});
}

/** The failure for an object with a list twice. */
export function keyTwice({status, headers}: Incoming, key: string): Failure {
	const message =
		`answered ${status} with the key ${JSON.stringify(key)} twice in one object; the rows of the first ` +
		'would be lost';
	return decodeFailure(message, {retryable: false, status, headers, text: ''});
}

/** The failure for a body without bytes, or of white space. */
export function emptyBody(about: Omit<FailureDetails, 'code'> & {readonly status: number}): Failure {
	const advice = 'If that means that there are no rows, set missing_rows: empty';
	return decodeFailure(`answered ${about.status} with an empty body`, {...about, isBlank: true, advice});
}

// JSON.parse quotes some characters around the error, which may be half of a secret.
function withoutSecrets(message: string, text: string): string {
	return scrub(text) === text ? message : message.replace(/,? (?:\.{3})?".*$/s, '');
}

/** The failure for a body that needs more memory than allowed, because no slice of it could be emitted. */
export function tooLarge(
	{status}: Incoming,
	maxBytes: number,
	keys?: readonly string[],
	reader?: RowReader,
): Failure {
	const found = Object.keys(reader?.envelope ?? {})
		.slice(0, 12)
		.join(', ');
	const missed =
		keys && !reader?.isInside ? ` outside the list ${JSON.stringify(keys.join('.'))}; found: ${found}` : '';
	return decodeFailure(
		`answered ${status} with more than ${Math.round(maxBytes / 1024 / 1024)} MiB${missed}`,
		{
			retryable: false,
			status,
			advice:
				'Name the list of records by plain keys (data_selector), so that it can be read in slices; or ' +
				'raise client.max_body_bytes (maxBodyBytes)',
		},
	);
}

// JSON.parse reports the position of the error; the tokenizer reports when that was at the end.
function endsEarly({message}: SyntaxError, text: string): boolean {
	const position = /at position (\d+)/.exec(message)?.[1];
	return (
		/end of JSON input|Unterminated|at its end/.test(message) ||
		(position !== undefined && Number(position) >= text.length)
	);
}
