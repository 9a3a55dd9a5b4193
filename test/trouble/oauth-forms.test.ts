import {deepEqual, equal, match, ok, throws} from 'node:assert/strict';
import {constants, createHmac, generateKeyPairSync, type KeyObject, verify} from 'node:crypto';
import {type TestContext, test} from 'node:test';
import {
	type ClientAssertionOptions,
	type JwtAlgorithm,
	oauth2ClientCredentials,
	oauth2Jwt,
} from '../../src/exports/auth.ts';
import {workspace} from '../helpers/binary.ts';
import {type RecordedRequest, startServer} from '../helpers/server.ts';
import {get, serve, testClient, valueFrom} from '../http/server.ts';

const UUID = 'b1a5e0c2-7d3f-4e59-8a6b-0c1d2e3f4a5b';
const SECRET = 'Q~7-x_y.z';

/** A token server that takes what `fits`. */
async function world(test: TestContext, fits: (request: RecordedRequest) => boolean) {
	const server = await startServer([
		{
			method: 'POST',
			path: '/token',
			respond: {
				fn: request =>
					fits(request)
						? {json: {access_token: 't0ken-of-it'}}
						: {status: 401, json: {error: 'invalid_client'}},
			},
		},
		{path: '/rows', match: {headers: {authorization: 'Bearer t0ken-of-it'}}, respond: {json: []}},
	]);
	test.after(() => server.close());
	return {
		...server,
		tokenUrl: `${server.url}/token`,
		tokens: () => server.requests.filter(({path}) => path === '/token'),
	};
}

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

test('a UUID and a secret of unreserved characters go over Basic as curl -u sends them, at once', async test => {
	const {url, tokenUrl, tokens} = await world(
		test,
		({headers}) => headers.authorization === basic(`${UUID}:${SECRET}`),
	);
	const auth = oauth2ClientCredentials({tokenUrl, clientId: UUID, clientSecret: SECRET, clientAuth: 'basic'});
	deepEqual(await valueFrom(testClient(test, {baseUrl: url, auth}), get(`${url}/rows`)), []);
	equal(tokens().length, 1);
});

for (const [what, pair] of [
	['form-encoded', 'me:a%2Fb%3D%2B+c'],
	['plain', 'me:a/b=+ c'],
] as const) {
	test(`a secret that needs escapes reaches a server that wants the ${what} pair; that way goes first from then on`, async test => {
		const {url, tokenUrl, tokens} = await world(test, ({headers}) => headers.authorization === basic(pair));
		for (const clientAuth of ['basic', 'body'] as const) {
			const auth = oauth2ClientCredentials({
				tokenUrl,
				clientId: 'me',
				clientSecret: 'a/b=+ c',
				clientAuth,
				defaultExpiresInSeconds: 0.001,
			});
			const api = testClient(test, {baseUrl: url, auth});
			await valueFrom(api, get(`${url}/rows`));
			const before = tokens().length;
			await new Promise(resolve => setTimeout(resolve, 5));
			await valueFrom(api, get(`${url}/rows`));
			equal(tokens().length, before + 1);
		}
	});
}

test('user:pass@ of base_url holds for next links, redirects, logins and tokens of that origin, and for no other', async test => {
	const wanted = basic('me:p@ss-w0rd');
	const foreign = await serve(test, (_request, response) => response.end('[]'));
	const {url, requests} = await serve(test, ({url = '', headers}, response) => {
		if (headers.authorization !== wanted) return void response.writeHead(401).end('{}');
		if (url === '/rows') return void response.writeHead(302, {location: '/moved'}).end();
		if (url === '/away') return void response.writeHead(302, {location: `${foreign.url}/there`}).end();
		response.end('[]');
	});
	const baseUrl = url.replace('//', '//me:p%40ss-w0rd@');
	const api = testClient(test, {baseUrl});
	for (const path of ['/rows', '/next', '/away']) deepEqual(await valueFrom(api, get(`${url}${path}`)), []);
	ok(requests.every(({headers}) => headers.authorization === wanted));
	deepEqual(
		foreign.requests.map(({headers}) => headers.authorization),
		[undefined],
	);
});

