/**
 * XML: elements become objects, texts stay texts. The parser is fast-xml-parser, an optional peer dependency
 * that is loaded when it is needed.
 */
import type {X2jOptions, XMLParser} from 'fast-xml-parser';
import {ConfigError} from '../../core/errors.ts';
import type {JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {messageOf} from '../../core/stage.ts';
import type {Incoming} from '../connection/transport.ts';
import {decodeFailure, oneLine} from '../failure.ts';
import {emptyBody, SEEN_CHARACTERS} from './broken.ts';
import {isBodiless, readStart, textDecoder} from './bytes.ts';
import type {DecodedPart, DecodeOptions, Decoder} from './decoder.ts';
import {digestOf} from './digest.ts';
import type {CountingDecoder} from './replaced.ts';

export interface XmlDecoderOptions {
	/** Prefix of the names of attributes. @default '@' */
	readonly attributePrefix?: string;
	/**
	 * Names of elements that become lists even if there is only one of them. The list of records is known
	 * without this.
	 */
	readonly lists?: readonly string[];
}

const TEXT = '#text';
// A tree takes many times the memory of its text.
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * A `Decoder` for XML. It needs `npm install fast-xml-parser`. The value is an object with the name of the
 * root: attributes are `@name`, the text beside them is `#text`, repeated elements are a list, and an empty
 * element is null. Names keep their namespace prefix. Numbers keep their digits, as text. A body is held in
 * memory as a whole, up to 64 MiB. Of the entities that it declares itself, at most 100,000 characters are
 * filled in.
 * @example resource(api, {name: 'rows', decoder: xmlDecoder({lists: ['item']}), selector: 'feed.item'})
 */
export function xmlDecoder({attributePrefix = '@', lists = []}: XmlDecoderOptions = {}): Decoder {
	if (attributePrefix === '')
		throw new ConfigError('xmlDecoder: attributePrefix must not be empty, or names could clash');
	const options: X2jOptions = {
		ignoreAttributes: false,
		attributeNamePrefix: attributePrefix,
		textNodeName: TEXT,
		parseTagValue: false,
		parseAttributeValue: false,
		// Trimming would join the words before and after a nested element.
		trimValues: false,
		ignoreDeclaration: true,
		ignorePiTags: true,
		processEntities: {maxTotalExpansions: 1000, maxExpandedLength: 100_000, maxEntityCount: 100},
		// This includes numeric entities.
		htmlEntities: true,
		onDangerousProperty: name => name,
		isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && lists.includes(name),
	};
	return (response, {keys, maxBodyBytes}) => decode(response, {keys, maxBodyBytes, attributePrefix, options});
}

interface DecodeXmlOptions extends Pick<DecodeOptions, 'keys' | 'maxBodyBytes'> {
	readonly attributePrefix: string;
	readonly options: X2jOptions;
}

async function* decode(
	response: Incoming,
	{keys, maxBodyBytes, attributePrefix, options}: DecodeXmlOptions,
): AsyncGenerator<DecodedPart, void> {
	if (isBodiless(response)) {
		yield {value: null, last: true, size: 0};
		return;
	}
	const {status, headers} = response;
	const type = headers['content-type'] ?? '';
	if (/^\s*(text\/html|application\/([\w.-]+\+)?json)\b/i.test(type)) {
		throw decodeFailure(`answered ${status} with ${type} instead of XML`, {
			retryable: false,
			status,
			advice: 'Check the path and the format; some APIs choose by the header accept',
		});
	}
	const {XMLParser} = await parserModule();
	const parser = new XMLParser(options);
	const limitBytes = Math.min(maxBodyBytes, MOST_BYTES);
	const {chunks, isAll, rest} = await readStart(response, limitBytes, maxBodyBytes);
	try {
		if (!isAll) {
			throw decodeFailure(
				`answered ${status} with more than ${Math.round(limitBytes / 1024 / 1024)} MiB of XML`,
				{
					retryable: false,
					status,
					advice: 'XML is held whole: ask for smaller pages',
				},
			);
		}
		const bytes = Buffer.concat(chunks);
		// Some servers begin with an empty line before the declaration, which has to come first.
		const decoder = decoderOf(response, bytes);
		const text = decoder.decode(bytes).trim();
		const {replaced} = decoder;
		const tree = parsed(text, parser, response);
		const value = tidy(tree, attributePrefix);
		yield {
			value: keys ? withList(value, keys) : value,
			text,
			last: true,
			size: bytes.length,
			fingerprint: digestOf(bytes),
			...(replaced > 0 && {replaced}),
		};
	} finally {
		await rest.return?.();
	}
}

function parsed(text: string, parser: XMLParser, {status, headers}: Incoming): JsonValue {
	try {
		return parser.parse(text, true);
	} catch (cause) {
		const about = {retryable: true, status, headers, text: text.slice(0, SEEN_CHARACTERS), cause};
		if (text === '') throw emptyBody(about);
		const type = headers['content-type'] ?? 'no content-type';
		throw decodeFailure(`answered ${status} with broken XML (${type})`, {...about, detail: reasonOf(cause)});
	}
}

// The reason in the words of the parser, which writes "Unclosed tag 'a'.:1:4" and "[EntityReplacer] …".
function reasonOf(error: unknown): string {
	return oneLine(messageOf(error))
		.replace(/^\[\w+\] /, '')
		.replace(/\.?:(\d+):\w+$/, ' in line $1');
}

async function parserModule(): Promise<typeof import('fast-xml-parser')> {
	try {
		return await import('fast-xml-parser');
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
		throw new ConfigError('format: xml needs a package that is not there: npm install fast-xml-parser');
	}
}

// The declaration of the text names its charset if neither the headers nor a byte order mark do. A
// declaration of UTF-16 in single bytes is a mistake of the server.
function decoderOf(response: Incoming, bytes: Uint8Array): CountingDecoder {
	const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
	const [, declared = 'utf-8'] = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start) ?? [];
	const {headers} = response;
	const isNamed = /charset/i.test(headers['content-type'] ?? '') || /^utf-?(8|16)/i.test(declared);
	const named = isNamed
		? response
		: {...response, headers: {...headers, 'content-type': `text/xml; charset=${declared}`}};
	return textDecoder(named, bytes);
}

// Attributes come first, in their order. White space for indentation is no text, and an empty element is
// null.
function tidy(value: JsonValue, prefix: string): JsonValue {
	if (typeof value === 'string') return value.trim() || null;
	if (Array.isArray(value)) return value.map(item => tidy(item, prefix));
	if (!isObject(value)) return value;
	const isAttribute = ([name, item]: [string, JsonValue]): boolean =>
		name.startsWith(prefix) && typeof item === 'string';
	const entries = Object.entries(value);
	const attributes = entries.filter(isAttribute);
	const others = entries.flatMap(([name, item]): [string, JsonValue][] => {
		if (isAttribute([name, item])) return [];
		const tidied = tidy(item, prefix);
		return name === TEXT && tidied === null ? [] : [[name, tidied]];
	});
	return Object.fromEntries([...attributes, ...others]);
}

// In the tree, a list of one element looks like an object, and a list of none is missing.
function withList(tree: JsonValue, keys: readonly string[]): JsonValue {
	const [key, ...rest] = keys;
	if (key === undefined) return Array.isArray(tree) ? tree : tree === null ? [] : [tree];
	if (tree === null) return {[key]: withList(null, rest)};
	if (!isObject(tree)) return tree;
	const item = Object.hasOwn(tree, key) ? tree[key] : undefined;
	if (item === undefined && rest.length > 0) return tree;
	return {...tree, [key]: withList(item ?? null, rest)};
}
