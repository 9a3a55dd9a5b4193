import {deepEqual, doesNotMatch, equal, match, throws} from 'node:assert/strict';
import {createHash, createHmac, generateKeyPairSync, verify} from 'node:crypto';
import {test} from 'node:test';
import type {AuthContext, OutgoingRequest} from '../../../src/http/auth/authenticator.ts';
import {type OAuth1Options, oauth1, signatureBase, signer} from '../../../src/http/auth/oauth/oauth1.ts';
import {workspace} from '../../helpers/binary.ts';
import {startServer} from '../../helpers/server.ts';

const form = 'application/x-www-form-urlencoded';

function outgoing(href: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest {
	return {method: 'GET', url: new URL(href), headers: {}, body: undefined, ...more};
}

async function signed(
	href: string,
	options: Partial<OAuth1Options> = {},
	more: Partial<OutgoingRequest> = {},
): Promise<{request: OutgoingRequest; sent: Record<string, string>}> {
	const request = outgoing(href, more);
	const auth = oauth1({consumerKey: 'ck', consumerSecret: 'consumer-secret', ...options});
	await auth.apply(request, {} as AuthContext);
	const parts = (request.headers.authorization ?? '').matchAll(/([\w]+)="([^"]*)"/g);
	const sent = Object.fromEntries(
		[...parts].map(([, name = '', value = '']) => [name, decodeURIComponent(value)]),
	);
	return {request, sent};
}

test('what is signed is put together as in RFC 5849 §3.4.1.1', () => {
	const request = outgoing('HTTP://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b', {
		method: 'post',
		headers: {'content-type': form},
		body: 'c2&a3=2+q',
	});
	const own = [
		['oauth_consumer_key', '9djdj82h48djs9d2'],
		['oauth_token', 'kkk9d7dh3k39sjv7'],
		['oauth_signature_method', 'HMAC-SHA1'],
		['oauth_timestamp', '137131201'],
		['oauth_nonce', '7d8f3e4a'],
	] as const;
	equal(
		signatureBase(request, own),
		'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
	);
});

// RFC 5849 §1.2.
for (const [what, method, path, own, secrets, signature] of [
	[
		'a token',
		'POST',
		'https://photos.example.net/token',
		{
			oauth_timestamp: '137131201',
			oauth_nonce: 'walatlh',
			oauth_token: 'hh5s93j4hdidpola',
			oauth_verifier: 'hfdp7dh39dks9884',
		},
		{tokenSecret: 'hdhd0244k9j7ao03'},
		'gKgrFCywp7rO0OXSjdot/IHF7IU=',
	],
	[
		'a photo',
		'GET',
		'http://photos.example.net/photos?file=vacation.jpg&size=original',
		{oauth_timestamp: '137131202', oauth_nonce: 'chapoH', oauth_token: 'nnch734d00sl2jdk'},
		{tokenSecret: 'pfkkdhi9sl3r4s00'},
		'MdpQcU8iPSUjWoN/UDMsK2sui9I=',
	],
] as const) {
	test(`the signature is that of RFC 5849 for ${what}`, () => {
		const all = {oauth_consumer_key: 'dpf43f3p2l4k3l03', oauth_signature_method: 'HMAC-SHA1', ...own};
		const base = signatureBase(outgoing(path, {method}), Object.entries(all));
		equal(signer('HMAC-SHA1', {consumerSecret: 'kd94hf93k423kf44', ...secrets})(base), signature);
	});
}

test('the header holds what was signed, and a realm that was not', async () => {
	const {request, sent} = await signed('https://a.test/x?q=1', {
		token: 'token-4711',
		tokenSecret: 'token-secret-1',
		signatureMethod: 'HMAC-SHA256',
		realm: '123_SB1',
	});
	match(request.headers.authorization ?? '', /^OAuth realm="123_SB1", oauth_consumer_key="ck"/);
	const {realm: _, oauth_signature: signature, ...own} = sent;
	deepEqual(Object.keys(own).sort(), [
		'oauth_consumer_key',
		'oauth_nonce',
		'oauth_signature_method',
		'oauth_timestamp',
		'oauth_token',
		'oauth_version',
	]);
	const base = signatureBase(outgoing('https://a.test/x?q=1'), Object.entries(own));
	equal(signature, createHmac('sha256', 'consumer-secret&token-secret-1').update(base).digest('base64'));
	const again = await signed('https://a.test/x?q=1');
	equal(again.sent.oauth_token, undefined);
	equal(again.sent.oauth_nonce === sent.oauth_nonce, false);
});

