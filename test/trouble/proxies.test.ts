import {deepEqual, doesNotMatch, equal, match, ok, rejects, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {oauth2ClientCredentials} from '../../src/exports/auth.ts';
import {environmentProxies, proxyChoice} from '../../src/http/connection/proxy.ts';
import {client} from '../../src/index.ts';
import {workspace} from '../helpers/binary.ts';
import {authority, withoutOpenssl} from '../helpers/certificates.ts';
import {startHttps} from '../helpers/https-server.ts';
import {startProxy} from '../helpers/proxy.ts';
import {startServer} from '../helpers/server.ts';
import {get, valueFrom} from '../http/server.ts';

const config = (base: string, more = ''): string => `
client: {base_url: "${base}", paginator: single_page, retry: {max_retries: 0}${more}}
resources: [rows]
`;

const refused = (env: Record<string, string>) => (url: string) =>
	proxyChoice(environmentProxies(env))(new URL(url)).proxy?.url.host;

test('the variables of the environment name the proxy: lower case wins, ALL_PROXY fills in, an empty one means none', () => {
	const both = refused({HTTPS_PROXY: 'http://upper:1', https_proxy: 'lower:2', ALL_PROXY: 'http://all:3'});
	equal(both('https://api.test/'), 'lower:2');
	equal(both('http://api.test/'), 'all:3');
	equal(refused({HTTPS_PROXY: 'http://upper:1'})('http://api.test/'), undefined);
	equal(
		refused({HTTP_PROXY: 'http://upper:1', all_proxy: 'http://all:3', http_proxy: ''})('http://api.test/'),
		undefined,
	);
	equal(refused({HTTP_PROXY: 'http://upper:1'})('https://api.test/'), undefined);
});

for (const [list, through, past] of [
	[
		'api.test',
		['http://other.test/', 'http://myapi.test/'],
		['http://api.test/', 'https://v1.api.test/', 'http://API.test./'],
	],
	[
		'.corp.test, *.lan.test',
		['http://notcorp.test/'],
		['http://a.corp.test/', 'http://corp.test/', 'http://b.lan.test/'],
	],
	['api.test:8443', ['https://api.test/'], ['https://api.test:8443/']],
	['api.test:443', ['http://api.test/'], ['https://api.test/']],
	[
		'127.0.0.1 ::1',
		['http://127.0.0.2/', 'http://localhost/'],
		['http://127.0.0.1:8080/', 'http://[::1]:9/'],
	],
	['[::1]:80', ['http://[::1]:81/'], ['http://[0:0:0:0:0:0:0:1]/']],
	[
		'10.0.0.0/8,fd00::/8',
		['http://11.0.0.1/', 'http://[fe00::1]/', 'http://10.test/'],
		['http://10.200.3.4/', 'http://[fd12::1]/'],
	],
	['other.test,*', [], ['http://api.test/', 'http://10.0.0.1/']],
	['https://api.test/', ['http://x.test/'], ['http://api.test/']],
	['münchen.test', ['http://munchen.test/'], ['http://münchen.test/']],
	['', ['http://localhost/'], []],
] as const) {
	test(`NO_PROXY ${JSON.stringify(list)} stands for its hosts and no others`, () => {
		const choice = refused({HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://p:1', NO_PROXY: list});
		for (const url of through) equal(choice(url), 'p:1', url);
		for (const url of past) equal(choice(url), undefined, url);
	});
}

test('a proxy that cannot be used is refused by the name of its variable, and its password stays hidden', () => {
	const secret = 'geheim-7531';
	for (const [url, told] of [
		[
			`socks4://me:${secret}@p:1080`,
			/ALL_PROXY names a SOCKS4 proxy; Sluice speaks SOCKS5: socks5:\/\/p:1080.*client\.proxy: null/,
		],
		[`ftp://me:${secret}@p`, /ALL_PROXY starts with ftp:\/\//],
		[`http://me:${secret}@:x`, /ALL_PROXY is no URL such as/],
		[`http://me:100%${secret}@p`, /ALL_PROXY has credentials that cannot be sent: .*%25/],
	] as const) {
		throws(
			() => client({baseUrl: 'https://api.test', proxy: environmentProxies({ALL_PROXY: url})}),
			(error: Error) => told.test(error.message) && !error.message.includes(secret),
			url,
		);
	}
});

test('a run goes by HTTP_PROXY, redirects and tokens too, and -v and --log json tell so without credentials', async () => {
	const api = await startServer([
		{path: '/token', method: 'POST', respond: {json: {access_token: 'token-4711', expires_in: 3600}}},
		{path: '/rows', respond: {status: 302, headers: {location: '/moved'}}},
		{path: '/moved', respond: {json: [{id: 1}]}},
	]);
	const proxy = await startProxy({user: 'me:s3cret/word'});
	const auth = `, auth: {type: oauth2, client_id: a, client_secret: b-secret, token_url: "${api.url}/token"}`;
	await using place = await workspace({'sluice.yaml': config(api.url, auth)});
	const env = {HTTP_PROXY: `http://me:s3cret%2Fword@127.0.0.1:${proxy.port}`};
	const {code, stdout, stderr} = await place.sluice(['read', 'rows', '-v'], {env});
	equal(code, 0, stderr);
	equal(stdout, '{"id":1}\n');
	deepEqual(proxy.seen, [`POST ${api.url}/token`, `GET ${api.url}/rows`, `GET ${api.url}/moved`]);
	deepEqual(
		api.requests.map(({headers}) => [headers.host, headers['proxy-authorization']]),
		api.requests.map(() => [`127.0.0.1:${api.port}`, undefined]),
	);
	ok(stderr.includes(`  ${api.url}: by the proxy ${proxy.url} (HTTP_PROXY)\n`), stderr);
	const json = await place.sluice(['read', 'rows', '--log', 'json'], {
		env: {...env, no_proxy: '127.0.0.0/8'},
	});
	equal(json.code, 0);
	const events = json.stderr
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	const told = events
		.filter(({event}) => event === 'proxy')
		.map(({origin, proxy, from}) => ({origin, proxy, from}));
	deepEqual(told, [{origin: api.url, proxy: null, from: 'NO_PROXY'}]);
	equal(proxy.seen.length, 3);
	doesNotMatch(stderr + json.stderr, /s3cret|bWU6/);
	await Promise.all([proxy.close(), api.close()]);
});

test('client.proxy goes before the environment, null goes without, and an env file counts as the environment', async () => {
	const api = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	const [own, other] = [await startProxy({user: 'me:password-1'}), await startProxy()];
	await using place = await workspace({
		'sluice.yaml': config(api.url, `, proxy: "http://me:\${secrets.proxy}@127.0.0.1:${own.port}"`),
		'none.yaml': config(api.url, ', proxy: null'),
		'env.yaml': config(api.url),
		'.env': `http_proxy=127.0.0.1:${other.port}\n`,
	});
	const env = {HTTP_PROXY: other.url, PROXY: 'password-1'};
	equal((await place.sluice(['read', 'rows'], {env})).code, 0);
	deepEqual([own.seen.length, other.seen.length], [1, 0]);
	equal((await place.sluice(['read', 'rows', '-c', 'none.yaml'], {env})).code, 0);
	deepEqual([own.seen.length, other.seen.length], [1, 0]);
	equal((await place.sluice(['read', 'rows', '-c', 'env.yaml', '--env-file', '.env'])).code, 0);
	deepEqual([own.seen.length, other.seen.length], [1, 1]);
	const shown = await place.sluice(['show', '--config', 'sluice.yaml'], {env});
	doesNotMatch(shown.stdout, /password-1/);
	await Promise.all([own.close(), other.close(), api.close()]);
});

test('client.proxy is checked at its line', async () => {
	await using place = await workspace({
		'sluice.yaml': config('http://api.test', ', proxy: "socks4://me:geheim-99@p"'),
	});
	const {code, stderr} = await place.sluice(['check']);
	equal(code, 2);
	match(stderr, /sluice\.yaml:2:\d+: client\.proxy: .*SOCKS/);
	doesNotMatch(stderr, /geheim/);
});

test('a proxy that is not there, wants credentials or lets nobody through is named with what to do', async () => {
	const gone = await startProxy();
	await gone.close();
	const [locked, windows] = [
		await startProxy({user: 'me:password-1'}),
		await startProxy({user: 'a:b', scheme: 'NTLM'}),
	];
	const closed = await startProxy({status: 403});
	for (const [base, proxy, told] of [
		[
			'http://api.test',
			gone.url,
			/cannot reach 127.*refused.*, by way of the proxy http:\S+ \(proxy\).*Is the proxy of proxy running/,
		],
		[
			'https://api.test',
			gone.url,
			/cannot reach 127.*refused.*, by way of the proxy http:\S+ \(proxy\).*Is the proxy of proxy running/,
		],
		[
			'http://api.test',
			locked.url,
			/was refused by the proxy http:\S+ \(proxy\): it answered 407 for api\.test\. It wants credentials: .*user:password@127/,
		],
		[
			'https://api.test',
			locked.url,
			/it answered 407 for api\.test\. It wants credentials: write them into proxy/,
		],
		[
			'https://api.test',
			locked.url.replace('//', '//me:wrong-password@'),
			/407.*does not accept the user name and the password in proxy/,
		],
		['http://api.test', windows.url, /407.*wants credentials by NTLM.*local proxy/],
		['https://api.test', windows.url, /407.*wants credentials by NTLM.*local proxy/],
		['https://api.test', closed.url, /it answered 403 for api\.test\. Ask who runs it.*NO_PROXY/],
	] as const) {
		await using api = client({baseUrl: base, proxy, retry: {maxRetries: 0}});
		await rejects(valueFrom(api, get(`${base}/rows`)), (error: Error & {code?: string}) => {
			match(error.message, told);
			doesNotMatch(error.message, /wrong-password/);
			return error.code === 'ERR_NETWORK';
		});
	}
	await Promise.all([locked, windows, closed].map(each => each.close()));
});

test('a proxy that does not answer a CONNECT is given up after the time for a connection', async () => {
	const proxy = await startProxy({status: 0});
	await using api = client({
		baseUrl: 'https://api.test',
		proxy: proxy.url,
		retry: {maxRetries: 0},
		timeouts: {connectMs: 300},
	});
	const started = performance.now();
	await rejects(valueFrom(api, get('https://api.test/')), /timed out: .* by way of the proxy/);
	ok(performance.now() - started < 5000);
	await proxy.close();
});

test('credentials of a proxy in a header of the config are refused with the key that they belong to', async () => {
	const proxy = await startProxy();
	await using api = client({
		baseUrl: 'https://api.test',
		proxy: proxy.url,
		headers: {'Proxy-Authorization': 'Basic abcdefgh'},
	});
	await rejects(valueFrom(api, get('https://api.test/')), /proxy-authorization.*client\.proxy/);
	await proxy.close();
});

test('https goes through a tunnel, and the credentials of the proxy end there', {
	skip: withoutOpenssl,
}, async () => {
	const ca = authority();
	const {key, cert} = ca.sign('DNS:api.test');
	const server = await startHttps({key, cert}, [{id: 1}]);
	const proxy = await startProxy({user: 'me:password-1', host: '127.0.0.1'});
	await using place = await workspace({'sluice.yaml': config(`https://api.test:${server.port}`)});
	const env = {
		https_proxy: `http://me:password-1@127.0.0.1:${proxy.port}`,
		NODE_EXTRA_CA_CERTS: ca.files.cert,
	};
	const {code, stdout, stderr} = await place.sluice(['read', 'rows'], {env});
	equal(code, 0, stderr);
	equal(stdout, '{"id":1}\n');
	deepEqual(proxy.seen, [`CONNECT api.test:${server.port}`]);
	equal(server.requests[0]?.headers['proxy-authorization'], undefined);
	const untrusted = await place.sluice(['read', 'rows'], {env: {https_proxy: env.https_proxy}});
	equal(untrusted.code, 3);
	match(
		untrusted.stderr,
		/cannot trust the certificate of api\.test:\d+: .*by way of the proxy http:\S+ \(https_proxy\)/,
	);
	await Promise.all([proxy.close(), server.close()]);
});

test('a program gives tokens the proxy of its client', async () => {
	const api = await startServer([
		{path: '/token', method: 'POST', respond: {json: {access_token: 'token-4711'}}},
		{path: '/rows', respond: {json: 1}},
	]);
	const proxy = await startProxy();
	const auth = oauth2ClientCredentials({
		tokenUrl: `${api.url}/token`,
		clientId: 'a',
		clientSecret: 'secret-b',
	});
	await using made = client({baseUrl: api.url, auth, proxy: environmentProxies({ALL_PROXY: proxy.url})});
	equal(await valueFrom(made, get(`${api.url}/rows`)), 1);
	deepEqual(proxy.seen, [`POST ${api.url}/token`, `GET ${api.url}/rows`]);
	await Promise.all([proxy.close(), api.close()]);
});
