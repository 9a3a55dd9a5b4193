import {deepEqual, doesNotMatch, equal, match, throws} from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';
import {brokenHandshake} from '../../src/http/connection/tls-failure.ts';
import {type ClientOptions, client} from '../../src/index.ts';
import {workspace} from '../helpers/binary.ts';
import {authority, withoutOpenssl} from '../helpers/certificates.ts';
import {type HttpsServer, startHttps} from '../helpers/https-server.ts';
import {startProxy} from '../helpers/proxy.ts';
import {get, valueFrom} from '../http/server.ts';

const skip = withoutOpenssl;
const made = skip ? undefined : certificates();

function certificates() {
	const ca = authority();
	const other = authority('Other CA');
	return {
		ca,
		other,
		server: ca.sign('IP:127.0.0.1,DNS:localhost'),
		named: ca.sign('DNS:api.test'),
		expired: ca.sign('IP:127.0.0.1', -1),
		client: ca.sign('DNS:client'),
	};
}

const all = () => made as NonNullable<typeof made>;
const config = (port: number, tls: string): string => `
client:
  base_url: "https://127.0.0.1:${port}"
  paginator: single_page
  retry: {max_retries: 0}
  tls: ${tls}
resources: [rows]
`;

async function told(server: HttpsServer, options: Partial<ClientOptions> = {}): Promise<string> {
	const baseUrl = `https://127.0.0.1:${server.port}`;
	await using api = client({baseUrl, retry: {maxRetries: 0}, ...options});
	try {
		return JSON.stringify(await valueFrom(api, get(`${baseUrl}/rows`)));
	} catch (error) {
		return (error as Error).message;
	}
}

test('client.tls.ca is trusted beside NODE_EXTRA_CA_CERTS, from a file beside the config or as PEM', {
	skip,
}, async () => {
	const {ca, other, server} = all();
	const api = await startHttps({key: server.key, cert: server.cert}, [{id: 1}]);
	await using place = await workspace({
		'etl/sluice.yaml': config(api.port, '{ca: certs/ca.pem}'),
		'etl/certs/ca.pem': ca.cert,
		'secret.yaml': config(api.port, `{ca: ["\${secrets.ca}"]}`),
		'other.yaml': config(api.port, '{ca: other.pem}'),
		'other.pem': other.cert,
	});
	const env = {CA: ca.cert, NODE_EXTRA_CA_CERTS: ca.files.cert};
	equal((await place.sluice(['read', 'rows', '-c', 'etl/sluice.yaml'])).stdout, '{"id":1}\n');
	equal((await place.sluice(['read', 'rows', '-c', 'secret.yaml'], {env: {CA: ca.cert}})).code, 0);
	equal((await place.sluice(['read', 'rows', '-c', 'other.yaml'], {env})).code, 0);
	const unknown = await place.sluice(['read', 'rows', '-c', 'other.yaml']);
	equal(unknown.code, 3);
	match(
		unknown.stderr,
		/cannot trust the certificate of 127.*does not know.*client\.tls\.ca .*NODE_EXTRA_CA_CERTS/,
	);
	await api.close();
});

test('a server that wants a certificate gets that of the client, also through a proxy', {skip}, async () => {
	const {ca, server, client: own} = all();
	const api = await startHttps({key: server.key, cert: server.cert, ca: ca.cert, requestCert: true}, [
		{id: 1},
	]);
	const encrypted = execFileSync(
		'openssl',
		['ec', '-in', own.files.key, '-aes256', '-passout', 'pass:open sesame'],
		{
			stdio: 'pipe',
		},
	).toString();
	await using place = await workspace({
		'sluice.yaml': config(api.port, '{ca: ca.pem, cert: own.pem, key: own.key}'),
		'locked.yaml': config(
			api.port,
			`{ca: ca.pem, cert: own.pem, key: "\${secrets.k}", passphrase: "\${secrets.p}"}`,
		),
		'ca.pem': ca.cert,
		'own.pem': own.cert,
		'own.key': own.key,
	});
	equal((await place.sluice(['read', 'rows'])).code, 0);
	const env = {K: encrypted, P: 'open sesame'};
	equal((await place.sluice(['read', 'rows', '-c', 'locked.yaml'], {env})).code, 0);
	const shown = await place.sluice(['show', '-c', 'locked.yaml'], {env});
	doesNotMatch(shown.stdout, /sesame|PRIVATE/);
	const wrong = await place.sluice(['read', 'rows', '-c', 'locked.yaml'], {env: {...env, P: 'close sesame'}});
	equal(wrong.code, 2);
	match(wrong.stderr, /tls\.key is encrypted: tls\.passphrase is missing or wrong/);
	const proxy = await startProxy();
	equal((await place.sluice(['read', 'rows'], {env: {HTTPS_PROXY: proxy.url}})).code, 0);
	equal(proxy.seen.length, 1);
	const names = new Set(api.clients);
	equal(names.size, 1);
	match([...names][0] ?? '', /^signed-/);
	await Promise.all([api.close(), proxy.close()]);
});