test('user:pass@ of base_url or token_url is sent with the token request', async test => {
	const {url, tokenUrl, tokens} = await world(
		test,
		({headers}) => headers.authorization === basic('gate:k33per-x'),
	);
	const withUser = (text: string) => text.replace('//', '//gate:k33per-x@');
	for (const [base, token] of [
		[withUser(url), tokenUrl],
		[url, withUser(tokenUrl)],
	] as const) {
		const auth = oauth2ClientCredentials({tokenUrl: token, clientId: 'me', clientSecret: 's3cret-one'});
		deepEqual(await valueFrom(testClient(test, {baseUrl: base, auth}), get(`${url}/rows`)), []);
	}
	deepEqual(
		tokens().map(({form}) => form?.client_secret),
		[['s3cret-one'], ['s3cret-one']],
	);
	throws(
		() =>
			oauth2ClientCredentials({
				tokenUrl: withUser(tokenUrl),
				clientId: 'me',
				clientSecret: 's',
				clientAuth: 'basic',
			}),
		/give one/,
	);
});

function part(jwt: string, index: number): Record<string, unknown> {
	return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString());
}

function isSigned(jwt: string, algorithm: JwtAlgorithm, key: KeyObject | string): boolean {
	const [head, body, signature = ''] = jwt.split('.');
	const content = Buffer.from(`${head}.${body}`);
	const bytes = Buffer.from(signature, 'base64url');
	const hash = `sha${algorithm.slice(2)}`;
	if (typeof key === 'string') return createHmac(hash, key).update(content).digest().equals(bytes);
	const padding = algorithm.startsWith('PS') && {
		padding: constants.RSA_PKCS1_PSS_PADDING,
		saltLength: Number(algorithm.slice(2)) / 8,
	};
	return verify(
		algorithm === 'EdDSA' ? null : hash,
		content,
		{key, dsaEncoding: 'ieee-p1363', ...padding},
		bytes,
	);
}

const rsa = generateKeyPairSync('rsa', {modulusLength: 2048});
const keys = {
	RS: rsa,
	PS: rsa,
	ES256: generateKeyPairSync('ec', {namedCurve: 'P-256'}),
	ES384: generateKeyPairSync('ec', {namedCurve: 'P-384'}),
	ES512: generateKeyPairSync('ec', {namedCurve: 'P-521'}),
	EdDSA: generateKeyPairSync('ed25519'),
};

const pem = (key: KeyObject) => key.export({type: 'pkcs8', format: 'pem'}).toString();

