/** Functions of response_actions are asked once about each answer, and see all of it. */
import {deepEqual, match} from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {Failure} from '../../src/http/failure.ts';
import type {Answered, Decide} from '../../src/http/rules/response-rules.ts';
import {answers, get, type Handler, partsOf, serve, testClient} from './server.ts';

/** What a function was asked, as `status: what it looked at`, and what came of the request. */
async function asked(
	t: TestContext,
	handler: Handler,
	decide: Decide,
	options: Parameters<typeof partsOf>[2] = {},
) {
	const {url, requests} = await serve(t, handler);
	const seen: number[] = [];
	const counted: Decide = answer => {
		seen.push(answer.status);
		return decide(answer);
	};
	const api = testClient(t, {baseUrl: url, responseActions: [counted], retry: {maxRetries: 1}});
	const result = await partsOf(api, get(url), options).then(
		parts => ({parts, message: ''}),
		(error: Error) => ({parts: [], message: error.message}),
	);
	return {...result, seen, requests: requests.length};
}

const leave: Decide = () => undefined;
const look: Decide = ({json, text}) => (json !== undefined && text !== '' ? undefined : 'fail');
const redirecting: Handler = (request, response) =>
	request.url === '/next'
		? response.end('[1]')
		: response.writeHead(302, {location: '/next'}).end('{"moved": true}');

test('about a redirect that it leaves alone, and then about the answer behind it', async t => {
	deepEqual((await asked(t, redirecting, leave)).seen, [302, 200]);
});

test('about a redirect that it decides about', async t => {
	const {seen, message} = await asked(t, redirecting, ({status}) => (status === 302 ? 'fail' : undefined));
	match(message, /answered 302/);
	deepEqual(seen, [302]);
});

test('about an error, each time that one comes', async t => {
	const {seen, message} = await asked(t, answers([503, '{}']), leave);
	match(message, /answered 503/);
	deepEqual(seen, [503, 503]);
});

test('about a success whose body says that it is none', async t => {
	const check = (): Failure =>
		new Failure('says that it failed', {
			code: 'ERR_ANSWER',
			retryable: false,
			status: 200,
			headers: {},
			text: '{"error": "no"}',
		});
	const {seen, message} = await asked(t, answers([200, '{"error": "no"}']), leave, {check});
	match(message, /says that it failed/);
	deepEqual(seen, [200]);
});

const rows = Array.from({length: 60_000}, (_, id) => ({id, filler: 'x'.repeat(100)}));
const huge = JSON.stringify({data: rows, note: 'the end'});

test('about a huge answer, all of which it may look at', async t => {
	const notes: unknown[] = [];
	const decide: Decide = ({json}) => void notes.push((json as {note?: string}).note);
	const {seen, message} = await asked(t, answers([200, huge]), decide, {keys: ['data']});
	deepEqual([message, seen, notes], ['', [200], ['the end']]);
});

test('about an error with a long body, all of which it may look at', async t => {
	const long = JSON.stringify({trace: 'x'.repeat(40_000), code: 'no_data'});
	const decide: Decide = ({json}) =>
		(json as {code?: string} | undefined)?.code === 'no_data' ? 'ignore' : 'fail';
	const {seen, parts, message} = await asked(t, answers([400, long]), decide);
	deepEqual([message, seen, parts.at(-1)?.outcome], ['', [400], 'ignored']);
});

test('about a body that breaks off', async t => {
	const handler: Handler = (_request, response) => {
		response.writeHead(200, {'content-type': 'application/json', 'content-length': '100'});
		response.write('[1, 2');
		response.socket?.end();
	};
	const {seen, requests} = await asked(t, handler, leave);
	deepEqual([seen.length <= requests, requests], [true, 2]);
});

test('about a body that is no JSON, whose beginning it may look at', async t => {
	const texts: string[] = [];
	const {seen} = await asked(
		t,
		answers([200, '<html>busy</html>', {'content-type': 'text/html'}]),
		({text}: Answered) => {
			texts.push(text);
			return 'skip';
		},
	);
	deepEqual([seen, texts], [[200], ['<html>busy</html>']]);
});

test('a look at a small answer finds its text and its value', async t => {
	const {message, seen} = await asked(t, answers([200, '[1]']), look);
	deepEqual([message, seen], ['', [200]]);
});
