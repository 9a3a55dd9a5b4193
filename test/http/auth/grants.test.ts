import assert from 'node:assert/strict';
import {createHmac, createPublicKey, generateKeyPairSync, verify} from 'node:crypto';
import {describe, it, type TestContext} from 'node:test';
import type {RequestError} from '../../../src/core/errors.ts';
import {Secret} from '../../../src/core/secret.ts';
import type {Authenticator} from '../../../src/http/auth/authenticator.ts';
import {type OAuth2JwtOptions, oauth2Jwt} from '../../../src/http/auth/oauth/oauth2-jwt.ts';
import {oauth2Password} from '../../../src/http/auth/oauth/oauth2-password.ts';
import {
	type OAuth2RefreshTokenOptions,
	oauth2RefreshToken,
} from '../../../src/http/auth/oauth/oauth2-refresh-token.ts';
import {get, serve, testClient, valueFrom} from '../server.ts';

type Grant = (form: URLSearchParams) => object | undefined;

/**
 * A token server that refuses what `grant` does not answer, beside an API that takes the newest token only.
 */
async function tokenServer(test: TestContext, grant: Grant) {
	const forms: URLSearchParams[] = [];
	let newest = '';
	const {url} = await serve(test, async (request, response) => {
		if (request.url !== '/token') {
			return void response
				.writeHead(request.headers.authorization === `Bearer ${newest}` ? 200 : 401)
				.end('[]');
		}
		let text = '';
		for await (const chunk of request) text += chunk;
		const form = new URLSearchParams(text);
		forms.push(form);
		const answer = grant(form);
		if (!answer) return void response.writeHead(400).end('{"error":"invalid_grant"}');
		newest = `access-${forms.length}`;
		response.end(JSON.stringify({access_token: newest, expires_in: 3600, ...answer}));
	});
	const revoke = () => {
		newest = 'none';
	};
	return {url, tokenUrl: `${url}/token`, forms, revoke};
}

/** A server that takes each refresh token once, and answers with the next. */
async function rotatingServer(test: TestContext) {
	let valid = 'refresh-0';
	const server = await tokenServer(test, form => {
		if (form.get('refresh_token') !== valid) return undefined;
		valid = `refresh-${Number(valid.split('-')[1]) + 1}`;
		return {refresh_token: valid};
	});
	const make = (options: Partial<OAuth2RefreshTokenOptions> = {}) => ({
		baseUrl: server.url,
		auth: oauth2RefreshToken({
			tokenUrl: server.tokenUrl,
			clientId: 'me',
			refreshToken: 'refresh-0',
			...options,
		}),
	});
	return {...server, make, valid: () => valid};
}

describe('oauth2RefreshToken', () => {
	it('goes on with the token that the server answered with, also after a 401', async test => {
		const {url, forms, make, revoke} = await rotatingServer(test);
		const api = testClient(test, make());
		for (let i = 0; i < 3; i++) {
			await valueFrom(api, get(url));
			revoke();
		}
		assert.deepEqual(forms.map(String), [
			'client_id=me&grant_type=refresh_token&refresh_token=refresh-0',
			'client_id=me&grant_type=refresh_token&refresh_token=refresh-1',
			'client_id=me&grant_type=refresh_token&refresh_token=refresh-2',
		]);
	});

	it('keeps its token where the server answers without another', async test => {
		const {url, tokenUrl, forms, revoke} = await tokenServer(test, () => ({}));
		const auth = oauth2RefreshToken({
			tokenUrl,
			clientId: 'me',
			clientSecret: 's3cret',
			refreshToken: 'refresh-0',
		});
		const api = testClient(test, {baseUrl: url, auth});
		await valueFrom(api, get(url));
		revoke();
		await valueFrom(api, get(url));
		assert.deepEqual(
			forms.map(form => [form.get('refresh_token'), form.get('client_secret')]),
			[
				['refresh-0', 's3cret'],
				['refresh-0', 's3cret'],
			],
		);
	});

	it('rotates once for twenty requests at once', async test => {
		const {url, forms, make} = await rotatingServer(test);
		const api = testClient(test, make());
		await Promise.all(Array.from({length: 20}, () => valueFrom(api, get(url))));
		assert.equal(forms.length, 1);
	});

	it('has the new token in the store before it uses the access token that came with it', async test => {
		const {url, make, valid} = await rotatingServer(test);
		const steps: string[] = [];
		const store = {
			load: async () => undefined,
			save: async (token: Secret) => void steps.push(`save ${token.reveal()}`),
		};
		const api = testClient(test, {...make({store}), onEvent: ({type}) => void steps.push(type)});
		await valueFrom(api, get(url));
		assert.deepEqual(steps, ['request', `save ${valid()}`, 'token', 'request']);
	});

	it('sends no request when the store fails, and the next time goes on from the token that was not saved', async test => {
		const {url, forms, make} = await rotatingServer(test);
		const saved: string[] = [];
		let full = true;
		const store = {
			load: async () => new Secret('refresh-0'),
			save: async (token: Secret) => {
				if (full) throw new Error('disk full');
				saved.push(token.reveal());
			},
		};
		const api = testClient(test, make({store}));
		await assert.rejects(valueFrom(api, get(url)), /authenticator failed: disk full/);
		full = false;
		await valueFrom(api, get(url));
		assert.deepEqual(
			forms.map(form => form.get('refresh_token')),
			['refresh-0', 'refresh-1'],
		);
		assert.deepEqual(saved, ['refresh-2']);
	});

	it('says who has to do what when the token is refused, without the token', async test => {
		const {url, make} = await rotatingServer(test);
		const api = testClient(test, make({refreshToken: 'refresh-used'}));
		await assert.rejects(valueFrom(api, get(url)), (error: RequestError) => {
			assert.equal(error.code, 'ERR_AUTH');
			assert.match(
				error.message,
				/^no OAuth2 token: POST \S+\/token answered 400 \{"error":"invalid_grant"\}\. Check client_id and refresh_token: .* sign in again$/,
			);
			return true;
		});
	});
});

