/** Templates that somebody might write to get out, to hang, or to fill the memory; and any other ones. */
import {isDeepStrictEqual} from 'node:util';
import {TemplateError} from '../../src/template/errors.ts';
import {filters} from '../../src/template/filters.ts';
import {functions} from '../../src/template/functions.ts';
import {methodNames} from '../../src/template/methods/access.ts';
import {Template} from '../../src/template/template.ts';
import {tests} from '../../src/template/tests.ts';

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

const long = 'a'.repeat(3000);
export const scope = {
	record: {
		id: 7,
		name: 'ada',
		none: null,
		price: 1.5,
		list: [3, 1, 2],
		nested: [{k: 'b', v: 2}],
		long,
		huge: 12345678901234567890n,
		at: '2024-03-05T06:07:08Z',
		constructor: 'own',
		...JSON.parse('{"prototype": {"__proto__": {"a": 1}}}'),
	},
	config: {start: '2024-01-01'},
};

const atoms = [
	'record',
	'record.id',
	'record.name',
	'record.none',
	'record.price',
	'record.list',
	'record.nested',
	'record.long',
	'record.huge',
	'record.at',
	'record.missing',
	'config',
	'x',
	'loop',
	'0',
	'-1',
	'9999999999',
	'1e308',
	"''",
	"'{{ 1 }}'",
	"'(a+)+$'",
	"'%999999999d'",
	"'{:>9999999999}'",
	'[]',
	'{}',
	'none',
	'true',
	'[1, 2]',
	"{'a': 1}",
];
const keys = [
	'__proto__',
	'constructor',
	'prototype',
	'__class__',
	'__globals__',
	'toString',
	'valueOf',
	'hasOwnProperty',
	'length',
	'__defineGetter__',
	'mro',
	'call',
	'0',
	'name',
];
const operators = [
	'+',
	'-',
	'*',
	'/',
	'//',
	'%',
	'**',
	'~',
	'==',
	'!=',
	'<',
	'>',
	'in',
	'not in',
	'and',
	'or',
];
const noise = [
	'{{',
	'}}',
	'{%',
	'%}',
	'{#',
	'#}',
	'(',
	')',
	'[',
	"'",
	'"',
	'\\',
	'|',
	'.',
	' is ',
	' not ',
	'\n',
	'\u0000',
	'🙂',
	'-',
];

export function hostileTemplate(random: () => number): string {
	const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
	const names = {
		filter: Object.keys(filters),
		test: Object.keys(tests),
		function: Object.keys(functions),
		method: [...methodNames],
	};
	const values = (depth: number): string =>
		Array.from({length: Math.floor(random() * 3)}, () => expression(depth)).join(', ');
	const expression = (depth: number): string => {
		if (depth <= 0) return pick(atoms);
		const below = depth - 1;
		switch (Math.floor(random() * 12)) {
			case 0:
				return pick(atoms);
			case 1:
			case 2:
				return `(${expression(below)} ${pick(operators)} ${expression(below)})`;
			case 3:
			case 4:
				return `(${expression(below)} | ${pick(names.filter)}(${values(below)}))`;
			case 5:
			case 6:
				return `${pick(atoms.slice(0, 10))}.${pick(names.method)}(${values(below)})`;
			case 7:
				return `(${expression(below)} is ${pick(names.test)})`;
			case 8:
				return `${pick(names.function)}(${values(below)})`;
			case 9:
				return `${pick(atoms.slice(0, 10))}.${pick(keys)}`;
			case 10:
				return `${pick(atoms.slice(0, 10))}['${pick(keys)}']`;
			default:
				return `(${expression(below)} if ${expression(below)} else ${expression(below)})`;
		}
	};
	const statement = (depth: number): string => {
		const inner = depth <= 0 ? `{{ ${expression(2)} }}` : statement(depth - 1);
		switch (Math.floor(random() * 6)) {
			case 0:
				return (
					`{% for x in ${pick(['range(100000)', 'record.long', 'record.list', expression(1)])} ` +
					`%}${inner}{% endfor %}`
				);
			case 1:
				return `{% set x = x ~ x %}${inner}`;
			case 2:
				return `{% set x = ${expression(2)} %}${inner}`;
			case 3:
				return (
					`{% set x = [] %}{% set _ = x.append(${expression(2)}) %}{% for y in x %}{% set _ = x.append(x) ` +
					`%}${inner}{% endfor %}`
				);
			case 4:
				return `{% if ${expression(1)} %}${inner}{% endif %}`;
			default:
				return `${inner}{{ ${expression(3)} }}`;
		}
	};
	const whole = random() < 0.5 ? `{{ ${expression(4)} }}` : statement(4);
	if (random() > 0.15) return whole;
	const at = Math.floor(random() * whole.length);
	return whole.slice(0, at) + pick(noise) + whole.slice(at + Math.floor(random() * 3));
}

const before = structuredClone(scope);

/** What is wrong with how this template is met; `undefined` for nothing. */
export function harmOf(text: string): string | undefined {
	try {
		const template = Template.parse(text);
		for (const outcome of [template.value(scope), template.literal(scope), template.folded(scope).text({})])
			if (!isPlain(outcome)) return `gives ${String(outcome)}, which is no JSON`;
	} catch (error) {
		if (!(error instanceof TemplateError)) return `throws ${error instanceof Error ? error.stack : error}`;
	}
	if (!isDeepStrictEqual(scope, before)) return 'changes what it was given';
	return Object.keys(Object.prototype).length > 0 ? 'changes the prototype of all objects' : undefined;
}

function isPlain(value: unknown): boolean {
	if (value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value)) return true;
	if (typeof value !== 'object') return false;
	if (Array.isArray(value)) return value.every(isPlain);
	return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}
