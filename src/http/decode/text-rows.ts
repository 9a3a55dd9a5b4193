/** The common part of JSON Lines and CSV: a text of rows only, read while it arrives. */
import type {JsonValue} from '../../core/json/json.ts';
import type {Incoming} from '../connection/transport.ts';
import {decodeFailure, excerpt, oneLine} from '../failure.ts';
import {bareWord, NON_FINITE_ADVICE} from './bare-word.ts';
import {isBodiless, readStart, textDecoder, withStart} from './bytes.ts';
import type {DecodedPart, DecodeOptions} from './decoder.ts';
import {foreignText} from './magic.ts';
import type {RowReader} from './rows.ts';
import {readInSlices} from './slices.ts';

// Enough to recognize markup and JSON.
const SEEN_BYTES = 64;
const EXCERPT_BYTES = 4096;

/** The part of a `RowReader` that a format implements. Its `SyntaxError` names the line. */
export type LineReader = Omit<RowReader, 'envelope' | 'isInside'>;

/**
 * Decodes a body with the rows that `reader` finds. Its value is a list of the last row, where a cursor may
 * be: `[-1].id`.
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

// Nearly any text can be read as CSV, so a body that declares another format is refused.
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
