import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {filters} from '../../src/template/filters.ts';
import {functions} from '../../src/template/functions.ts';
import {methodNames} from '../../src/template/methods/access.ts';
import {Template} from '../../src/template/template.ts';
import {tests} from '../../src/template/tests.ts';

const page = await readFile(join(import.meta.dirname, '../../../docs/reference/expressions.md'), 'utf8');
const scope = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
const examples = [...page.matchAll(/^\| `(.*?)` \| `(.*?)` \|/gm)].map(([, expression = '', value = '']) => ({
	expression: expression.replaceAll('\\|', '|'),
	value: value.replaceAll('\\|', '|'),
}));
const clock = () => new Date('2026-01-15T12:30:45Z');

test('each example of the page on expressions gives the value beside it', () => {
	strictEqual(examples.length > 150, true);
	for (const {expression, value} of examples) {
		const text = /\{[{%#]/.test(expression) ? expression : `{{ ${expression} }}`;
		deepStrictEqual(Template.parse(text, {clock}).value(scope), JSON.parse(value), expression);
	}
});

test('each function, filter, test and method has an example', () => {
	const all = examples.map(({expression}) => expression).join('\n');
	const lacks = (names: Iterable<string>, before: string, after: string) =>
		[...names].filter(name => /\w/.test(name) && !new RegExp(`${before}${name}${after}`).test(all));
	deepStrictEqual(lacks(Object.keys(functions), '(?<![.\\w])', '\\('), []);
	deepStrictEqual(lacks(Object.keys(filters), '\\| ', '\\b'), []);
	deepStrictEqual(lacks(Object.keys(tests), ' is ', '\\b'), []);
	deepStrictEqual(lacks(methodNames, '\\.', '\\('), []);
});
