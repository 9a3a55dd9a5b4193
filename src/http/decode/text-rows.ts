/** What JSON Lines and CSV have in common: a text that is nothing but rows, read while it comes. */
import type {JsonValue} from '../../core/json/json.ts';
import type {Incoming} from '../connection/transport.ts';
import {decodeFailure, excerpt, oneLine} from '../failure.ts';
import {bareWord, NON_FINITE_ADVICE} from './bare-word.ts';
import {isBodiless, readStart, textDecoder, withStart} from './bytes.ts';
import type {DecodedPart, DecodeOptions} from './decoder.ts';
import {foreignText} from './magic.ts';
import type {RowReader} from './rows.ts';
import {readInSlices} from './slices.ts';

// Enough to know markup and JSON by.
const SEEN_BYTES = 64;
const EXCERPT_BYTES = 4096;

/** The part of a `RowReader` that a format brings; a `SyntaxError` of it names the line. */
export type LineReader = Omit<RowReader, 'envelope' | 'isInside'>;

/**
 * Decodes a body whose rows `reader` finds; its value is a list of the last one, so that a cursor may be in
 * it: `[-1].id`.
 */
export async function* decodeRows(
	response: Incoming,
	{after, maxBodyBytes}: DecodeOptions,
	{format, reader}: {format: string; reader: LineReader},
): AsyncGenerator<DecodedPart, void> {
	if (isBodiless(response)) {
		yield {value: null, rows: [], last: true, size: 0};
		return;
	}
	refuseOthers(response, format);
	const {chunks, rest} = await readStart(response, SEEN_BYTES, maxBodyBytes);
	try {
		refuseText(response, chunks, format);
		yield* readInSlices(response, withStart(chunks, rest), withLast(reader), {
			after,
			maxBodyBytes,
			tooLarge: () =>
				decodeFailure(`answered with a row of more than ${Math.round(maxBodyBytes / 1024 / 1024)} MiB`, {
					retryable: false,
					advice: `Check that this is ${format}; or raise client.max_body_bytes (maxBodyBytes)`,
				}),
			broken: error => broken(response, format, error),
		});
	} finally {
		await rest.return?.();
	}
}

function withLast(reader: LineReader): RowReader {
	let last: JsonValue[] = [];
	let isOver = false;
	return {
		...reader,
		isInside: true,
		get envelope() {
			return isOver ? last : [];
		},
		end() {
			reader.end();
			isOver = true;
		},
		take() {
			const rows = reader.take();
			if (rows.length > 0) last = rows.slice(-1);
			return rows;
		},
	};
}

// Nearly any text can be read as CSV, so what says of itself that it is something else is not tried.
function refuseOthers({status, headers}: Incoming, format: string): void {
	const type = headers['content-type'] ?? '';
	if (
		!/^\s*(text\/html|application\/(problem\+)?json\s*(;|$))/i.test(type) ||
		(format === 'JSON Lines' && /json/i.test(type))
	)
		return;
	throw decodeFailure(`answered ${status} with ${type} instead of ${format}`, {
		retryable: false,
		status,
		advice: 'Check the path and the format; some APIs choose by the header accept',
	});
}

function refuseText(response: Incoming, chunks: readonly Uint8Array[], format: string): void {
	const bytes = Buffer.concat(chunks).subarray(0, EXCERPT_BYTES);
	const text = textDecoder(response, bytes, 'utf-8').decode(bytes);
	const found = foreignText(text);
	if (found === undefined || (found === 'JSON' && format === 'JSON Lines')) return;
	const {status, headers} = response;
	throw decodeFailure(
		`answered ${status} with ${found} instead of ${format} (${headers['content-type'] ?? 'no content-type'})`,
		{
			retryable: false,
			status,
			headers,
			text,
			detail: excerpt(text, 120),
			advice: 'Check the path and the format; a sign-in page comes when credentials are missing or too old',
		},
	);
}

function broken({status, headers}: Incoming, format: string, error: unknown): unknown {
	if (!(error instanceof SyntaxError)) return error;
	const type = headers['content-type'] ?? 'no content-type';
	const isNonFinite = format === 'JSON Lines' && bareWord(error.message) !== undefined;
	return decodeFailure(`answered ${status} with broken ${format} (${type})`, {
		retryable: !isNonFinite,
		...(isNonFinite && {advice: NON_FINITE_ADVICE}),
		status,
		headers,
		detail: oneLine(error.message),
		cause: error,
	});
}