for (const algorithm of [
	...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const),
	...(['HS256', 'HS384', 'HS512'] as const),
]) {
	test(`a client assertion in ${algorithm} is sent in place of a secret, made anew for each token`, async test => {
		const pair = keys[algorithm as 'ES256'] ?? keys[algorithm.slice(0, 2) as 'RS'];
		const key = algorithm.startsWith('HS') ? 'shared-s3cret-of-both' : pair.publicKey;
		const {url, tokenUrl, tokens} = await world(test, ({form}) =>
			isSigned(form?.client_assertion?.[0] ?? '', algorithm, key),
		);
		const clientAssertion: ClientAssertionOptions = {
			algorithm,
			keyId: 'k1',
			...(typeof key === 'string' ? {secret: key} : {privateKey: pem(pair.privateKey)}),
			audience: ['https://one', 'https://two'],
			claims: {roles: ['a', {deep: true}], level: 7},
			header: {x5t: 'thumb'},
		};
		const auth = oauth2ClientCredentials({
			tokenUrl,
			clientId: UUID,
			clientAssertion,
			requestHeaders: {'X-Tenant': 'acme'},
			defaultExpiresInSeconds: 0.001,
		});
		const api = testClient(test, {baseUrl: url, auth});
		await valueFrom(api, get(`${url}/rows`));
		await new Promise(resolve => setTimeout(resolve, 5));
		await valueFrom(api, get(`${url}/rows`));
		const [first, second] = tokens();
		const form = first?.form ?? {};
		deepEqual(form.client_assertion_type, ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer']);
		deepEqual(
			[form.client_id, form.client_secret, form.grant_type],
			[[UUID], undefined, ['client_credentials']],
		);
		equal(first?.headers['x-tenant'], 'acme');
		equal(first?.headers.authorization, undefined);
		const jwt = form.client_assertion?.[0] ?? '';
		deepEqual(part(jwt, 0), {alg: algorithm, typ: 'JWT', kid: 'k1', x5t: 'thumb'});
		const {iat, exp, jti, ...claims} = part(jwt, 1);
		equal(Number(exp) - Number(iat), 300);
		deepEqual(claims, {
			iss: UUID,
			sub: UUID,
			aud: ['https://one', 'https://two'],
			roles: ['a', {deep: true}],
			level: 7,
		});
		ok(jti !== part(second?.form?.client_assertion?.[0] ?? '', 1).jti);
	});
}

test('an assertion as grant takes an audience that is a list and claims of any type', async test => {
	const {url, tokenUrl, tokens} = await world(test, () => true);
	const options = {tokenUrl, issuer: 'robot', privateKey: pem(rsa.privateKey)};
	const auth = oauth2Jwt({
		...options,
		algorithm: 'PS256',
		audience: ['a', 'b'],
		claims: {admin: true, exp: 99},
	});
	await valueFrom(testClient(test, {baseUrl: url, auth}), get(`${url}/rows`));
	const {aud, admin, exp} = part(tokens()[0]?.form?.assertion?.[0] ?? '', 1);
	deepEqual([aud, admin, exp], [['a', 'b'], true, 99]);
});

test('the config says all this, and check says what is missing', async () => {
	const server = await startServer([
		{method: 'POST', path: '/token', respond: {json: {access_token: 't0ken-of-it'}}},
		{path: '/rows', match: {headers: {authorization: 'Bearer t0ken-of-it'}}, respond: {json: [{id: 1}]}},
	]);
	try {
		const run = async (more: object, verb: string) => {
			const auth = {
				type: 'oauth2_client_credentials',
				client_id: 'me',
				token_url: `${server.url}/token`,
				...more,
			};
			const config = {client: {base_url: server.url, auth, paginator: 'single_page'}, resources: ['rows']};
			await using place = await workspace({'sluice.json': JSON.stringify(config)});
			return await place.sluice([verb]);
		};
		const client_assertion = {
			algorithm: 'ES256',
			private_key: pem(keys.ES256.privateKey),
			claims: {n: [1]},
			audience: ['x'],
		};
		const {code, stderr} = await run(
			{client_assertion, access_token_request_headers: {'X-Tenant': 'acme'}},
			'run',
		);
		equal(code, 0, stderr);
		const [request] = server.requests;
		equal(request?.headers['x-tenant'], 'acme');
		deepEqual(part(request?.form?.client_assertion?.[0] ?? '', 1).n, [1]);
		for (const [more, message] of [
			[{}, /client\.auth\.client_secret: required key is missing/],
			[{client_secret: 'abcdef', client_assertion}, /client_assertion: in place of client_secret: give one/],
			[{client_assertion: {...client_assertion, algorithm: 'ES384'}}, /ES384 needs a key on the curve P-384/],
			[{client_assertion: {algorithm: 'HS512'}}, /client_assertion\.secret: required key is missing/],
			[{client_assertion: {}}, /client_assertion\.private_key: required key is missing/],
		] as const) {
			const refused = await run(more, 'check');
			equal(refused.code, 2);
			match(refused.stderr, message);
		}
	} finally {
		await server.close();
	}
});
