import {deepEqual, doesNotMatch, equal, match, rejects, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {client} from '../../src/index.ts';
import {workspace} from '../helpers/binary.ts';
import {authority, withoutOpenssl} from '../helpers/certificates.ts';
import {startHttps} from '../helpers/https-server.ts';
import {startProxy} from '../helpers/proxy.ts';
import {startServer} from '../helpers/server.ts';
import {startSocks} from '../helpers/socks.ts';
import {get, valueFrom} from '../http/server.ts';

const config = (base: string, more = ''): string => `
client: {base_url: "${base}", paginator: single_page, retry: {max_retries: 0}${more}}
resources: [rows]
`;

test('a run goes by the SOCKS proxy of ALL_PROXY, which looks the name up, and its password stays hidden', async () => {
	const api = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	const socks = await startSocks({user: 'me:s3cret/word', host: '127.0.0.1'});
	await using place = await workspace({'sluice.yaml': config(`http://api.test:${api.port}`)});
	for (const scheme of ['socks5', 'socks5h', 'socks']) {
		const {code, stdout, stderr} = await place.sluice(['read', 'rows', '-v'], {
			env: {ALL_PROXY: `${scheme}://me:s3cret%2Fword@127.0.0.1:${socks.port}`},
		});
		equal(code, 0, stderr);
		equal(stdout, '{"id":1}\n');
		match(stderr, new RegExp(`by the proxy ${scheme}://127\\.0\\.0\\.1:${socks.port} \\(ALL_PROXY\\)`));
		doesNotMatch(stderr, /s3cret|ExperimentalWarning/);
	}
	deepEqual(new Set(socks.seen), new Set([`api.test:${api.port}`]));
	equal(api.requests[0]?.headers.host, `api.test:${api.port}`);
	await Promise.all([socks.close(), api.close()]);
});

test('NO_PROXY and a proxy of its own for a protocol go before the SOCKS proxy', async () => {
	const api = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	const [socks, http] = [await startSocks(), await startProxy()];
	await using place = await workspace({'sluice.yaml': config(api.url)});
	const ALL_PROXY = `socks5://127.0.0.1:${socks.port}`;
	equal((await place.sluice(['read', 'rows'], {env: {ALL_PROXY, NO_PROXY: '127.0.0.1'}})).code, 0);
	equal((await place.sluice(['read', 'rows'], {env: {ALL_PROXY, http_proxy: http.url}})).code, 0);
	deepEqual([socks.seen.length, http.seen.length], [0, 1]);
	await Promise.all([socks.close(), http.close(), api.close()]);
});

test('https goes through a SOCKS proxy, and the certificate is still looked at', {
	skip: withoutOpenssl,
}, async () => {
	const ca = authority();
	const {key, cert} = ca.sign('DNS:api.test');
	const server = await startHttps({key, cert}, [{id: 1}]);
	const socks = await startSocks({host: '127.0.0.1'});
	const tls = `, proxy: "socks5://127.0.0.1:${socks.port}", tls: {ca: "${ca.files.cert}"}`;
	await using place = await workspace({
		'sluice.yaml': config(`https://api.test:${server.port}`, tls),
		'other.yaml': config(`https://other.test:${server.port}`, tls),
		'named.yaml': config(
			`https://other.test:${server.port}`,
			tls.replace('{ca', '{server_name: api.test, ca'),
		),
	});
	const {code, stdout, stderr} = await place.sluice(['read', 'rows']);
	equal(code, 0, stderr);
	equal(stdout, '{"id":1}\n');
	deepEqual(server.names, ['api.test']);
	const other = await place.sluice(['read', 'rows', '-c', 'other.yaml']);
	equal(other.code, 3);
	match(other.stderr, /cannot trust the certificate of other\.test:\d+: .*by way of the proxy socks5:/);
	equal((await place.sluice(['read', 'rows', '-c', 'named.yaml'])).code, 0);
	await Promise.all([socks.close(), server.close()]);
});

test('a SOCKS proxy that is not there or refuses is named with what to do', async () => {
	const gone = await startSocks();
	await gone.close();
	const locked = await startSocks({user: 'me:password-1'});
	const all = await Promise.all([1, 2, 4, 5].map(reply => startSocks({reply})));
	const [broken, forbidding, nameless, refusing] = all;
	const closing = await startSocks({mood: 'closing'});
	const http = await startProxy();
	for (const [port, user, told] of [
		[
			gone.port,
			'',
			/cannot reach 127.*refused.*by way of the proxy socks5:\S+ \(proxy\).*Is the proxy of proxy running/,
		],
		[
			locked.port,
			'',
			/refused by the proxy socks5:\S+ \(proxy\) for api\.test: it wants credentials\. Write them into proxy/,
		],
		[
			locked.port,
			'me:wrong-password@',
			/the login failed\. It does not accept the user name and the password in proxy/,
		],
		[broken?.port, '', /for api\.test: it failed/],
		[forbidding?.port, '', /its rules forbid it\. Ask who runs it.*NO_PROXY/],
		[nameless?.port, '', /it cannot reach the host, or does not know its name/],
		[refusing?.port, '', /the server refuses the connection/],
		[closing.port, '', /it hung up/],
		[http.port, '', /it does not speak SOCKS5\. Is it an HTTP proxy\? Then write http:\/\/127/],
	] as const) {
		await using api = client({
			baseUrl: 'https://api.test',
			proxy: `socks5://${user}127.0.0.1:${port}`,
			retry: {maxRetries: 0},
		});
		await rejects(valueFrom(api, get('https://api.test/rows')), (error: Error & {code?: string}) => {
			match(error.message, told);
			doesNotMatch(error.message, /wrong-password/);
			return error.code === 'ERR_NETWORK';
		});
	}
	await Promise.all([locked, closing, http, ...all].map(each => each.close()));
});

test('a SOCKS proxy that does not answer is given up after the time for a connection, or with the client', async () => {
	const socks = await startSocks({mood: 'silent'});
	const options = {
		baseUrl: 'http://api.test',
		proxy: `socks5://127.0.0.1:${socks.port}`,
		retry: {maxRetries: 0},
	};
	await using api = client({...options, timeouts: {connectMs: 300}});
	await rejects(
		valueFrom(api, get('http://api.test/')),
		/timed out: no connection .* by way of the proxy socks5/,
	);
	const closed = client(options);
	const answer = valueFrom(closed, get('http://api.test/'));
	setTimeout(() => void closed.close(), 100);
	await rejects(answer, /the client was closed/);
	await socks.close();
});

test('SOCKS4 and a SOCKS proxy with half a login are refused at once', () => {
	const made = (proxy: string) => () => client({baseUrl: 'https://api.test', proxy});
	throws(made('socks4://p:1080'), /proxy names a SOCKS4 proxy; Sluice speaks SOCKS5: socks5:\/\/p:1080/);
	throws(made('socks5://me@p:1080'), /cannot be sent: a SOCKS proxy wants a password too/);
});
