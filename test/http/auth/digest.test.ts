import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {test} from 'node:test';
import {challengesOf} from '../../../src/http/auth/challenges.ts';
import {digest, digestChallenge, digestHeader} from '../../../src/http/auth/digest.ts';
import {workspace} from '../../helpers/binary.ts';
import {get, serve, testClient, valueFrom} from '../server.ts';

const params = (header: string) => Object.fromEntries(challengesOf(header)[0]?.params ?? []);

// RFC 7616 §3.9.1.
const book = {
	realm: 'http-auth@example.org',
	nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
	opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
};
const mufasa = {username: 'Mufasa', password: 'Circle of Life'};
const asked = (path: string, more = {}) => ({
	method: 'GET',
	url: new URL(path, 'http://www.example.org'),
	body: undefined,
	...more,
});

for (const [algorithm, response] of [
	['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
	['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
] as const) {
	test(`a request is hashed as in the RFC, by ${algorithm}`, () => {
		const header =
			`Digest realm="${book.realm}", qop="auth, auth-int", algorithm=${algorithm}, nonce="${book.nonce}", ` +
			`opaque="${book.opaque}"`;
		const sent = digestHeader(mufasa, digestChallenge(header), asked('/dir/index.html'), {
			cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
			count: 1,
		});
		deepEqual(params(sent), {
			...book,
			username: 'Mufasa',
			uri: '/dir/index.html',
			algorithm,
			nc: '00000001',
			cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
			qop: 'auth',
			response,
		});
	});
}

test('a name beyond ASCII goes as a hash, or percent-encoded, as the server asks for it', () => {
	const challenge = digestChallenge(
		'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
			'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", charset=UTF-8, userhash=true',
	);
	const user = {username: 'Jäsøn Doe', password: 'Secret, or not?'};
	const spent = {cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v', count: 1};
	const hashed = params(digestHeader(user, challenge, asked('/doe.json'), spent));
	// RFC 7616 §3.9.2, with the values that its erratum 4897 puts right.
	equal(hashed.username, '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b');
	equal(hashed.response, '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5');
	equal(hashed.userhash, 'true');
	const encoded = params(digestHeader(user, {...challenge, hashesUser: false}, asked('/doe.json'), spent));
	equal(encoded['username*'], "UTF-8''J%C3%A4s%C3%B8n%20Doe");
	equal(encoded.response, hashed.response);
});

test('a challenge is found among others, and the first that can be met counts', () => {
	const header =
		'Negotiate, Digest realm="a \\"b\\", c", algorithm=SHA3, nonce="1", Digest realm="x", nonce="2", ' +
		'qop="auth-int", Basic realm="y"';
	deepEqual(
		challengesOf(header).map(({scheme}) => scheme),
		['negotiate', 'digest', 'digest', 'basic'],
	);
	equal(challengesOf(header)[1]?.params.get('realm'), 'a "b", c');
	const {nonce, qop} = digestChallenge(header);
	deepEqual([nonce, qop], ['2', 'auth-int']);
});

const md5 = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex');
const hush = 'hush-hush-1';

interface Ask {
	readonly algorithm?: string;
	readonly qop?: string;
	/** How many requests a nonce is good for. */
	readonly life?: number;
}

/** A server that checks every hash by itself, and the count of each nonce. */
function guarded({algorithm = 'MD5', qop, life = 100}: Ask = {}) {
	let nonces = 0;
	let used = 0;
	const seen: (string | undefined)[] = [];
	const handler = async (
		request: import('node:http').IncomingMessage,
		response: import('node:http').ServerResponse,
	) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		const said = params(request.headers.authorization ?? '');
		const {nonce = '', nc = '', cnonce = ''} = said;
		seen.push(said.nonce && `${said.nonce}/${said.nc}`);
		const user = md5('me', 'here', hush);
		const key = algorithm.endsWith('-sess') ? md5(user, nonce, cnonce) : user;
		const what = md5(request.method ?? '', request.url ?? '', ...(qop === 'auth-int' ? [md5(body)] : []));
		const isRight =
			said.uri === request.url &&
			said.response === md5(key, nonce, ...(qop ? [nc, cnonce, qop] : []), what) &&
			(!qop || Number.parseInt(nc, 16) === used + 1);
		const isFresh = said.nonce === `n${nonces}` && used < life;
		if (isRight && isFresh) {
			used++;
			response.end('[{"id":1}]');
			return;
		}
		used = 0;
		const asks = [
			'realm="here"',
			`nonce="n${++nonces}"`,
			`algorithm=${algorithm}`,
			...(qop ? [`qop="${qop}"`] : []),
			...(isRight ? ['stale=true'] : []),
		];
		response.writeHead(401, {'www-authenticate': ['Basic realm="here"', `Digest ${asks.join(', ')}`]}).end();
	};
	return {handler, seen};
}

for (const ask of [
	{},
	{qop: 'auth'},
	{qop: 'auth-int'},
	{qop: 'auth', algorithm: 'MD5-sess'},
	{algorithm: 'MD5-sess'},
] satisfies Ask[]) {
	test(`after one 401 each request is signed at once, and counted: ${JSON.stringify(ask)}`, async context => {
		const {handler, seen} = guarded(ask);
		const {url} = await serve(context, handler);
		const api = testClient(context, {baseUrl: url, auth: digest({username: 'me', password: hush})});
		await valueFrom(api, get(`${url}/a%20b?x=1&y="z"`));
		await valueFrom(api, get(`${url}/a`, {method: 'POST', body: {json: {name: 'Jörg'}}}));
		const nc = (count: string) => ('qop' in ask ? `n1/${count}` : 'n1/undefined');
		deepEqual(seen, [undefined, nc('00000001'), nc('00000002')]);
	});
}

test('a nonce that is used up is replaced by the next one', async context => {
	const {handler, seen} = guarded({qop: 'auth', life: 1});
	const {url} = await serve(context, handler);
	const api = testClient(context, {baseUrl: url, auth: digest({username: 'me', password: hush})});
	for (const path of ['/1', '/2', '/3']) await valueFrom(api, get(url + path));
	deepEqual(seen, [
		undefined,
		'n1/00000001',
		...['n1/00000002', 'n2/00000001'],
		...['n2/00000002', 'n3/00000001'],
	]);
});

test('a wrong password ends after one more request, and a server that wants no Digest is told of', async context => {
	const {handler, seen} = guarded({qop: 'auth'});
	const {url} = await serve(context, handler);
	const auth = digest({username: 'me', password: 'wrong-password'});
	const api = testClient(context, {baseUrl: url, auth});
	await rejects(valueFrom(api, get(`${url}/a`)), /answered 401.*does not accept the credentials: check auth/);
	equal(seen.length, 2);
	const basic = await serve(context, (_, response) =>
		response.writeHead(401, {'www-authenticate': 'Basic realm="a"'}).end(),
	);
	await rejects(
		valueFrom(testClient(context, {baseUrl: basic.url, auth}), get(basic.url)),
		(error: Error & {code?: string}) => {
			match(error.message, /a 401 that asks for basic in WWW-Authenticate, and not for Digest/);
			return error.code === 'ERR_AUTH';
		},
	);
	equal(basic.requests.length, 1);
});

test('a rule that renews credentials after another answer than a 401 keeps the nonce', async context => {
	const {handler, seen} = guarded();
	const {url} = await serve(context, (request, response, number) =>
		number === 2 ? void response.writeHead(403).end('{}') : void handler(request, response),
	);
	const auth = digest({username: 'me', password: hush});
	const responseActions = [{status: 403, action: 'refresh_token' as const}];
	const api = testClient(context, {baseUrl: url, auth, responseActions});
	for (const path of ['/1', '/2']) await valueFrom(api, get(url + path));
	deepEqual(seen, [undefined, 'n1/undefined', 'n1/undefined']);
});

test('a config logs in with auth of the type digest, and its password stays hidden', async context => {
	const {handler} = guarded({qop: 'auth'});
	const {url} = await serve(context, handler);
	const config = (password: string) =>
		`client: {base_url: "${url}", paginator: single_page, auth: {type: digest, username: me, password: ` +
		`"${password}"}}\nresources: [rows]\n`;
	await using place = await workspace({'sluice.yaml': config(hush), 'wrong.yaml': config('wrong-password')});
	const {code, stdout, stderr} = await place.sluice(['read', 'rows']);
	equal(code, 0, stderr);
	equal(stdout, '{"id":1}\n');
	const wrong = await place.sluice(['read', 'rows', '-c', 'wrong.yaml', '-v']);
	equal(wrong.code, 3);
	equal(/wrong-password/.test(wrong.stderr), false);
});