describe('oauth2Password', () => {
	it('sends name and password of the user beside those of the client', async test => {
		const {url, tokenUrl, forms} = await tokenServer(test, () => ({}));
		const auth = oauth2Password({
			tokenUrl,
			clientId: 'me',
			clientSecret: 's3cret',
			username: 'jane',
			password: 'p & w',
			request: {scope: 'read'},
		});
		await valueFrom(testClient(test, {baseUrl: url, auth}), get(url));
		assert.deepEqual(forms.map(String), [
			'client_id=me&client_secret=s3cret&grant_type=password&username=jane&password=p+%26+w&scope=read',
		]);
	});

	it('needs no client', async test => {
		const {url, tokenUrl, forms} = await tokenServer(test, () => ({}));
		const auth = oauth2Password({tokenUrl, username: 'jane', password: 'open sesame'});
		await valueFrom(testClient(test, {baseUrl: url, auth}), get(url));
		assert.deepEqual(forms.map(String), ['grant_type=password&username=jane&password=open+sesame']);
	});

	it('fails with one request when the password is wrong, and does not show it', async test => {
		const {url, tokenUrl, forms} = await tokenServer(test, () => undefined);
		const api = testClient(test, {
			baseUrl: url,
			auth: oauth2Password({tokenUrl, username: 'jane', password: 'wr0ng-one'}),
		});
		await assert.rejects(valueFrom(api, get(url)), (error: RequestError) => {
			assert.deepEqual([error.code, error.status], ['ERR_AUTH', 400]);
			assert.match(error.message, /Check username, password/);
			assert.doesNotMatch(error.message, /wr0ng-one/);
			return true;
		});
		assert.equal(forms.length, 1);
	});
});

const rsa = generateKeyPairSync('rsa', {modulusLength: 2048});
const ec = generateKeyPairSync('ec', {namedCurve: 'P-256'});
const pem = (key: typeof rsa.privateKey) => key.export({type: 'pkcs8', format: 'pem'}).toString();

function opened(jwt: string) {
	const [header = '', claims = '', signature = ''] = jwt.split('.');
	const json = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
	return {
		header: json(header),
		claims: json(claims),
		content: Buffer.from(`${header}.${claims}`),
		signature: Buffer.from(signature, 'base64url'),
	};
}

