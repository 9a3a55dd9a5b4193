import {deepEqual, equal, match, ok, throws} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {parsePath} from '../../src/core/path/path.ts';
import {limitedRegex, SlowPattern} from '../../src/core/regex.ts';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const EVIL = '(a+)+$';
const TEXT = `${'a'.repeat(60)}!`;

for (const [key, endpoint, steps] of [
	['response_actions[0].header', {response_actions: [{header: {'x-note': EVIL}, action: 'skip'}]}],
	[
		'response_actions[0].json_value',
		{response_actions: [{json_path: 'data[0].note', json_value: `/${EVIL}/`, action: 'skip'}]},
	],
	[
		'response_actions: wait_regex',
		{
			response_actions: [
				{json_path: 'data', action: 'rate_limited', wait_path: 'data[0].note', wait_regex: EVIL},
			],
		},
	],
	['stop_when', {stop_when: `search(@.note, '(a+)+b')`}],
	['filter', {}, [{filter: `!match(@.note, '(a+)+')`}]],
	['the path', {data_selector: `$.data[?search(@.note, '(a|a)*b')]`}],
] as const) {
	test(`a pattern that would take for ever ends the run, and names its key: ${key}`, async () => {
		const respond = {json: {data: [{id: 1, note: TEXT}]}, headers: {'x-note': TEXT}};
		const server = await startServer([{path: '/rows', respond}]);
		const config = {
			client: {base_url: server.url},
			resources: [
				{
					name: 'rows',
					endpoint: {data_selector: 'data', paginator: 'single_page', ...endpoint},
					...(steps && {processing_steps: steps}),
				},
			],
			output: {format: 'jsonl'},
		};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.sluice(['run', '-c', 'sluice.json'], {timeoutMs: 10_000});
		await server.close();
		ok(code !== 0, stderr);
		ok(stderr.includes(key), stderr);
		match(
			stderr,
			/the regular expression \/\(a.*\/ takes longer than 1 s for a text of 61 characters\. Repeat no group/,
		);
	});
}

test('a match is the one that it would be without a limit, also for patterns that are watched', () => {
	const pieces = [
		'a',
		'b',
		'.',
		'[ab]',
		'(a)',
		'(?:a|b)',
		'a+',
		'(b*)',
		'(a|b)*',
		'a{1,3}',
		'(?:ab?)+',
		'^',
		'$',
		'\\w',
		'(?=b)',
		'b?',
	];
	const pattern = fc
		.array(fc.constantFrom(...pieces), {minLength: 1, maxLength: 5})
		.map(list => list.join(''));
	fc.assert(
		fc.property(pattern, fc.stringMatching(/^[abc]{0,12}$/), (source, text) => {
			const expression = new RegExp(source, 'i');
			deepEqual(limitedRegex(expression)(text), expression.exec(text));
		}),
		{numRuns: 300},
	);
});

test('what repeats what repeats is watched in every spelling; what cannot be slow is not', () => {
	for (const source of [
		'(a+)+b',
		'(?:a*)*b',
		'((a+))+b',
		'(a|a)*b',
		'(a|aa){2,}b',
		'(?<x>a+)+b',
		'a*a*a*a*a*a*b',
		'(a*)\\1*\\1*b',
	]) {
		const started = performance.now();
		throws(() => limitedRegex(new RegExp(source))('a'.repeat(3000)), SlowPattern, source);
		ok(performance.now() - started < 3000, source);
	}
	const find = limitedRegex(/retry after (\d+) seconds?/i);
	const started = performance.now();
	for (let i = 0; i < 20_000; i++) equal(find(`please retry after ${i} seconds`)?.[1], String(i));
	ok(performance.now() - started < 1000, 'no thread for each of them');
});

test('match() wants the whole text, search() a part, and a pattern that is no I-Regexp is refused', () => {
	const found = (filter: string) =>
		parsePath(`$[?${filter}].n`).all([
			{n: 1, s: 'abc'},
			{n: 2, s: 'xabcx'},
			{n: 3, s: 'a.c'},
			{n: 4, s: 5},
			{n: 5, s: 'a\nc'},
			{n: 6, s: 'a😀c'},
		]);
	deepEqual(found(`match(@.s, 'a.c')`), [1, 3, 6]);
	deepEqual(found(`search(@.s, 'a.c')`), [1, 2, 3, 6]);
	deepEqual(found(`search(@.s, 'a[.]c')`), [3]);
	deepEqual(found(`match(@.s, 'a|abc')`), [1]);
	throws(() => found(`search(@.s, '(?=a)')`), /search\(\) cannot read the pattern "\(\?=a\)"/);
	deepEqual(found(`match(@.s, @.s)`), [1, 2, 3, 5]);
});
