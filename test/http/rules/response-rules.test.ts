import assert from 'node:assert/strict';
import {describe, it, type TestContext} from 'node:test';
import {RequestError} from '../../../src/core/errors.ts';
import type {ClientOptions} from '../../../src/http/client-options.ts';
import {judge, type ResponseRule, type Seen} from '../../../src/http/rules/response-rules.ts';
import {answers, get, type Handler, partsOf, serve, testClient, valueFrom} from '../server.ts';

function seen(over: Partial<Seen>): Seen {
	return {status: 200, headers: {}, text: '', value: undefined, ...over};
}

describe('conditions of a rule', () => {
	const cases: readonly (readonly [Omit<ResponseRule, 'action'>, Partial<Seen>, boolean])[] = [
		[{status: 404}, {status: 404}, true],
		[{status: 404}, {status: 400}, false],
		[{status: [400, 404]}, {status: 404}, true],
		[{status: '5xx'}, {status: 503}, true],
		[{status: '5xx'}, {status: 499}, false],
		[{status: ['4xx', 503]}, {status: 503}, true],
		[{headers: {'X-Error': /quota/}}, {headers: {'x-error': 'no quota left'}}, true],
		[{headers: {'X-Error': /quota/g}}, {headers: {'x-error': 'no quota left'}}, true],
		[{headers: {'X-Error': /quota/}}, {headers: {}}, false],
		[{content: 'no data'}, {text: '{"msg": "no data here"}'}, true],
		[{content: 'no data'}, {text: '{"msg": "data"}'}, false],
		[{status: 400, content: 'expired'}, {status: 400, text: 'expired'}, true],
		[{status: 400, content: 'expired'}, {status: 400, text: 'other'}, false],
		[{jsonPath: 'errors[0].code'}, {value: {errors: [{code: 0}]}}, true],
		[{jsonPath: 'errors[0].code'}, {value: {errors: []}}, false],
		[{jsonPath: 'error'}, {value: {error: null}}, false],
		[{jsonPath: 'error'}, {value: undefined}, false],
		[{jsonPath: 'code', jsonValue: 17}, {value: {code: 17}}, true],
		[{jsonPath: 'code', jsonValue: 17}, {value: {code: '17'}}, true],
		[{jsonPath: 'code', jsonValue: 17}, {value: {code: 18}}, false],
		[{jsonPath: 'ok', jsonValue: false}, {value: {ok: false}}, true],
		[{jsonPath: 'error', jsonValue: /^rate/i}, {value: {error: 'Rate limited'}}, true],
		[{jsonPath: 'error', jsonValue: 'rate'}, {value: {error: 'rate limited'}}, false],
	];
	for (const [rule, over, expected] of cases) {
		it(`${JSON.stringify(rule)} ${expected ? 'hold' : 'do not hold'} for ${JSON.stringify(over)}`, () => {
			assert.equal(judge([{...rule, action: 'fail'}])(seen(over)) !== undefined, expected);
		});
	}

	it('are needed, and a value needs its path', () => {
		assert.throws(
			() => judge([{status: 400, action: 'fail'}, {action: 'ignore'}]),
			/responseActions\[1\] needs a condition/,
		);
		assert.throws(() => judge([{status: 400, jsonValue: 1, action: 'fail'}]), /no jsonPath/);
	});
});

async function outcomeOf(
	test: TestContext,
	handler: Handler,
	rules: readonly ResponseRule[],
	options: Partial<ClientOptions> = {},
) {
	const {url, requests} = await serve(test, handler);
	const api = testClient(test, {baseUrl: url, responseActions: rules, retry: {jitter: 'none'}, ...options});
	const result = await partsOf(api, get(url), {label: 'r'}).then(
		parts => ({outcome: parts.at(-1)?.outcome, value: parts.at(-1)?.value, error: undefined}),
		(error: Error) => ({outcome: undefined, value: undefined, error}),
	);
	return {...result, requests: requests.length, waits: api.waits};
}

