/** Detects the format of a body from its content-type, the name in its URL, and its first lines. */
import {parse} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import type {Incoming} from '../connection/transport.ts';
import {fromStart, readStart, type Started, textDecoder} from './bytes.ts';
import {csvDecoder} from './csv.ts';
import type {DecodedPart, DecodeOptions, Decoder} from './decoder.ts';
import {json} from './json.ts';
import {jsonlDecoder} from './jsonl.ts';
import {xmlDecoder} from './xml.ts';

// Enough for the first lines of nearly any list of records.
const LOOK_BYTES = 64 * 1024;

/**
 * The `Decoder` that chooses between JSON, JSON Lines, CSV and XML. Any other body fails as it does with
 * JSON, with a message about what came.
 * @example resource(api, {name: 'rows', decoder: autoDecoder})
 */
export async function* autoDecoder(
	response: Incoming,
	options: DecodeOptions,
): AsyncGenerator<DecodedPart, void> {
	const type = response.headers['content-type'] ?? '';
	const told = byType(type) ?? (/json/i.test(type) ? undefined : byName(response.url.pathname));
	if (told) yield* told(response, options);
	else {
		const start = await readStart(response, LOOK_BYTES, options.maxBodyBytes);
		yield* byStart(textOf(response, start))(fromStart(response, start), options);
	}
}

function byType(type: string): Decoder | undefined {
	if (/\b(x-)?(ndjson|jsonl|json-?lines)\b/i.test(type)) return jsonlDecoder;
	if (/\btab-separated-values\b/i.test(type)) return csvDecoder({delimiter: '\t'});
	if (/[/+]xml\b/i.test(type) && !/xhtml/i.test(type)) return xmlDecoder();
	return /\b(x-)?csv\b/i.test(type) ? someCsv : undefined;
}

function byName(path: string): Decoder | undefined {
	const [, ending] = /\.(jsonl|ndjson|csv|tsv|xml|rss|atom)(?:\.gz)?$/i.exec(path) ?? [];
	if (ending === undefined) return undefined;
	if (/^(jsonl|ndjson)$/i.test(ending)) return jsonlDecoder;
	if (/^(xml|rss|atom)$/i.test(ending)) return xmlDecoder();
	return /^tsv$/i.test(ending) ? csvDecoder({delimiter: '\t'}) : someCsv;
}

const someCsv = csvDecoder({delimiter: 'auto'});

function textOf(response: Incoming, {chunks}: Started): string {
	const bytes = Buffer.concat(chunks);
	return textDecoder(response, bytes, 'utf-8').decode(bytes);
}

function byStart(text: string): Decoder {
	if (/^\s*<\?xml\s/.test(text)) return xmlDecoder();
	return isLines(text) ? jsonlDecoder : json;
}

// Whether the first line is a whole object and another follows: no JSON document has this form.
function isLines(text: string): boolean {
	const [first = '', second] = text.split('\n').filter(line => line.trim() !== '');
	if (!second?.trimStart().startsWith('{')) return false;
	try {
		return isObject(parse(first));
	} catch {
		return false;
	}
}
