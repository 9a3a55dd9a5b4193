/**
 * A text that is a value in Python's own notation: `5`, `[1, 'two']`, `None`. Airbyte reads what a template
 * prints so, and numbers, lists and booleans come out of templates that way.
 */
import {unescaped} from './python-text.ts';
import {type Dict, Float, put, Tuple, type Value} from './values.ts';

const DEEPEST = 100;

class NoLiteral extends Error {}
const noLiteral = new NoLiteral('no literal');

function refuse(): never {
	throw noLiteral;
}

// What else a literal may begin with.
const start = /^[ \t]*(?:[\n#]|[-+\d.'"([{]|True|False|None|[rRuU]+['"])/;

/** The value, or the text itself where it is no literal. */
export function fromLiteral(text: string): Value {
	if (!start.test(text)) return text;
	try {
		return new Reader(text).all();
	} catch (error) {
		if (error === noLiteral) return text;
		throw error;
	}
}

const blank = /(?:[ \t\f]|#[^\n]*|\\\n)*/y;
const blankLines = /(?:[ \t\f\n]|#[^\n]*|\\\n)*/y;
const word = /(?:True|False|None)(?![\w'"])/y;
const integer = /(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|0(?:_?0)*|[1-9](?:_?\d)*)(?![\w.])/y;
const float =
	/(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.)(?:[eE][+-]?\d+)?(?![\w.])|\d(?:_?\d)*[eE][+-]?\d+(?![\w.])/y;
const string =
	/([rRuU]?)(?:'''((?:[^\\]|\\[\s\S])*?)'''|"""((?:[^\\]|\\[\s\S])*?)"""|'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)")/y;

class Reader {
	readonly #text: string;
	#at = 0;
	#depth = 0;

	constructor(text: string) {
		this.#text = text;
	}

	all(): Value {
		this.#at = /^[ \t]*/.exec(this.#text)?.[0].length ?? 0;
		// Empty lines may come first; a line that is indented after them may not.
		this.#at += /^(?:[ \t]*(?:#[^\n]*)?\n)*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
		const value = this.#sequence(undefined);
		this.#space(blankLines);
		return this.#at === this.#text.length ? value : refuse();
	}

	#match(pattern: RegExp): RegExpExecArray | undefined {
		pattern.lastIndex = this.#at;
		const found = pattern.exec(this.#text) ?? undefined;
		if (found) this.#at += found[0].length;
		return found;
	}

	#space(pattern = this.#depth === 0 ? blank : blankLines): void {
		this.#match(pattern);
	}

	#takes(sign: string): boolean {
		this.#space();
		if (this.#text[this.#at] !== sign) return false;
		this.#at++;
		return true;
	}

	// Values with commas between them; one with a comma after it is a tuple already.
	#sequence(end: string | undefined): Value {
		const items: Value[] = [];
		let hasComma = false;
		while (end === undefined ? !this.#isAtEnd() : !this.#takes(end)) {
			if (items.length > 0 && !hasComma) refuse();
			items.push(this.#value());
			hasComma = this.#takes(',');
			if (end === undefined && !hasComma) break;
		}
		if (end === undefined && items.length === 0) refuse();
		return items.length === 1 && !hasComma ? items[0] : Tuple.from(items);
	}

	#isAtEnd(): boolean {
		this.#space();
		return this.#at >= this.#text.length || this.#text[this.#at] === '\n';
	}

	#value(): Value {
		this.#space();
		const first = this.#text[this.#at];
		if (first === '(') return this.#inside(() => this.#sequence(')'));
		if (first === '[') return this.#inside(() => this.#items(']'));
		if (first === '{') return this.#inside(() => this.#braces());
		if (first === '-' || first === '+') {
			this.#at++;
			this.#space();
			const value = this.#number() ?? refuse();
			if (first === '+') return value;
			if (value instanceof Float) return new Float(-value.value);
			return typeof value === 'bigint' ? -value : -(value as number) + 0;
		}
		const known = this.#match(word)?.[0];
		if (known !== undefined) return known === 'None' ? null : known === 'True';
		return this.#number() ?? this.#strings();
	}

	#inside(read: () => Value): Value {
		if (++this.#depth > DEEPEST) refuse();
		this.#at++;
		const value = read();
		this.#depth--;
		return value;
	}

	#items(end: string): Value[] {
		const items: Value[] = [];
		while (!this.#takes(end)) {
			items.push(this.#value());
			if (this.#takes(',')) continue;
			if (!this.#takes(end)) refuse();
			break;
		}
		return items;
	}

	#braces(): Value {
		const dict: Dict = {};
		const items: Value[] = [];
		while (!this.#takes('}')) {
			const key = this.#value();
			if (this.#takes(':')) put(dict, keyOf(key), this.#value());
			else items.push(key);
			if (this.#takes(',')) continue;
			if (!this.#takes('}')) refuse();
			break;
		}
		if (items.length === 0) return dict;
		return Object.keys(dict).length === 0 ? items : refuse();
	}

	#number(): Value {
		const digits = this.#match(integer)?.[0].replaceAll('_', '');
		if (digits !== undefined) {
			const value = Number(digits);
			return Number.isSafeInteger(value) ? value : BigInt(digits);
		}
		const decimal = this.#match(float)?.[0].replaceAll('_', '');
		if (decimal === undefined) return undefined;
		const value = Number(decimal);
		if (!Number.isFinite(value)) refuse();
		return Number.isInteger(value) ? new Float(value) : value;
	}

	#strings(): string {
		let text: string | undefined;
		for (let found = this.#match(string); found; found = this.#match(string)) {
			const [, prefix = '', ...bodies] = found;
			const body = bodies.find(body => body !== undefined) ?? '';
			text = (text ?? '') + (/r/i.test(prefix) ? body : unescaped(body));
			this.#space();
		}
		return text ?? refuse();
	}
}

/** The key of an object that stands for a Python one: `{1: 'a'}` is `{"1": "a"}`. */
export function keyOf(key: Value): string {
	if (typeof key === 'string') return key;
	if (key === null || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean')
		return String(key);
	if (key instanceof Float) return `${key.value}.0`;
	return refuse();
}
