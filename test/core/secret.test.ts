import {deepStrictEqual, doesNotMatch, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import {RequestError} from '../../src/core/errors.ts';
import {isSecretName, Secret, scrub} from '../../src/core/secret.ts';

test('a secret prints as *** however it is printed', () => {
	const secret = new Secret('hunter-two/+x');
	strictEqual(`${secret}`, '***');
	strictEqual(JSON.stringify({secret}), '{"secret":"***"}');
	strictEqual(inspect({secret}), '{ secret: *** }');
	strictEqual(secret.reveal(), 'hunter-two/+x');
});

test('its value is scrubbed from texts and errors, plain or URL-encoded', () => {
	new Secret('p@ss word+1');
	strictEqual(scrub('a p@ss word+1 b'), 'a *** b');
	strictEqual(scrub(`?k=${encodeURIComponent('p@ss word+1')}&x`), '?k=***&x');
	strictEqual(scrub(`k=${new URLSearchParams({k: 'p@ss word+1'}).toString().slice(2)}`), 'k=***');
	const error = new RequestError('GET http://h/?k=p@ss word+1 failed', {
		code: 'ERR_NETWORK',
		method: 'GET',
		url: 'http://h/?k=p@ss word+1',
		attempts: 1,
		body: `${'-'.repeat(995)}p@ss word+1`,
	});
	doesNotMatch(JSON.stringify([error, error.message, error.url, error.body]), /p@ss/);
	strictEqual(error.body, `${'-'.repeat(995)}***`);
});

test('names that say secret are told from those that only sound like it', () => {
	const secret = [
		...[
			'api_key',
			'apikey',
			'apiKey',
			'api_token',
			'app_key',
			'appid',
			'access_token',
			'accessToken',
			'id_token',
			'token',
			'secret',
			'jwt',
		],
		...[
			'pass',
			'password',
			'passwd',
			'pwd',
			'user_password',
			'private_key_passphrase',
			'client_secret',
			'client-key',
			'session',
			'sessionid',
		],
		...[
			'X-Auth-Key',
			'X-API-Token',
			'X-Auth-Token',
			'X-Goog-Api-Key',
			'X-Shopify-Access-Token',
			'Ocp-Apim-Subscription-Key',
			'x-token',
		],
		...[
			'subscription-key',
			'DD-APPLICATION-KEY',
			'Authorization',
			'Proxy-Authorization',
			'Cookie',
			'sig',
			'signature',
			'auth',
		],
		...[
			'X-Amz-Signature',
			'X-Amz-Credential',
			'X-Amz-Security-Token',
			'credentials',
			'refresh_token',
			'bearer-token',
			'consumer_secret',
			'token_secret',
			'oauth_token',
			'oauth_signature',
		],
	];
	const open = [
		...[
			'page_token',
			'pageToken',
			'next_token',
			'nextPageToken',
			'sync_token',
			'continuation_token',
			'tokens',
			'token_type',
			'token_path',
		],
		...[
			'pass_through',
			'passenger',
			'bypass',
			'password_hint',
			'api_key_name',
			'key',
			'primary_key',
			'sort_key',
			'keyword',
			'monkey',
		],
		...[
			'author',
			'authors',
			'auth_type',
			'sessions',
			'session_type',
			'client_id',
			'app_id',
			'secretary',
			'cookies',
			'design',
			'signature_date',
		],
		...['email_signature', 'X-Request-Id', 'credential_type', 'idkeys'],
	];
	deepStrictEqual(
		secret.filter(name => !isSecretName(name)),
		[],
	);
	deepStrictEqual(open.filter(isSecretName), []);
});

test('it is scrubbed in lower-case and double percent-encodings, and with half a surrogate pair in it', () => {
	const value = 'p@ss/wörd+2 \ud800!';
	new Secret(value);
	const once = encodeURIComponent(Buffer.from(value).toString());
	const twice = encodeURIComponent(once);
	const form = new URLSearchParams({k: value}).toString().slice(2);
	const lower = (text: string) => text.replace(/%(25)?[\dA-F]{2}/g, found => found.toLowerCase());
	for (const spelling of [
		value,
		once,
		twice,
		form,
		lower(once),
		lower(twice),
		lower(form),
		JSON.stringify(value).slice(1, -1),
	])
		strictEqual(scrub(`a ${spelling} b`), 'a *** b', spelling);
});