describe('oauth2Jwt', () => {
	for (const [algorithm, key, isValid] of [
		[
			'RS256',
			{privateKey: pem(rsa.privateKey)},
			(content: Buffer, signature: Buffer) =>
				verify('sha256', content, createPublicKey(rsa.privateKey), signature),
		],
		[
			'ES256',
			{privateKey: pem(ec.privateKey)},
			(content: Buffer, signature: Buffer) =>
				verify(
					'sha256',
					content,
					{key: createPublicKey(ec.privateKey), dsaEncoding: 'ieee-p1363'},
					signature,
				),
		],
		[
			'HS256',
			{secret: 'shared s3cret'},
			(content: Buffer, signature: Buffer) =>
				createHmac('sha256', 'shared s3cret').update(content).digest().equals(signature),
		],
	] as const) {
		it(`sends an assertion that the server can check: ${algorithm}`, async test => {
			let sent: ReturnType<typeof opened> | undefined;
			const {url, tokenUrl, forms} = await tokenServer(test, form => {
				sent = opened(form.get('assertion') ?? '');
				return isValid(sent.content, sent.signature) ? {} : undefined;
			});
			const auth = oauth2Jwt({
				tokenUrl,
				issuer: 'robot@example.com',
				scopes: ['a', 'b'],
				algorithm,
				keyId: 'key-1',
				...key,
			});
			const before = Math.floor(Date.now() / 1000);
			await valueFrom(testClient(test, {baseUrl: url, auth}), get(url));
			assert.deepEqual([...(forms[0]?.keys() ?? [])], ['grant_type', 'assertion']);
			assert.equal(forms[0]?.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
			assert.deepEqual(sent?.header, {alg: algorithm, typ: 'JWT', kid: 'key-1'});
			const {iat, exp, jti, ...claims} = sent?.claims ?? {};
			assert.deepEqual(claims, {
				iss: 'robot@example.com',
				sub: 'robot@example.com',
				aud: tokenUrl,
				scope: 'a b',
			});
			assert.ok(iat >= before && exp === iat + 1200 && jti.length > 30);
		});
	}

	it('makes a new assertion for each token, with the claims that were asked for', async test => {
		const {url, tokenUrl, forms, revoke} = await tokenServer(test, () => ({}));
		const options: OAuth2JwtOptions = {
			tokenUrl,
			clientId: 'me',
			clientSecret: 's3cret',
			subject: 'jane',
			audience: 'https://aud',
			claims: {box_sub_type: 'user'},
			algorithm: 'HS256',
			secret: 'shared s3cret',
			lifetimeSeconds: 60,
		};
		const api = testClient(test, {baseUrl: url, auth: oauth2Jwt(options)});
		await valueFrom(api, get(url));
		revoke();
		await valueFrom(api, get(url));
		const [first, second] = forms.map(form => opened(form.get('assertion') ?? '').claims);
		assert.notEqual(first.jti, second.jti);
		const {iat, exp, jti: _, ...claims} = second;
		assert.equal(exp - iat, 60);
		assert.deepEqual(claims, {iss: 'me', sub: 'jane', aud: 'https://aud', box_sub_type: 'user'});
		assert.deepEqual([forms[1]?.get('client_id'), forms[1]?.get('client_secret')], ['me', 's3cret']);
	});

	it('reads a key with a passphrase, and one whose line breaks are spelled out', () => {
		const passphrase = 'open sesame';
		const locked = rsa.privateKey
			.export({type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase})
			.toString();
		const make = (options: Partial<OAuth2JwtOptions>) =>
			oauth2Jwt({tokenUrl: 'https://a.b', issuer: 'me', ...options});
		assert.ok(make({privateKey: locked, passphrase}));
		assert.ok(make({privateKey: pem(rsa.privateKey).replaceAll('\n', '\\n')}));
		assert.throws(
			() => make({privateKey: locked, passphrase: 'wrong'}),
			/cannot be read as PEM; check its passphrase/,
		);
	});

	for (const [what, options, message] of [
		['no issuer', {secret: 'abcd', algorithm: 'HS256'}, /needs an issuer or a clientId/],
		['no key', {issuer: 'me'}, /needs a privateKey for RS256, got an empty one/],
		['no secret', {issuer: 'me', algorithm: 'HS256'}, /needs a secret for HS256, got an empty one/],
		['text that is no key', {issuer: 'me', privateKey: 'hello'}, /begins with -----BEGIN PRIVATE KEY-----/],
		[
			'a key of another kind',
			{issuer: 'me', privateKey: pem(ec.privateKey)},
			/RS256 needs an RSA key, got one of type ec prime256v1/,
		],
	] as const) {
		it(`refuses ${what} at once`, () => {
			assert.throws(() => oauth2Jwt({tokenUrl: 'https://a.b', ...options} as OAuth2JwtOptions), message);
		});
	}
});

it('a token of any grant is renewed once when twenty requests get a 401 for it', async test => {
	const {url, tokenUrl, forms, revoke} = await tokenServer(test, () => ({}));
	const auth: Authenticator = oauth2Password({tokenUrl, username: 'jane', password: 'open sesame'});
	const api = testClient(test, {baseUrl: url, auth});
	await valueFrom(api, get(url));
	revoke();
	await Promise.all(Array.from({length: 20}, () => valueFrom(api, get(url))));
	assert.equal(forms.length, 2);
});
