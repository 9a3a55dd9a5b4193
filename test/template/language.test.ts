import {deepStrictEqual, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {type Decimal, type JsonValue, parse} from '../../src/core/json/json.ts';
import {TemplateError} from '../../src/template/errors.ts';
import {Template} from '../../src/template/template.ts';

const clock = () => new Date('2026-01-15T12:30:45Z');
const read = (text: string) => Template.parse(text, {clock});
const value = (text: string, scope = {}): JsonValue => read(text).value(scope);
const literal = (text: string, scope = {}): JsonValue => read(text).literal(scope);
const failure = (text: string, scope = {}): string => {
	try {
		read(text).value(scope);
	} catch (error) {
		if (error instanceof TemplateError) return `${error.line}:${error.column} ${error.message}`;
	}
	throw new Error('no TemplateError');
};

test('one expression gives its value, and with text around it a text', () => {
	const record = {id: 5, code: '007', list: [1, '2'], flag: false};
	deepStrictEqual(value('{{ record.list }}', {record}), [1, '2']);
	strictEqual(value('{{ record.code }}', {record}), '007');
	strictEqual(value('\n{{ record.id }}\n', {record}), 5);
	strictEqual(value('{% set x = record.code %}{{ x }}', {record}), '007');
	strictEqual(value('{{ record.id }}-{{ record.flag }}', {record}), '5-False');
	strictEqual(value('no braces'), 'no braces');
});

test('read as Airbyte does, a text that is a literal of Python is that value', () => {
	const cases: [text: string, value: JsonValue][] = [
		['5', 5],
		['-2.50', -2.5],
		['0x1F', 31],
		['007', '007'],
		['1_000', 1000],
		["[1, 'a', None, True]", [1, 'a', null, true]],
		['{"a": {"b": (1, 2)}}', {a: {b: [1, 2]}}],
		['1, 2', [1, 2]],
		["'a' 'b'", 'ab'],
		['"""{"a": 1}"""', '{"a": 1}'],
		['', null],
		['2024-01-01', '2024-01-01'],
		['1 2', '1 2'],
		['[1, 2', '[1, 2'],
		[' finish ', ' finish '],
		['123456789012345678901', 123456789012345678901n],
	];
	for (const [text, expected] of cases) {
		deepStrictEqual(literal(text), expected, text);
		deepStrictEqual(literal('{{ record.a }}', {record: {a: text}}), expected, text);
	}
});

test('a missing value prints as nothing, and ends the expression where something goes on from it', () => {
	const record = {none: null, text: 'a'};
	for (const text of ['{{ record.a }}', '{{ record.a.b }}', 'x{{ record.none + 1 }}', '{{ record.a > 3 }}'])
		strictEqual(value(text, {record}), null, text);
	strictEqual(value('a{{ record.a }}b', {record}), 'ab');
	strictEqual(value("{{ record.a.b | default('x') }}", {record}), null);
	strictEqual(value("{{ record.a | default('x') }}", {record}), 'x');
	strictEqual(value("{{ record.none.split(',') }}", {record}), null);
	deepStrictEqual(value("{{ record.none | map('upper') | list }}", {record}), []);
	strictEqual(read('x{{ record.a.b }}').text({record}), null);
});

test('numbers follow Python', () => {
	const cases: [expression: string, printed: string][] = [
		['7 / 7', '1.0'],
		['-7 // 2', '-4'],
		['-7 % 3', '2'],
		['7.5 // 2', '3.0'],
		['9007199254740991 + 2', '9007199254740993'],
		['12345678901234567890', '12345678901234567890'],
		['1e16', '1e+16'],
		['0.00001', '1e-05'],
		['0.1 + 0.2', '0.30000000000000004'],
		['true + 1', '2'],
		['2 ** 100', '1267650600228229401496703205376'],
		['2 ** -1', '0.5'],
		['1 == 1.0', 'True'],
		["1 == '1'", 'False'],
		['3 < 2 < 1', 'False'],
		['(3 < 2) < 1', 'True'],
		["'ab' * 2", 'abab'],
		['[1, 2.0, none]', '[1, 2.0, None]'],
		["(1, 'it\\'s')", '(1, "it\'s")'],
		['- 3 | abs', '3'],
		["'%s is %03d' % ('a', 7)", 'a is 007'],
	];
	for (const [expression, printed] of cases)
		strictEqual(read(`{{ ${expression} }}`).text({}), printed, expression);
});

test('numbers of records keep their digits', () => {
	const record = parse('{"id": 12345678901234567890, "price": 1.23456789012345678901}') as {
		[key: string]: JsonValue;
	};
	strictEqual(
		read('{{ record.id }} {{ record.price }}').text({record}),
		'12345678901234567890 1.23456789012345678901',
	);
	strictEqual(value('{{ record.id + 1 }}', {record}), 12345678901234567891n);
	strictEqual((value('{{ record.price }}', {record}) as Decimal).text, '1.23456789012345678901');
});

test('keys that are whole numbers stay in the order of the source', () => {
	const record = parse('{"2020": 1, "2019": 2}');
	strictEqual(read('{{ record.keys() | join }}').text({record}), '20202019');
	strictEqual(read('{{ record }}').text({record}), "{'2020': 1, '2019': 2}");
});

test('times are read, moved, compared and written', () => {
	const cases: [expression: string, printed: string][] = [
		['now_utc()', '2026-01-15 12:30:45+00:00'],
		['today_utc()', '2026-01-15'],
		["now_utc() + duration('P1M')", '2026-02-15 12:30:45+00:00'],
		["str_to_datetime('2024-01-31') + duration('P1M')", '2024-02-29 00:00:00+00:00'],
		["str_to_datetime('2024-03-05T06:07:08.5+02:00')", '2024-03-05 04:07:08.500000+00:00'],
		["today_utc() - duration('PT36H')", '2026-01-14'],
		["now_utc() > str_to_datetime('2025-12-31')", 'True'],
		["(now_utc() - str_to_datetime('2026-01-14')).total_seconds()", '131445.0'],
		["format_datetime('2024-03-05T06:07:08.9Z', '%s')", '1709618828'],
		["format_datetime('2024-03-05T06:07:08.9Z', '%ms')", '1709618828900'],
		["format_datetime(1709618828, '%Y-%m-%d')", '2024-03-05'],
		["format_datetime('05/03/24 7PM', '%Y-%m-%dT%H', '%d/%m/%y %I%p')", '2024-03-05T19'],
		["format_datetime('2024-03-05', '%b %-d %j %A %%')", 'Mar 5 065 Tuesday %'],
		["str_to_datetime('2024-12-30').strftime('%G-W%V')", '2025-W01'],
		["timestamp('1970-01-02')", '86400.0'],
		['timestamp(12.9)', '12'],
		["day_delta(-1, format='%Y-%m-%d')", '2026-01-14'],
	];
	for (const [expression, printed] of cases)
		strictEqual(read(`{{ ${expression} }}`).text({}), printed, expression);
});

test('a time is the same in all of one evaluation', () => {
	let calls = 0;
	const template = Template.parse('{{ now_utc() == now_utc() }}', {clock: () => new Date(++calls)});
	strictEqual(template.value({}), true);
	strictEqual(calls, 1);
});

test('blocks set, choose and repeat', () => {
	const record = {a: ['x', 'y', 'z'], o: {k: 1, l: 2}};
	strictEqual(value('{% for i in record.a %}{{ loop.index0 }}{{ i }}{% endfor %}', {record}), '0x1y2z');
	strictEqual(value('{% for i in [] %}a{% else %}none{% endfor %}'), 'none');
	strictEqual(value('{% for k, v in record.o.items() %}{{ k }}{{ v }}{% endfor %}', {record}), 'k1l2');
	strictEqual(value('{% set n = 1 %}{% for i in [1] %}{% set n = 2 %}{% endfor %}{{ n }}'), 1);
	strictEqual(
		value('{% set b = namespace(n=0) %}{% for i in [1, 2] %}{% set b.n = b.n + i %}{% endfor %}{{ b.n }}'),
		3,
	);
	deepStrictEqual(
		value('{% set l = [] %}{% for i in [1, 2]: %}{% set _ = l.append(i * 2) %}{% endfor %}{{ l }}'),
		[2, 4],
	);
	strictEqual(value('{% if 0 %}a{% elif [] %}b{% else %}c{% endif %}'), 'c');
	strictEqual(value('{% set t %}a{{ 1 }}{% endset %}{{ t }}'), 'a1');
	strictEqual(value('a  {{- 1 -}}  b'), 'a1b');
	strictEqual(value("{% raw %}{{ x }}{% endraw %}{{ '}}' }}"), '{{ x }}}}');
});

test('what a regular expression needs is read as Python reads it', () => {
	strictEqual(value(String.raw`{{ 'page=12' | regex_search('page=(\d+)') }}`), '12');
	strictEqual(value(String.raw`{{ 'page=12' | regex_search("page=(\\d+)") }}`), '12');
	strictEqual(value(`{{ 'a1' | regex_search('(?P<n>[0-9])') }}`), '1');
	strictEqual(value(String.raw`{{ 'ab' | regex_replace('(a)(b)', '\\2\\1') }}`), 'ba');
});

test('errors say where, and what to do', () => {
	const cases: [template: string, message: RegExp][] = [
		['a\n  {{ record.a b }}', /^2:15 .*"b" cannot stand here/],
		['{{ 1 + }}', /^1:8 .*something is missing before "}}"/],
		['{{ x', /^1:1 .*has no }} after it/],
		["{{ 'a }}", /^1:4 .*no closing quote/],
		['{{ a ; b }}', /^1:6 .*";" means nothing here/],
		['{% if x %}a', /^1:12 .*{% endif %} or {% endfor %} is missing/],
		['{% include "a" %}', /there is no {% include %}/],
		['{{ x | nope }}', /^1:8 .*there is no filter nope; known are abs, /],
		['{{ nope(1) }}', /^1:4 .*there is no function nope; known are /],
		['{{ x.nope() }}', /^1:6 .*there is no method nope; known are append, /],
		['{{ 1 is nope }}', /^1:9 .*there is no test nope/],
		['{{ recrod.id }}', /^1:4 .*there is no value recrod here; known are record/],
		["{{ 'a' + 1 }}", /^1:8 .*Join texts with ~/],
		['{{ max() }}', /^$/],
		["{{ duration('1 day') }}", /^1:4 .*"1 day" is no duration; write it as P1D/],
		["{{ format_datetime('soon', '%Y') }}", /"soon" is no time/],
		["{{ format_datetime('2024', '%Y', '%d') }}", /no time of the format "%d"/],
		['{{ 1 // 0 }}', /^1:6 .*division by zero/],
		["{{ 'a'.replace('b') }}", /replace\(\) needs new/],
		["{{ 'a'.upper(1) }}", /upper\(\) takes one value, 2 came/],
		["{{ 'a' | regex_search('(') }}", /no regular expression/],
		['{{ f(*[1]) }}', /there is no function f/],
		['{{ max(*[1]) }}', /name each value/],
	];
	for (const [template, message] of cases) {
		if (message.source === '^$') strictEqual(value(template), null);
		else
			strictEqual(
				message.test(failure(template, {record: {}})),
				true,
				`${template}: ${failure(template, {record: {}})}`,
			);
	}
	throws(() => read('{{ x'), {name: 'TemplateError', code: 'ERR_TEMPLATE'});
});

test('a template says what it needs', () => {
	const needs = (text: string) => [...read(text).names].sort();
	deepStrictEqual(needs('{{ record.a if config.b else max(x, 1) }}'), ['config', 'record', 'x']);
	deepStrictEqual(needs('{% set a = b %}{{ a }}{% for c in d %}{{ c }}{{ loop.index }}{% endfor %}'), [
		'b',
		'd',
	]);
	strictEqual(read('{{ now_utc() }}').readsClock, true);
	strictEqual(read('{{ record.now_utc }}').readsClock, false);
});
