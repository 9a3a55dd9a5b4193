import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {TemplateError} from '../../src/template/errors.ts';
import {Template} from '../../src/template/template.ts';
import {hostileTemplate, randomFrom, scope} from './hostile.ts';

const clock = () => new Date('2026-01-15T12:30:45Z');

function outcomes(template: () => Template, given: object): unknown {
	try {
		const read = template();
		return [
			read.value(given as typeof scope),
			read.literal(given as typeof scope),
			read.text(given as typeof scope),
		];
	} catch (error) {
		if (error instanceof TemplateError) return 'an error';
		throw error;
	}
}

test('a template folded with what is known gives the same as one that is evaluated at once', () => {
	fc.assert(
		fc.property(fc.integer(), fc.boolean(), (seed, knowsRecord) => {
			const text = hostileTemplate(randomFrom(seed));
			// Ids are new each time.
			if (text.includes('generate_uuid')) return;
			const {record, config} = scope;
			const [known, rest] = knowsRecord ? [{record}, {config}] : [{config}, {record}];
			const whole = outcomes(() => Template.parse(text, {clock}), scope);
			const folded = outcomes(() => Template.parse(text, {clock}).folded(known, {clock}), rest);
			deepStrictEqual(folded, whole, text);
		}),
		{numRuns: 1000},
	);
});

test('what is known is gone, and what is not stays', () => {
	const folded = (text: string, known: object) =>
		Template.parse(text, {clock}).folded(known as {[name: string]: unknown});
	const config = {ids: ['a', 'b'], start: '2024-01-01', none: null};
	const cases: [text: string, names: string[]][] = [
		["{{ record.id in config.ids if config.get('ids') else true }}", ['record']],
		['{{ config.start or record.start }}', []],
		['{{ config.missing and record.a }}', []],
		['{% if config.none %}{{ record.a }}{% else %}b{% endif %}', []],
		['{% set s = config.start %}{{ s }}/{{ record.id }}', ['record']],
		['{% for id in config.ids %}{{ id }}{% endfor %}', []],
		["{{ 'x' + config.missing }}", []],
		['{{ record[config.start] }}', ['record']],
	];
	for (const [text, names] of cases) deepStrictEqual([...folded(text, {config}).names], names, text);
	deepStrictEqual(folded('{{ config.start }}/{{ record.id }}', {config}).body[0], {
		kind: 'text',
		text: '2024-01-01/',
	});
});

test('the time is folded only with a clock', () => {
	const template = Template.parse('{{ now_utc().year }}', {clock: () => new Date('2030-01-01')});
	strictEqual(template.folded({}).value({}), 2030);
	strictEqual(template.folded({}, {clock}).readsClock, false);
	strictEqual(template.folded({}, {clock}).value({}), 2026);
});

test('a list that the template makes is made anew each time', () => {
	const template = Template.parse('{% set l = [config.a] %}{% set _ = l.append(record.b) %}{{ l }}').folded({
		config: {a: 1},
	});
	deepStrictEqual(template.value({record: {b: 2}}), [1, 2]);
	deepStrictEqual(template.value({record: {b: 3}}), [1, 3]);
});