test('server_name is the name that is asked for, and that the certificate has to have', {skip}, async () => {
	const {ca, named} = all();
	const api = await startHttps({key: named.key, cert: named.cert}, 1);
	const proxy = await startProxy();
	match(
		await told(api, {tls: {ca: ca.cert}}),
		/is for another name: DNS:api\.test .*client\.tls\.server_name/,
	);
	equal(await told(api, {tls: {ca: ca.cert, serverName: 'api.test'}}), '1');
	equal(await told(api, {tls: {ca: ca.cert, serverName: 'api.test'}, proxy: proxy.url}), '1');
	deepEqual(api.names, ['api.test', 'api.test']);
	match(await told(api, {tls: {ca: ca.cert, serverName: 'other.test'}}), /is for another name/);
	await Promise.all([api.close(), proxy.close()]);
});

test('messages about certificates and handshakes name the keys that help', {skip}, async () => {
	const {ca, server, expired, client: own} = all();
	const one = async (
		options: Parameters<typeof startHttps>[0],
		pattern: RegExp,
		more: Partial<ClientOptions> = {},
	) => {
		const api = await startHttps(options, 1);
		match(await told(api, {tls: {ca: ca.cert}, ...more}), pattern);
		await api.close();
	};
	await one(
		{key: expired.key, cert: expired.cert},
		/it has expired \(CERT_HAS_EXPIRED\).*clock.*client\.tls\.insecure/,
	);
	await one({key: ca.key, cert: ca.cert}, /is signed by itself .*client\.tls\.ca .*NODE_EXTRA_CA_CERTS/, {
		tls: {},
	});
	await one({key: server.key, cert: server.cert}, /does not know.*client\.tls\.ca /, {tls: {}});
	const asking = {
		key: server.key,
		cert: server.cert,
		ca: ca.cert,
		requestCert: true,
		rejectUnauthorized: true,
	};
	await one(asking, /closed the connection .*client\.tls\.cert and client\.tls\.key/);
	await one({key: server.key, cert: server.cert, maxVersion: 'TLSv1.2'}, /client\.tls\.min_version/, {
		tls: {ca: ca.cert, minVersion: 'TLSv1.3'},
	});
	for (const [code, words] of [
		['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /broke off.*client\.tls\.cert/],
		['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /does not accept.*client\.tls\.cert/],
		['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /wants a certificate.*client\.tls\.cert/],
		['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /no version.*client\.tls\.min_version/],
		['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', /no such name.*client\.tls\.server_name/],
	] as const)
		match(brokenHandshake(code)?.join('. ') ?? '', words);
	const baseUrl = 'https://api.test';
	throws(() => client({baseUrl, tls: {cert: own.cert}}), /tls\.key is missing/);
	throws(
		() => client({baseUrl, tls: {cert: own.cert, key: server.key}}),
		/tls\.key does not belong to tls\.cert/,
	);
	throws(() => client({baseUrl, tls: {ca: 'ca.pem'}}), /tls\.ca holds no certificate in PEM/);
});

test('insecure: true goes on with a warning, and --strict refuses it before a request', {skip}, async () => {
	const {other} = all();
	const {key, cert} = other.sign('DNS:elsewhere');
	const api = await startHttps({key, cert}, [{id: 1}]);
	await using place = await workspace({'sluice.yaml': config(api.port, '{insecure: true}')});
	const strict = await place.sluice(['run', '--strict']);
	equal(strict.code, 1);
	match(strict.stderr, /tls-insecure; --strict/);
	equal(api.requests.length, 0);
	const lenient = await place.sluice(['read', 'rows', '--log', 'json']);
	equal(lenient.code, 0);
	const codes = lenient.stderr
		.trim()
		.split('\n')
		.map(line => JSON.parse(line))
		.filter(({event}) => event === 'warning');
	deepEqual(
		codes.map(({code}) => code),
		['tls-insecure'],
	);
	match((await place.sluice(['run'])).stderr, /client\.tls\.insecure: true trusts every certificate/);
	await api.close();
});

test('what is wrong with client.tls is told by check: a file that is not there, a key without a certificate', async () => {
	await using place = await workspace({
		'sluice.yaml': config(1, '{ca: nowhere.pem}'),
		'half.yaml': config(1, '{key: k}'),
	});
	const {code, stderr} = await place.sluice(['check']);
	equal(code, 2);
	match(stderr, /tls\.ca is no PEM, and no file that can be read: .*nowhere\.pem/);
	match(
		(await place.sluice(['check', '-c', 'half.yaml'])).stderr,
		/half\.yaml:6:\d+: client\.tls\.cert: required key is missing/,
	);
});

test('Unix sockets are refused by name', async () => {
	throws(() => client({baseUrl: 'http://a.test', proxy: 'unix:/run/p.sock'}), /proxy names a Unix socket/);
	for (const url of ['http+unix://%2Frun%2Fapi.sock/v1', 'unix:/run/api.sock']) {
		await using place = await workspace({'sluice.yaml': `client: {base_url: "${url}"}\nresources: [rows]\n`});
		const {code, stderr} = await place.sluice(['check']);
		equal(code, 2);
		match(stderr, /client\.base_url: Unix sockets are not supported/);
		throws(() => client({baseUrl: url}), /Unix sockets are not supported/);
	}
});
