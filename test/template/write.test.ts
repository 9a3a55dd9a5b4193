import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {TemplateError} from '../../src/template/errors.ts';
import {rewritten} from '../../src/template/fold/rewrite.ts';
import {templateText} from '../../src/template/fold/write.ts';
import {Template} from '../../src/template/template.ts';
import {hostileTemplate, randomFrom, scope} from './hostile.ts';

const clock = () => new Date('2026-01-15T12:30:45Z');

function again(text: string): string {
	return templateText(Template.parse(text).body);
}

test('a template is written as it was read', () => {
	const same = [
		"{{ record.first ~ ' ' ~ record.last }}",
		'{{ (1 + 2) * 3 - (4 - 5) }}',
		"{{ not (record.a and record.b) or record.c in [1, 'x'] }}",
		'{{ 2 ** 3 + -record.n }}',
		"{{ record.get('a', {'b': none}).b | default('c') | upper }}",
		'{{ (record.a or record.b) | int }}',
		"{{ record['odd key'][0][-1][1:3] }}",
		"{{ 'a' if record.x is not none else ('b' if record.y is divisibleby(3) else 'c') }}",
		"{{ ('a' if record.x else 'b') ~ 'c' }}",
		"{{ format_datetime(record.at, '%Y', input_format='%s') }}",
		"{% set a = record.x %}{% if a > 1 %}{{ a }}{% else %}it's less{% endif %}",
		'{% for x in record.list if x > 1 %}{{ x }},{% else %}none{% endfor %}',
		"{{ record.a ~ 'it\\'s \\\\ and \\n' }}",
		'{{ 1 < record.x < 3 }}',
		'{{ (1 < record.x) == true }}',
	];
	for (const text of same) strictEqual(again(text), text);
});

test('texts that look like code stay texts', () => {
	for (const text of ['{% raw %}{{ a }}{% endraw %}{{ record.id }}', 'a\n\n', '{ {{ record.id }} }'])
		strictEqual(Template.parse(again(text)).text(scope), Template.parse(text).text(scope));
});

test('a template that was written gives the same values', () => {
	fc.assert(
		fc.property(fc.integer(), seed => {
			const text = hostileTemplate(randomFrom(seed));
			if (text.includes('generate_uuid')) return;
			const [first, second] = [
				outcome(() => Template.parse(text, {clock})),
				outcome(() => Template.parse(again(text), {clock})),
			];
			deepStrictEqual(second, first, text);
		}),
		{numRuns: 1000},
	);
});

test('the nodes of a template can be replaced', () => {
	const {body} = Template.parse("{{ slice.id ~ '-' ~ record.id }}");
	const renamed = rewritten(body, node =>
		node.kind === 'name' && node.name === 'slice' ? {...node, name: 'resources'} : undefined,
	);
	strictEqual(templateText(renamed), "{{ resources.id ~ '-' ~ record.id }}");
});

test('a template says what it reads', () => {
	const {reads} = Template.parse("{% set x = record.a.b %}{{ x.y }}{{ record.get('c')[record.d] }}");
	deepStrictEqual(reads, [
		['record', 'a', 'b'],
		['record', 'c'],
		['record', 'd'],
	]);
});

function outcome(template: () => Template): unknown {
	try {
		const made = template();
		return [made.value(scope), made.literal(scope), made.text(scope)];
	} catch (error) {
		if (error instanceof TemplateError) return 'an error';
		throw error;
	}
}
