/** Signing in by a code, asked for as the server says; and the addresses that browsers come back to. */
import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {describe, test} from 'node:test';
import {oauth2Client} from '../../../src/http/auth/oauth/oauth2-client.ts';
import type {TokenAnswer} from '../../../src/http/auth/oauth/token-answer.ts';
import {type CodeToType, signInByCode} from '../../../src/http/auth/sign-in/by-code.ts';
import {redirectProblem, redirectTo} from '../../../src/http/auth/sign-in/redirect.ts';

const tokenUrl = 'https://login.example/token';
const deviceUrl = 'https://login.example/device';
const offer = {
	device_code: 'hush',
	user_code: 'ABCD',
	verification_uri: 'https://login.example/go',
	expires_in: 60,
};
const tokens = {access_token: 'a', refresh_token: 'r'};

/** Signs in with a server that gives these answers in turn; nothing takes time. */
async function signIn(...answers: (object | [status: number, body: object])[]) {
	const waits: number[] = [];
	const forms: URLSearchParams[] = [];
	const shown: CodeToType[] = [];
	const kept: TokenAnswer[] = [];
	const clientOptions = {tokenUrl, clientId: 'me', clientSecret: 's3cret', clientAuth: 'basic'} as const;
	const client = oauth2Client('test', clientOptions);
	const error = await signInByCode(
		{client, clientId: 'me', tokenUrl, deviceUrl, scope: 'read', params: {audience: 'api'}},
		{
			signal: new AbortController().signal,
			async fetch(request) {
				forms.push(new URLSearchParams(request.body));
				const next = answers.shift() ?? [500, {}];
				const [status, body] = Array.isArray(next) ? next : [200, next];
				return {status, headers: {}, text: JSON.stringify(body)};
			},
			sleep: async ms => void waits.push(ms / 1000),
			show: code => void shown.push(code),
			keep: async answer => void kept.push(answer),
		},
	).catch((error: Error) => error);
	return {waits, forms, shown, kept, message: error?.message};
}

const refusal = (error: string, status = 400): [number, object] => [status, {error}];

describe('by a code', () => {
	test('the server is asked every five seconds, and five seconds less often each time that it says slow_down', async () => {
		const {waits, kept, forms} = await signIn(
			{...offer, expires_in: 900},
			refusal('authorization_pending'),
			refusal('slow_down'),
			refusal('authorization_pending'),
			refusal('slow_down', 403),
			tokens,
		);
		deepEqual(waits, [5, 5, 10, 10, 15]);
		deepEqual(kept, [tokens]);
		equal(String(forms[0]), 'client_id=me&scope=read&audience=api');
		equal(
			String(forms[1]),
			'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=hush',
		);
	});

	test('the interval is that of the server, also where numbers are texts and a pending answer has status 200', async () => {
		const {waits, shown, kept} = await signIn(
			{
				...offer,
				verification_uri: undefined,
				verification_url: 'https://go.example',
				interval: '2',
				expires_in: '30',
			},
			refusal('authorization_pending', 200),
			tokens,
		);
		deepEqual([waits, kept.length], [[2, 2], 1]);
		const [{url, code, lifeMs} = {}] = shown;
		deepEqual([url, code, lifeMs], ['https://go.example', 'ABCD', 30_000]);
	});

	test('a code that has ended is told of, whether the server says so or its time is up', async () => {
		const said = await signIn(offer, refusal('expired_token'));
		match(said.message ?? '', /the code has ended before anybody typed it in/);
		const silent = await signIn(
			{...offer, expires_in: 12},
			...Array(9).fill(refusal('authorization_pending')),
		);
		match(silent.message ?? '', /the code has ended before anybody typed it in/);
		deepEqual(silent.waits, [5, 5]);
	});

	test('what a person declined ends it at once', async () => {
		const {message, kept} = await signIn(offer, [
			400,
			{error: 'access_denied', error_description: 'Jane said no'},
		]);
		match(message ?? '', /the sign-in was declined: access_denied: Jane said no/);
		equal(kept.length, 0);
	});

	test('a server that gives no code is told of by its answer', async () => {
		const {message} = await signIn(refusal('invalid_scope'));
		match(
			message ?? '',
			/device answered 400 .*invalid_scope.*Check client_id, scopes and device_authorization_url/,
		);
		match((await signIn({user_code: 'ABCD'})).message ?? '', /answered 200/);
	});

	test('the wait ends with its signal', async () => {
		const controller = new AbortController();
		const client = oauth2Client('test', {tokenUrl, clientId: 'me'});
		await rejects(
			signInByCode(
				{client, clientId: 'me', tokenUrl, deviceUrl, params: {}},
				{
					signal: controller.signal,
					fetch: async () => ({status: 200, headers: {}, text: JSON.stringify(offer)}),
					show: () => controller.abort(new Error('enough')),
					keep: async () => {},
				},
			),
			/enough|aborted/,
		);
	});
});

describe('the address that a browser comes back to', () => {
	test('stays as it is registered, with a free port where it has none', () => {
		const seen = (uri: string) => {
			const {host, port, path, uri: text} = redirectTo({uri});
			return [host, port, path, text(4321)];
		};
		deepEqual(seen('http://localhost'), ['127.0.0.1', 0, '/', 'http://localhost:4321']);
		deepEqual(seen('http://localhost/'), ['127.0.0.1', 0, '/', 'http://localhost:4321/']);
		deepEqual(seen('http://[::1]:8712/a/b'), ['::1', 8712, '/a/b', 'http://[::1]:8712/a/b']);
		deepEqual(seen('http://127.0.0.1:80/a'), ['127.0.0.1', 80, '/a', 'http://127.0.0.1:80/a']);
		equal(redirectTo({port: 8712}).uri(8712), 'http://127.0.0.1:8712/callback');
	});

	test('is on this machine', () => {
		for (const uri of ['http://localhost', 'http://127.0.0.1:1/x', 'http://[::1]:1'])
			equal(redirectProblem(uri), undefined);
		for (const uri of [
			'https://localhost/x',
			'http://example.com',
			'localhost:1',
			'http://localhost.evil.example',
		])
			match(redirectProblem(uri) ?? '', /expected an address on this machine/);
		match(redirectProblem('http://localhost/?a=b') ?? '', /takes no query/);
	});
});
