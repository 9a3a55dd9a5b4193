import assert from 'node:assert/strict';
import {test} from 'node:test';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {responseRule} from '../../src/config/endpoint/response-actions.ts';
import type {ConfigInput} from '../../src/config/schema/config.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {problems, withClient, withEndpoint} from './files.ts';

type Rule = NonNullable<NonNullable<ConfigInput['client']['response_actions']>[number]>;

function rulesOf(...response_actions: Rule[]) {
	const config = parseConfig({client: {base_url: 'https://a.b', response_actions}, resources: []});
	return config.client.response_actions?.map(responseRule);
}

test('a rule means what it says: statuses as text, classes, patterns', () => {
	assert.deepEqual(
		rulesOf(
			{status_code: '404', action: 'ignore'},
			{status_code: [400, '5XX', '410'], content: 'x', action: 'skip', message: 'm'},
			{
				header: {'X-Error': 'quota'},
				json_path: 'a[0].b',
				json_value: '/^rate/',
				action: 'rate_limited',
				wait_regex: '(\\d+) s',
			},
			{json_path: 'ok', json_value: false, action: 'fail'},
			{json_path: 'code', json_value: 'a/b', action: 'rate_limited', wait_header: 'x-wait', wait: 60},
		),
		[
			{status: 404, action: 'ignore'},
			{status: [400, '5xx', 410], content: 'x', action: 'skip', message: 'm'},
			{
				headers: {'X-Error': /quota/i},
				jsonPath: 'a[0].b',
				jsonValue: /^rate/i,
				action: 'rate_limited',
				wait: {pattern: /(\d+) s/i},
			},
			{jsonPath: 'ok', jsonValue: false, action: 'fail'},
			{jsonPath: 'code', jsonValue: 'a/b', action: 'rate_limited', wait: {header: 'x-wait', elseMs: 60_000}},
		],
	);
});

test('rules of an endpoint replace those of resource_defaults', () => {
	const ignore = {status_code: 404, action: 'ignore'} as const;
	const skip = {status_code: 404, action: 'skip'} as const;
	const config = parseConfig({
		client: {base_url: 'https://a.b'},
		resource_defaults: {endpoint: {response_actions: [ignore]}},
		resources: [
			'a',
			{name: 'b', endpoint: {response_actions: [skip]}},
			{name: 'c', endpoint: {response_actions: null}},
		],
	});
	assert.deepEqual(
		resolveResources(config).map(({endpoint}) => endpoint.response_actions),
		[[ignore], [skip], undefined],
	);
});

for (const [per, seconds] of [
	[undefined, 1],
	[2.5, 2.5],
	['1s', 1],
	['1m', 60],
	['0.5h', 1800],
	['1d', 86_400],
] as const) {
	test(`rate_limit per ${per} is per ${seconds} s`, () => {
		const rate_limit = {requests: 3, ...(per !== undefined && {per})};
		const config = parseConfig({client: {base_url: 'https://a.b', rate_limit}, resources: []});
		assert.deepEqual(config.client.rate_limit, {requests: 3, per: seconds, burst: 1});
	});
}

const rule = (text: string): string => withEndpoint(`response_actions: [{${text}}]`);
const at = 'resources[0].endpoint.response_actions[0]';

for (const [what, text, expected] of [
	[
		'an unknown action',
		rule('status_code: 404, action: ignroe'),
		`6:53: ${at}.action: expected retry, ignore, skip, stop, fail, refresh_token or rate_limited, got ` +
			'"ignroe" (did you mean "ignore"?)',
	],
	['no action', rule('status_code: 404'), `6:26: ${at}.action: required key is missing`],
	[
		'no condition',
		rule('action: ignore'),
		`6:35: ${at}.action: a rule needs a condition: status_code, header, content, json_path; without one ` +
			'it would be about every answer',
	],
	[
		'a status that is none',
		rule('status_code: teapot, action: ignore'),
		`6:40: ${at}.status_code: expected a status such as 404, or "5xx", got "teapot"`,
	],
	[
		'a status out of range, in a list',
		rule('status_code: [99], action: ignore'),
		`6:41: ${at}.status_code[0]: must be at least 100, got the number 99`,
	],
	[
		'a pattern that cannot be read',
		rule('header: {x: "("}, action: ignore'),
		`6:39: ${at}.header.x: Invalid regular expression: /(/i: Unterminated group`,
	],
	[
		'a pattern for a value that cannot be read',
		rule('json_path: a, json_value: "/(/", action: ignore'),
		`6:53: ${at}.json_value: Invalid regular expression: /(/i: Unterminated group`,
	],
	[
		'a value without a path',
		rule('status_code: 404, json_value: 1, action: ignore'),
		`6:57: ${at}.json_value: needs a json_path to where it stands`,
	],
	[
		'a wait for another action',
		rule('status_code: 404, action: retry, wait_path: a'),
		`6:71: ${at}.wait_path: only the action rate_limited waits`,
	],
	[
		'seconds for another action',
		rule('status_code: 404, action: retry, wait: 60'),
		`6:66: ${at}.wait: only the action rate_limited waits`,
	],
	[
		'a wait of no time',
		rule('status_code: 404, action: rate_limited, wait: 0'),
		`6:73: ${at}.wait: must be more than 0, got the number 0`,
	],
	[
		'a wait in two places',
		rule('status_code: 404, action: rate_limited, wait_path: a, wait_header: b'),
		`6:78: ${at}.wait_path: either a header or a path tells the wait: give one`,
	],
	[
		'a period that is none',
		withClient('rate_limit: {requests: 1, per: minute}'),
		'3:34: client.rate_limit.per: expected seconds, or a text such as 1s, 1m or 1h, got "minute"',
	],
	[
		'no requests at all',
		withClient('rate_limit: {requests: 0}'),
		'3:26: client.rate_limit.requests: must be more than 0, got the number 0',
	],
	[
		'a maximum of zero',
		withClient('max_requests: 0'),
		'3:17: client.max_requests: must be more than 0, got the number 0',
	],
] as const) {
	test(`${what} is reported where it stands`, async () => {
		assert.deepEqual(await problems(text), [`config.yaml:${expected}`]);
	});
}
