/** The data of -d, --data-urlencode and --json: a JSON body, a form, a text, or parameters of the query. */
import {ConfigError} from '../../core/errors.ts';
import {Decimal, parse as parseJson} from '../../core/json/json.ts';
import {type ImportedBody, literal, type Pair} from '../imported-request.ts';

export interface DataPart {
	readonly kind: 'raw' | 'urlencode' | 'json';
	readonly text: string;
}

interface Body {
	readonly body: ImportedBody;
	/** Headers that the body requires. */
	readonly headers: readonly Pair[];
	readonly notes: readonly string[];
}

export function bodyOf(parts: readonly DataPart[], contentType: string | undefined): Body | undefined {
	if (parts.length === 0) return undefined;
	const isJson = parts.some(({kind}) => kind === 'json');
	const text = parts.map(spelled).join(isJson ? '' : '&');
	const type = contentType ?? (isJson ? 'application/json' : 'application/x-www-form-urlencoded');
	const value = jsonIn(text);
	const isObject = typeof value === 'object' && value !== null;
	if (value !== undefined && /\bjson\b/i.test(type)) {
		// The client sends application/json itself.
		const headers: Pair[] = /^application\/json\b/i.test(type) ? [] : [['Content-Type', type]];
		return {body: {json: value}, headers, notes: []};
	}
	// A text with a variable may be JSON only after the variable is filled in.
	if (contentType === undefined && !isJson && isObject)
		return {
			body: {json: value},
			headers: [],
			notes: ['the body is JSON, and is sent as such: curl sends it with the content type of a form'],
		};
	if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
		const fields = parts.flatMap(queryOf);
		if (isSame(fields, text)) return {body: {data: fields}, headers: [], notes: []};
	}
	return {body: {data: text}, headers: [['Content-Type', type]], notes: []};
}

/** The decoded parameters. */
export function queryOf({kind, text}: DataPart): readonly Pair[] {
	if (kind === 'urlencode') {
		const [, name = '', value = text] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
		if (name === '') throw new ConfigError('--data-urlencode of the curl command has a value without a name');
		return [[name, value]];
	}
	return text.split('&').flatMap(part => {
		if (part === '') return [];
		const [, name = part, value = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
		return [[decoded(name), decoded(value)] as const];
	});
}

function spelled({kind, text}: DataPart): string {
	if (kind !== 'urlencode') return text;
	const [, name = '', value = text] = /^(?:([^=]*)=)?(.*)$/s.exec(text) ?? [];
	// The value of a variable is not encoded.
	const encoded = value.replace(/\$\{\w+\}|[^$]+|\$/g, piece =>
		/^\$\{/.test(piece) ? piece : encodeURIComponent(piece),
	);
	return name === '' ? encoded : `${name}=${encoded}`;
}

// Variables, and texts that are escaped for a config, stay as they are.
const pieces = /\$\$\{|\$\{\w+\}|(?:(?!\$\$\{|\$\{\w+\}).)+/gs;

function decoded(text: string): string {
	return text.replace(pieces, piece => {
		if (/^\$\$?\{/.test(piece)) return piece;
		try {
			return literal(decodeURIComponent(piece.replaceAll('+', ' ')));
		} catch {
			return piece;
		}
	});
}

// A form that is written again must have the same bytes, except for their escapes.
function isSame(fields: readonly Pair[], text: string): boolean {
	const parts = text.split('&');
	return (
		parts.length === fields.length &&
		parts.every((part, i) => part.includes('=') && decoded(part) === fields[i]?.join('='))
	);
}

function jsonIn(text: string): unknown {
	try {
		const value = parseJson(text);
		return isPlain(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

// Whether a config can write a number with all its digits.
function isPlain(value: unknown): boolean {
	if (typeof value === 'bigint' || value instanceof Decimal) return false;
	return typeof value !== 'object' || value === null || Object.values(value).every(isPlain);
}
