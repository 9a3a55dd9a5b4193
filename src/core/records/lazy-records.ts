/**
 * The text of records as it came from the API. A page that nobody has touched is written as JSON Lines
 * without being put into words again, and often without having been parsed: every digit and every escape as
 * the server had it, at a fifth of the cost.
 */
import {BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COMMA, OPEN_LIST, OPEN_OBJECT} from '../ascii.ts';
import {type JsonObject, type JsonValue, parse} from '../json.ts';
import type {JsonRecord} from '../page.ts';
import {endOfString, endOfValue, skipSpace, startOfMember} from './scan.ts';
import {type Cells, Cutter, Shape, textAt} from './value-index.ts';

// A property of the very list: whoever changes a page makes a new one, and with that the text is forgotten.
const TEXT = Symbol('text');

type Records = readonly JsonRecord[] & {readonly [TEXT]?: Text};

interface Text {
	readonly lines: Uint8Array;
	readonly shape: Shape;
	/** `null` where the records make no table; absent until somebody asks. */
	cells?: Cells | null | undefined;
	/** The records themselves, where the list only stands for them. */
	parsed?(): readonly JsonRecord[];
}

/**
 * The records as lines, each with its line feed, if their text is known and each is on one line by itself.
 */
export function linesOf(records: readonly JsonRecord[]): Uint8Array | undefined {
	return textOf(records)?.lines;
}

/**
 * Where the values of the records stand in their text, if that is known. Pages that come later are cut as
 * they are checked since somebody asked.
 */
export function cellsOf(records: readonly JsonRecord[]): Cells | undefined {
	const text = textOf(records);
	if (!text) return undefined;
	if (text.shape.wanted === 'lines') text.shape.wanted = 'cells';
	text.cells ??= cut(text);
	return text.cells ?? undefined;
}

function cut({lines, shape}: Text): Cells | null {
	const cutter = new Cutter(shape, lines.length);
	for (let at = 0; at < lines.length; at++) at = cutter.read(lines, at);
	return cutter.cells(lines, []) ?? null;
}

function textOf(records: Records): Text | undefined {
	return records[TEXT];
}

/** The same records, for whoever looks at all of them: a list that is parsed late is slow to go through. */
export function parsedOf(records: readonly JsonRecord[]): readonly JsonRecord[] {
	return textOf(records)?.parsed?.() ?? records;
}

/**
 * The records of a body that need not be parsed: all items of the list at `keys` are objects, and no line
 * feed stands among them. The whole body is checked to be JSON. `value` is the body with these records in it,
 * for whoever looks for a cursor in one. Takes the bytes, which must be UTF-8 without a byte order mark, for
 * itself. `undefined`, and nothing is taken, for a body that is written in another way. Records have cells
 * where their shape is to have some.
 */
export function unparsed(
	bytes: Uint8Array,
	keys: readonly string[],
	shape = new Shape(),
): {readonly records: readonly JsonRecord[]; readonly value: JsonValue} | undefined {
	const cutter = shape.wanted === 'cells' ? new Cutter(shape, bytes.length) : undefined;
	const list = findList(bytes, keys, cutter);
	if (!list) return undefined;
	const around = parse(textAt(bytes, 0, list.start) + textAt(bytes, list.end, bytes.length));
	// Such a key goes before the path that reads the same.
	if (keys.length > 1 && Object.hasOwn(around as object, keys.join('.'))) return undefined;
	const {lines, moved} = cutLines(bytes, list);
	const text = (): string => textAt(lines, 0, lines.length - 1).replaceAll('\n', ',');
	const records = standIn(list.items.length, () => parse(`[${text()}]`) as JsonRecord[], {
		lines,
		shape,
		cells: cutter && (cutter.cells(bytes, moved) ?? null),
	});
	return {records, value: withList(around, keys, records as JsonRecord[])};
}

function withList(around: JsonValue, keys: readonly string[], list: JsonRecord[]): JsonValue {
	const last = keys.at(-1);
	if (last === undefined) return list;
	const owner = keys.slice(0, -1).reduce((value, key) => value[key] as JsonObject, around as JsonObject);
	owner[last] = list;
	return around;
}

/**
 * Remembers the text of records that were parsed from the list at `keys` of a body. Takes the bytes for
 * itself.
 */
export function rememberLines(
	records: readonly JsonRecord[],
	bytes: Uint8Array,
	keys: readonly string[],
	shape = new Shape(),
): void {
	const list = findList(bytes, keys);
	if (list?.items.length !== records.length) return;
	const text: Text = {lines: cutLines(bytes, list).lines, shape};
	Object.defineProperty(records, TEXT, {value: text});
}

