import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {TemplateError} from '../../src/template/errors.ts';
import {Template} from '../../src/template/template.ts';
import {harmOf, hostileTemplate, randomFrom, scope} from './hostile.ts';

test('a hostile template gives JSON or a TemplateError, and changes nothing', () => {
	const random = randomFrom(1);
	const harms = Array.from({length: 2000}, () => hostileTemplate(random))
		.map(text => ({text, harm: harmOf(text)}))
		.filter(({harm}) => harm !== undefined);
	deepStrictEqual(harms, []);
});

test('any text is a template or a TemplateError', () => {
	fc.assert(
		fc.property(
			fc.string({maxLength: 60}),
			text => harmOf(text) === undefined && harmOf(`{{${text}}}`) === undefined,
		),
	);
});

test('nothing of JavaScript or Python can be reached', () => {
	const record = JSON.parse('{"a": {"b": 1}, "list": [], "text": "x"}');
	for (const path of [
		'__proto__',
		'constructor',
		'toString',
		'hasOwnProperty',
		'__class__',
		'length',
		'valueOf',
	])
		for (const from of [
			'record',
			'record.a',
			'record.list',
			'record.text',
			'(1)',
			'now_utc()',
			"duration('P1D')",
			'{}',
		])
			for (const way of [`${from}.${path}`, `${from}['${path}']`, `${from} | attr('${path}')`])
				strictEqual(Template.parse(`{{ ${way} }}`).value({record}), null, way);
	strictEqual(Template.parse("{{ {'__proto__': {'polluted': 1}}.polluted }}").value({}), null);
	strictEqual(Template.parse("{{ dict([('__proto__', {'polluted': 1})]).polluted }}").value({}), null);
	strictEqual('polluted' in {}, false);
});

test('a name of every object is no name of the scope', () => {
	for (const name of ['constructor', '__proto__', 'toString']) {
		let message = '';
		try {
			Template.parse(`{{ ${name} }}`).value({});
		} catch (error) {
			message = error instanceof TemplateError ? error.message : '';
		}
		strictEqual(message.includes(`there is no value ${name} here`), true, name);
	}
});

test('records are not changed, and what a template makes is', () => {
	const refused = [
		'{{ record.list.append(1) }}',
		'{{ record.nested[0].update(k=1) }}',
		'{{ record.list.sort() }}',
		'{{ record.pop("id") }}',
		'{% for x in [record.list] %}{{ x.append(1) }}{% endfor %}',
	];
	for (const text of refused) {
		const read = () => Template.parse(text).value(scope);
		deepStrictEqual(failureOf(read), 'changes no record');
		deepStrictEqual(
			failureOf(() => Template.parse(text).folded(scope).value({})),
			'changes no record',
		);
	}
	deepStrictEqual(
		Template.parse('{% set l = record.list | list %}{% set _ = l.append(9) %}{{ l }}').value(scope),
		[3, 1, 2, 9],
	);
});

function failureOf(run: () => unknown): string {
	try {
		return JSON.stringify(run());
	} catch (error) {
		return (
			/changes no record|too many steps|more than \d+(?: M characters| digits)?|longer than|hold itself|too deep|at most/.exec(
				String(error),
			)?.[0] ?? String(error)
		);
	}
}

test('what would have no end, or fill the memory, is an error', () => {
	const nested = `${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
	const cases: [template: string, why: string][] = [
		['{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}', 'too many steps'],
		[
			"{% set b = namespace(x='ab') %}{% for i in range(40) %}{% set b.x = b.x ~ b.x %}{% endfor %}",
			'more than 32 M characters',
		],
		["{{ 'a' * 10 ** 12 }}", 'more than 32 M characters'],
		['{{ [1] * 10 ** 12 }}', 'too many steps'],
		['{{ 10 ** 10000 }}', 'more than 4300 digits'],
		["{{ 'a'.ljust(10 ** 10) }}", 'more than 32 M characters'],
		["{{ '%999999999d' % 1 }}", 'more than 10000'],
		["{{ ('a' * 40) | regex_search('^(a+)+$b') }}", 'longer than'],
		['{% set l = [] %}{% set _ = l.append(l) %}{{ l }}', 'hold itself'],
		[`{{ ${nested} }}`, 'too deep'],
		['a'.repeat(100_001), 'at most'],
		['{{ range(10 ** 9) }}', 'at most'],
	];
	for (const [template, why] of cases) {
		const outcome = failureOf(() => Template.parse(template).value({}));
		strictEqual(outcome.includes(why), true, `${template.slice(0, 80)}: ${outcome.slice(0, 200)}`);
	}
});