test('an RSA key signs, and PLAINTEXT sends the secrets', async () => {
	const {privateKey, publicKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	const pem = privateKey.export({type: 'pkcs8', format: 'pem'}) as string;
	const {sent} = await signed('https://a.test/x', {signatureMethod: 'RSA-SHA1', privateKey: pem});
	const {oauth_signature: signature = '', ...own} = sent;
	const base = Buffer.from(signatureBase(outgoing('https://a.test/x'), Object.entries(own)));
	equal(verify('sha1', base, publicKey, Buffer.from(signature, 'base64')), true);
	const plain = await signed('https://a.test/', {
		consumerSecret: 'a&b secret',
		token: 'tok1',
		tokenSecret: 'geheim-1',
		signatureMethod: 'PLAINTEXT',
	});
	equal(plain.sent.oauth_signature, 'a%26b%20secret&geheim-1');
});

test('parameters go into the query where the config says so, and a body that is no form may be hashed', async () => {
	const {request} = await signed('https://a.test/x?q=a+b', {in: 'query'});
	const {oauth_signature: signature, q, ...own} = Object.fromEntries(request.url.searchParams);
	equal(q, 'a b');
	const base = signatureBase(outgoing('https://a.test/x?q=a+b'), Object.entries(own));
	equal(signature, createHmac('sha1', 'consumer-secret&').update(base).digest('base64'));
	const post = {method: 'POST', headers: {'content-type': 'application/json'}, body: '{"a":1}'};
	const {sent} = await signed('https://a.test/', {bodyHash: true}, post);
	equal(sent.oauth_body_hash, createHash('sha1').update(post.body).digest('base64'));
});

test('what is missing is named', () => {
	throws(() => oauth1({consumerKey: '', consumerSecret: 'secret-1'}), /needs a consumerKey/);
	throws(() => oauth1({consumerKey: 'a'}), /needs a consumerSecret for HMAC-SHA1/);
	throws(() => oauth1({consumerKey: 'a', signatureMethod: 'RSA-SHA1'}), /needs a privateKey for RSA-SHA1/);
});

test('a config signs its requests with auth of the type oauth1, and shows no secret', async () => {
	const server = await startServer([{path: '/rows', method: 'POST', respond: {json: [{id: 1}]}}]);
	const auth =
		'{type: oauth1, consumer_key: ck-1, consumer_secret: geheim-77, token: tok-4711, token_secret: ' +
		'geheim-88}';
	await using place = await workspace({
		'sluice.yaml': `
client: {base_url: "${server.url}", paginator: single_page, auth: ${auth}}
resources: [{name: rows, endpoint: {path: rows, method: POST, data: {b: "x y", a: "1"}}}]
`,
	});
	const {code, stderr} = await place.sluice(['read', 'rows', '-v']);
	equal(code, 0, stderr);
	const {headers, body} = server.requests[0] ?? {headers: {} as Record<string, string>, body: ''};
	const parts = [...(headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)];
	const sent = parts.map(([, name = '', value = '']) => [name, decodeURIComponent(value)] as const);
	const request = outgoing(`${server.url}/rows`, {method: 'POST', headers: {'content-type': form}, body});
	const base = signatureBase(
		request,
		sent.filter(([name]) => name !== 'oauth_signature'),
	);
	equal(
		new Map(sent).get('oauth_signature'),
		createHmac('sha1', 'geheim-77&geheim-88').update(base).digest('base64'),
	);
	const shown = await place.sluice(['show']);
	doesNotMatch(stderr + shown.stdout, /geheim|tok-4711/);
	await server.close();
});

test('check names the secret that an oauth1 lacks', async () => {
	const withAuth = (auth: string) =>
		`client: {base_url: "http://a.test", auth: {type: oauth1, consumer_key: a, ${auth}}}\nresources: ` +
		'[rows]\n';
	await using place = await workspace({
		'none.yaml': withAuth('token_secret: b-secret'),
		'rsa.yaml': withAuth('signature_method: RSA-SHA1, private_key: abc'),
	});
	const none = await place.sluice(['check', '-c', 'none.yaml']);
	match(none.stderr, /client\.auth\.consumer_secret: required key is missing/);
	match(none.stderr, /client\.auth\.token: required key is missing beside token_secret/);
	const rsa = await place.sluice(['check', '-c', 'rsa.yaml']);
	match(rsa.stderr, /client\.auth\.private_key: the private key cannot be read as PEM/);
});