/** The first `count` of the records, which keep their text. */
export function firstOf(records: readonly JsonRecord[], count: number): readonly JsonRecord[] {
	const text = textOf(records);
	if (!text) return records.slice(0, count);
	let end = 0;
	for (let line = 0; line < count; line++) end = text.lines.indexOf(LINE_FEED, end) + 1;
	return standIn(count, () => parsedOf(records).slice(0, count), {
		lines: text.lines.subarray(0, end),
		shape: text.shape,
		cells: text.cells && {...text.cells, rows: count},
	});
}

interface Span {
	/** Index of its first byte. */
	readonly start: number;
	/** Index after its last byte. */
	readonly end: number;
}

interface List extends Span {
	readonly items: readonly Span[];
}

interface Found {
	list?: List;
	readonly cutter: Cutter | undefined;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function findList(bytes: Uint8Array, keys: readonly string[], cutter?: Cutter): List | undefined {
	if (isBroken(bytes, LINE_FEED) || isBroken(bytes, CARRIAGE_RETURN)) return undefined;
	const found: Found = {cutter};
	const end = look(bytes, skipSpace(bytes, 0), keys.map(quoted), found);
	return end < 0 || skipSpace(bytes, end) < bytes.length ? undefined : found.list;
}

// Whether there is anything after the first line.
function isBroken(bytes: Uint8Array, character: number): boolean {
	const at = bytes.indexOf(character);
	return at >= 0 && skipSpace(bytes, at) < bytes.length;
}

function quoted(key: string): Uint8Array {
	return Buffer.from(JSON.stringify(key));
}

// Goes down one key. The index after the value at `at`, or -1 when it is no JSON, or not written the plain
// way.
function look(bytes: Uint8Array, at: number, [key, ...below]: readonly Uint8Array[], found: Found): number {
	if (key === undefined) return bytes[at] === OPEN_LIST ? readList(bytes, at, found) : -1;
	if (bytes[at] !== OPEN_OBJECT) return -1;
	for (let member = skipSpace(bytes, at + 1); ; ) {
		const value = startOfMember(bytes, member);
		if (value < 0) return -1;
		const name = bytes.subarray(member, endOfString(bytes, member));
		const isWanted = Buffer.compare(name, key) === 0;
		// Of a key that comes twice the last one counts, and an escape may hide one.
		if ((isWanted && found.list) || (!isWanted && name.includes(BACKSLASH))) return -1;
		const end = isWanted ? look(bytes, value, below, found) : endOfValue(bytes, value);
		if (end < 0) return -1;
		const next = skipSpace(bytes, end);
		if (bytes[next] === CLOSE_OBJECT) return next + 1;
		if (bytes[next] !== COMMA) return -1;
		member = skipSpace(bytes, next + 1);
	}
}

function readList(bytes: Uint8Array, open: number, found: Found): number {
	const {cutter} = found;
	const items: Span[] = [];
	for (let start = skipSpace(bytes, open + 1); ; ) {
		if (bytes[start] !== OPEN_OBJECT) return -1;
		const end = cutter ? cutter.read(bytes, start) : endOfValue(bytes, start);
		if (end < 0) return -1;
		items.push({start, end});
		const next = skipSpace(bytes, end);
		if (bytes[next] === CLOSE_LIST) {
			found.list = {start: open + 1, end: next, items};
			return next + 1;
		}
		if (bytes[next] !== COMMA) return -1;
		start = skipSpace(bytes, next + 1);
	}
}

// In place: between two items there is room for a line feed, and after the last one. `moved` says by how much
// each item was.
function cutLines(bytes: Uint8Array, {start, items}: List): {lines: Uint8Array; moved: readonly number[]} {
	const moved: number[] = [];
	let to = start;
	for (const item of items) {
		if (item.start > to) bytes.copyWithin(to, item.start, item.end);
		moved.push(item.start - to);
		to += item.end - item.start;
		bytes[to++] = LINE_FEED;
	}
	return {lines: bytes.subarray(start, to), moved};
}

// A list with text that is parsed when somebody looks at anything but its length.
function standIn(
	length: number,
	parse: () => readonly JsonRecord[],
	text: Omit<Text, 'parsed'>,
): readonly JsonRecord[] {
	let records: readonly JsonRecord[] | undefined;
	const parsed = (): readonly JsonRecord[] => {
		records ??= parse();
		return records;
	};
	const whole: Text = {...text, parsed};
	return new Proxy(new Array<JsonRecord>(length), {
		get(_, key) {
			if (key === 'length') return length;
			return key === TEXT ? whole : Reflect.get(parsed(), key);
		},
		has: (_, key) => Reflect.has(parsed(), key),
		ownKeys: () => Reflect.ownKeys(parsed()),
		getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(parsed(), key),
		// All ways to write end here. The text would not know of it.
		defineProperty: refuseChange,
		deleteProperty: refuseChange,
	});
}

function refuseChange(): never {
	throw new TypeError(
		'the list of the records of a page cannot be changed in place; return a page with a list of its own',
	);
}