describe('a rule', () => {
	it('retry tries a status again that would be final, within the budget', async test => {
		const rules: ResponseRule[] = [{status: 404, action: 'retry'}];
		const passed = await outcomeOf(test, answers(404, [200, '[1]']), rules);
		assert.deepEqual([passed.value, passed.requests, passed.waits], [[1], 2, [1000]]);
		const failed = await outcomeOf(test, answers(404), rules, {retry: {maxRetries: 2, jitter: 'none'}});
		assert.match(String(failed.error), /answered 404 after 3 attempts/);
		assert.equal(failed.requests, 3);
	});

	it('retry looks into a 200 that is none', async test => {
		const busy = '{"status": "busy"}';
		const {value, requests} = await outcomeOf(test, answers([200, busy], [200, '{"status": "ok"}']), [
			{jsonPath: 'status', jsonValue: 'busy', action: 'retry'},
		]);
		assert.deepEqual([value, requests], [{status: 'ok'}, 2]);
	});

	for (const [action, expected] of [
		['ignore', 'ignored'],
		['skip', 'skipped'],
		['stop', 'stopped'],
	] as const) {
		it(`${action} ends an answer quietly, also one that would be tried again`, async test => {
			const {outcome, requests, value} = await outcomeOf(test, answers([503, '{"a": 1}']), [
				{status: '5xx', action},
			]);
			assert.deepEqual([outcome, requests, value], [expected, 1, {a: 1}]);
		});
	}

	it('fail does not try again, and says what the user has to say', async test => {
		const {error, requests} = await outcomeOf(test, answers([503, 'closed on Sundays']), [
			{status: 503, action: 'fail', message: 'Come back on Monday'},
		]);
		assert.ok(error instanceof RequestError);
		assert.match(error.message, /^r: GET \S+ answered 503: closed on Sundays\. Come back on Monday$/);
		assert.deepEqual([error.status, requests], [503, 1]);
	});

	it('fail finds an error in a 200, and shows it', async test => {
		const {error} = await outcomeOf(test, answers([200, '{"errors": [{"code": "E7"}]}']), [
			{jsonPath: 'errors[0].code', action: 'fail'},
		]);
		assert.match(String(error), /answered 200: \{"errors": \[\{"code": "E7"\}\]\}$/);
	});

	it('sees a 200 that is no JSON', async test => {
		const {outcome, requests} = await outcomeOf(test, answers([200, '<h1>Closed</h1>']), [
			{content: 'Closed', action: 'skip'},
		]);
		assert.deepEqual([outcome, requests], ['skipped', 1]);
	});

	it('refresh_token renews once and repeats; a second time it is the failure it was', async test => {
		let renewed = 0;
		const auth = {
			apply({headers}: {headers: Record<string, string>}) {
				headers.authorization = `token ${renewed}`;
			},
			refresh() {
				renewed++;
			},
		};
		const expired: Handler = (request, response) => {
			response.end(request.headers.authorization === 'token 1' ? '[1]' : '{"error": "expired"}');
		};
		const rules: ResponseRule[] = [{content: 'expired', action: 'refresh_token'}];
		const passed = await outcomeOf(test, expired, rules, {auth});
		assert.deepEqual([passed.value, passed.requests, renewed], [[1], 2, 1]);
		const failed = await outcomeOf(test, answers([200, '{"error": "expired"}']), rules, {auth});
		assert.match(String(failed.error), /answered 200: \{"error": "expired"\}/);
		assert.deepEqual([failed.requests, renewed], [2, 2]);
	});

	it('about 401 goes before the renewal that every 401 has', async test => {
		let renewed = 0;
		const auth = {apply() {}, refresh: () => void renewed++};
		const {outcome, requests} = await outcomeOf(test, answers(401), [{status: 401, action: 'skip'}], {auth});
		assert.deepEqual([outcome, requests, renewed], ['skipped', 1, 0]);
	});

	for (const [place, answer, wait] of [
		['the usual headers', [403, '', {'retry-after': '20'}], undefined],
		['a header of its own', [403, '', {'x-wait': '20'}], {header: 'X-Wait'}],
		['a place in the body', [200, '{"limit": {"wait": 20}}'], {path: 'limit.wait'}],
		['the text of the body', [200, '{"msg": "try again in 20 s"}'], {pattern: /in (\d+) s/}],
		['a part of a header', [403, '', {'x-wait': 'wait=20'}], {header: 'x-wait', pattern: /\d+/}],
		['the rule', [403, ''], {elseMs: 20_000}],
		['the rule, where its header is missing,', [403, ''], {header: 'x-wait', elseMs: 20_000}],
		['Retry-After, which goes before the rule,', [403, '', {'retry-after': '20'}], {elseMs: 90_000}],
	] as const) {
		it(`rate_limited waits as long as ${place} says, without using up retries`, async test => {
			const rules: ResponseRule[] = [
				{status: 403, action: 'rate_limited', ...(wait && {wait})},
				{jsonPath: 'limit', action: 'rate_limited', ...(wait && {wait})},
				{jsonPath: 'msg', action: 'rate_limited', ...(wait && {wait})},
			];
			const list = [...Array.from({length: 5}, () => answer), [200, '[1]'] as const];
			const {value, waits} = await outcomeOf(test, answers(...(list as [200, string][])), rules, {
				retry: {maxRetries: 0},
			});
			assert.deepEqual(value, [1]);
			assert.deepEqual(waits, [20_000, 20_000, 20_000, 20_000, 20_000]);
		});
	}

	it('rate_limited ends once it has waited maxRetryAfterMs in all', async test => {
		const {error, waits} = await outcomeOf(
			test,
			answers([429, '', {'retry-after': '40'}]),
			[{status: 429, action: 'rate_limited'}],
			{retry: {maxRetryAfterMs: 100_000}},
		);
		assert.deepEqual(waits, [40_000, 40_000]);
		assert.match(
			String(error),
			/answered 429.*rate limit needs 120 s of waiting by now, longer than retry\.max_retry_after \(maxRetryAfterMs\) allows \(100 s\)/,
		);
	});

	it('rate_limited waits longer and longer, a second at least, when nothing says how long', async test => {
		const {waits} = await outcomeOf(
			test,
			answers(429, 429, 429, [200, '[]']),
			[{status: 429, action: 'rate_limited'}],
			{
				retry: {delayMs: 0},
			},
		);
		assert.deepEqual(waits, [1000, 1000, 1000]);
	});

	it('rate_limited holds back the other requests of the client', async test => {
		const {url} = await serve(test, answers([403, '{"wait": 50}'], [200, '[]']));
		const waits: number[] = [];
		let other: Promise<unknown> | undefined;
		const api = testClient(test, {
			baseUrl: url,
			responseActions: [{status: 403, action: 'rate_limited', wait: {path: 'wait'}}],
			async sleep(ms) {
				waits.push(ms);
				if (waits.length === 1) other = valueFrom(api, get(url));
				await new Promise(resolve => setImmediate(resolve));
			},
		});
		await valueFrom(api, get(url));
		await other;
		assert.equal(waits.length, 2);
		assert.ok(waits[0] === 50_000 && waits[1]! > 45_000, String(waits));
	});

	it('that would end a body whose rows went out already does not', async test => {
		const rows = Array.from({length: 30_000}, (_, id) => `{"id":${id}}`).join(',');
		const {url} = await serve(test, answers([200, `{"data":[${rows}, oops`]));
		const api = testClient(test, {
			baseUrl: url,
			// Less than the body has: it is not held for the function.
			maxBodyBytes: 100_000,
			retry: {maxRetries: 0},
			responseActions: [() => (asked++ > 0 ? 'skip' : undefined)],
		});
		let asked = 0;
		let isOut = false;
		const reading = async () => {
			for await (const part of api.send(get(url), {keys: ['data']})) isOut = !part.last;
		};
		await assert.rejects(reading, /broken JSON/);
		assert.deepEqual([isOut, asked], [true, 1]);
	});

	it('that comes first decides', async test => {
		const rules: ResponseRule[] = [
			{status: 404, content: 'gone', action: 'skip'},
			{status: '4xx', action: 'ignore'},
			{status: 404, action: 'fail'},
		];
		assert.equal((await outcomeOf(test, answers([404, 'gone']), rules)).outcome, 'skipped');
		assert.equal((await outcomeOf(test, answers([404, 'other']), rules)).outcome, 'ignored');
	});

	it('of a request goes before those of the client, and another resource does not see it', async test => {
		const {url} = await serve(test, answers([404, '']));
		const api = testClient(test, {baseUrl: url, responseActions: [{status: 404, action: 'skip'}]});
		const own = judge([{status: 404, action: 'stop'}]);
		assert.equal((await partsOf(api, get(url), {judge: own}))[0]?.outcome, 'stopped');
		assert.equal((await partsOf(api, get(url)))[0]?.outcome, 'skipped');
	});

	it('does not touch an answer that it does not fit', async test => {
		const {url} = await serve(test, answers([200, '[1]']));
		const api = testClient(test, {baseUrl: url, responseActions: [{status: 404, action: 'skip'}]});
		assert.deepEqual(await valueFrom(api, get(url)), [1]);
	});
});
