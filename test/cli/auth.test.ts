/** `sluice auth`, by the real program, a provider that somebody else wrote, and a person made of fetch. */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {readFile, stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {before, describe, mock, test} from 'node:test';
import {type Running, type Workspace, workspace} from '../helpers/binary.ts';
import {type Route, startServer} from '../helpers/server.ts';
import {clientId, type SignInWorld, signInAt, signInWorld} from '../helpers/sign-in.ts';

// The provider's advice on running it in production is not for us.
before(() => {
	mock.method(console, 'warn', () => {});
	mock.method(console, 'info', () => {});
});

const configOf = ({providerUrl, apiUrl}: Pick<SignInWorld, 'providerUrl' | 'apiUrl'>, more: object = {}) =>
	JSON.stringify({
		client: {
			base_url: apiUrl,
			auth: {
				type: 'oauth2_refresh_token',
				client_id: clientId,
				token_url: `${providerUrl}/token`,
				authorization_url: `${providerUrl}/auth`,
				device_authorization_url: `${providerUrl}/device/auth`,
				revocation_url: `${providerUrl}/token/revocation`,
				scopes: ['openid', 'offline_access'],
				authorization_params: {prompt: 'consent'},
				refresh_token_file: 'token.json',
				...more,
			},
		},
		resources: ['rows'],
	});

/** What the program says, as soon as it matches. */
function said(running: Running, pattern: RegExp): Promise<RegExpExecArray> {
	let text = '';
	return new Promise((resolve, reject) => {
		running.process.stderr?.on('data', chunk => {
			text += chunk;
			const found = pattern.exec(text);
			if (found) resolve(found);
		});
		running.ended.then(() => reject(new Error(`it did not say ${pattern}: ${text}`)), reject);
	});
}

const linkIn = async (running: Running): Promise<URL> =>
	new URL((await said(running, /^(http\S+)$/m))[1] ?? '');

/** Comes back from the page of a provider, with these parameters. */
async function comeBack(
	link: URL,
	params: Readonly<Record<string, string>>,
): Promise<[status: number, text: string]> {
	const back = new URL(link.searchParams.get('redirect_uri') ?? '');
	for (const [name, value] of Object.entries(params)) back.searchParams.set(name, value);
	const response = await fetch(back);
	return [response.status, await response.text()];
}

const login = (place: Workspace, ...words: string[]): Running =>
	place.start(['auth', 'login', '--no-browser', ...words], {timeoutMs: 60_000});

const kept = async (place: Workspace): Promise<string> =>
	JSON.parse(await place.read('token.json')).refresh_token;

/** A provider whose token endpoint gives these answers. */
async function scripted(...routes: Route[]) {
	const server = await startServer(routes);
	return {
		...server,
		config: (more: object = {}) => configOf({providerUrl: server.url, apiUrl: server.url}, more),
		[Symbol.asyncDispose]: server.close,
	};
}

const tokenRoute = (json: object, status = 200): Route => ({
	method: 'POST',
	path: '/token',
	respond: {status, json},
});
const tokens = {access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 3600};

describe('with a provider that somebody else wrote', () => {
	test('a person signs in by a browser, runs go on with the token, and signing out ends it at the provider', async () => {
		await using world = await signInWorld();
		await using place = await workspace({'sluice.json': configOf(world)});
		const before = await place.sluice(['read', 'rows']);
		deepEqual([before.code, before.stdout], [3, '']);
		match(before.stderr, /there is no refresh token: nobody has signed in; run: sluice auth login/);
		equal((await place.sluice(['auth', 'status'])).code, 1);

		const running = login(place);
		const link = await linkIn(running);
		equal(link.searchParams.get('code_challenge_method'), 'S256');
		const page = await signInAt(link.href);
		match(page.text, /Signed in/);
		const ended = await running.ended;
		equal(ended.code, 0, ended.stderr);
		match(ended.stderr, /^client: signed in; the refresh token is in token\.json$/m);
		const token = await kept(place);
		doesNotMatch(ended.stderr + ended.stdout, new RegExp(token));
		equal((await stat(join(place.path, 'token.json'))).mode & 0o777, 0o600);

		for (const _ of [1, 2]) {
			const {code, stdout, stderr} = await place.sluice(['read', 'rows']);
			deepEqual([code, stdout], [0, '{"id":1}\n{"id":2}\n'], stderr);
		}
		const status = await place.sluice(['auth', 'status']);
		equal(status.code, 0);
		match(status.stdout, /^client +\d{4}-\d\d-\d\dT\S+ +not stated +token\.json$/m);

		const last = await kept(place);
		const out = await place.sluice(['auth', 'logout']);
		equal(out.code, 0, out.stderr);
		match(out.stderr, /client: signed out; token\.json is removed, and ended at the server/);
		equal(await world.provider.RefreshToken.find(last), undefined);
		equal((await place.list()).includes('token.json'), false);
		doesNotMatch(status.stdout + status.stderr + out.stdout + out.stderr, new RegExp(last));
		match((await place.sluice(['auth', 'logout'])).stderr, /client: nobody is signed in/);
	});

	test('a person signs in on another device, by a code', async () => {
		await using world = await signInWorld();
		await using place = await workspace({'sluice.json': configOf(world)});
		const running = login(place, '--device');
		const [, url = '', , code = ''] = await said(running, /open (\S+) and (.*):\n\n(\S+)\n/);
		const page = await signInAt(`${url}?user_code=${code}`, {user_code: code});
		match(page.text, /Sign-in Success/);
		const ended = await running.ended;
		equal(ended.code, 0, ended.stderr);
		const {stdout, stderr} = await place.sluice(['read', 'rows']);
		equal(stdout, '{"id":1}\n{"id":2}\n', stderr);
	});

	test('a provider that does not know the address shows that itself, and Ctrl-C ends the wait', async () => {
		await using world = await signInWorld();
		const config = configOf(world, {redirect_uri: 'http://127.0.0.1/elsewhere'});
		await using place = await workspace({'sluice.json': config});
		const running = login(place);
		const page = await signInAt((await linkIn(running)).href);
		deepEqual([page.status, /redirect_uri/.test(page.text)], [400, true]);
		running.process.kill('SIGINT');
		const {code} = await running.ended;
		deepEqual([code, await place.visible()], [130, ['sluice.json']]);
	});
});

describe('what comes back is looked at', () => {
	test('an answer with another state ends the sign-in, and its code is not sent', async () => {
		await using server = await scripted(tokenRoute(tokens));
		await using place = await workspace({'sluice.json': server.config()});
		const running = login(place);
		const [status, page] = await comeBack(await linkIn(running), {code: 'stolen', state: 'another'});
		deepEqual([status, /Not signed in/.test(page)], [400, true]);
		const {code, stderr} = await running.ended;
		equal(code, 3);
		match(stderr, /came back with another state than it was sent with/);
		deepEqual([server.requests.length, await place.visible()], [0, ['sluice.json']]);
	});

	test('what a person declined is told, and text of the provider is no markup', async () => {
		await using server = await scripted();
		await using place = await workspace({'sluice.json': server.config()});
		const running = login(place);
		const link = await linkIn(running);
		const [, page] = await comeBack(link, {
			error: 'access_denied',
			error_description: 'Jane <b>said</b> no',
			state: link.searchParams.get('state') ?? '',
		});
		match(page, /Jane &#60;b&#62;said/);
		const {code, stderr} = await running.ended;
		equal(code, 3);
		match(stderr, /the sign-in was declined: access_denied: Jane <b>said<\/b> no\. Nothing was changed/);
	});

	test('other requests to the port do not end the wait, and a second answer is not taken', async () => {
		let later: Promise<[number, string]> | undefined;
		await using server = await scripted({
			method: 'POST',
			path: '/token',
			respond: {
				async fn() {
					later = comeBack(link, {code: 'second', state});
					await later;
					return {json: tokens};
				},
			},
		});
		await using place = await workspace({'sluice.json': server.config()});
		const running = login(place);
		const link = await linkIn(running);
		const state = link.searchParams.get('state') ?? '';
		equal((await fetch(new URL('/favicon.ico', link.searchParams.get('redirect_uri') ?? ''))).status, 404);
		equal((await comeBack(link, {}))[0], 404);
		equal((await comeBack(link, {code: 'first', state}))[0], 200);
		equal((await later)?.[0], 410);
		equal((await running.ended).code, 0);
		const [{form} = {}] = server.requests;
		deepEqual(form?.code, ['first']);
		deepEqual(form?.redirect_uri, [link.searchParams.get('redirect_uri')]);
		equal(await kept(place), 'refresh-1');
	});

	test('a code that the provider refuses is told by its words', async () => {
		await using server = await scripted(
			tokenRoute({error: 'invalid_grant', error_description: 'bad redirect'}, 400),
		);
		await using place = await workspace({'sluice.json': server.config()});
		const running = login(place);
		const link = await linkIn(running);
		await comeBack(link, {code: 'c', state: link.searchParams.get('state') ?? ''});
		const {code, stderr} = await running.ended;
		equal(code, 3);
		match(stderr, /answered 400 .*bad redirect.* check client_id and the redirect address/);
	});

	test('an answer without a refresh token names what most providers want for one', async () => {
		await using server = await scripted(tokenRoute({access_token: 'access-1'}));
		await using place = await workspace({'sluice.json': server.config()});
		const running = login(place);
		const link = await linkIn(running);
		await comeBack(link, {code: 'c', state: link.searchParams.get('state') ?? ''});
		const {code, stderr} = await running.ended;
		equal(code, 3);
		match(stderr, /no refresh token\. .*offline_access.*access_type: offline/);
		doesNotMatch(stderr, /access-1/);
	});

	test('a scope that was left out is named', async () => {
		await using server = await scripted(tokenRoute({...tokens, scope: 'https://api.example/mail.read'}));
		const scopes = ['offline_access', 'mail.read', 'files.read'];
		await using place = await workspace({'sluice.json': server.config({scopes})});
		const running = login(place);
		const link = await linkIn(running);
		equal(link.searchParams.get('scope'), scopes.join(' '));
		await comeBack(link, {code: 'c', state: link.searchParams.get('state') ?? ''});
		const {code, stderr} = await running.ended;
		equal(code, 0);
		match(stderr, /client: 1 scope not granted: files\.read/);
	});
});

describe('the wait', () => {
	test('ends after --timeout, as a run does that is out of time', async () => {
		await using server = await scripted();
		await using place = await workspace({'sluice.json': server.config()});
		const {code, stderr} = await login(place, '--timeout', '0.5s').ended;
		equal(code, 75);
		match(stderr, /out of time after 0\.5 s; nobody has signed in/);
		match((await login(place, '--timeout', 'soon').ended).stderr, /--timeout is a time such as 90s/);
	});

	test('cannot begin at a port that another program has', async () => {
		const other = createServer();
		await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
		const {port} = other.address() as AddressInfo;
		await using server = await scripted();
		await using place = await workspace({'sluice.json': server.config({redirect_port: port})});
		const {code, stderr} = await login(place).ended;
		other.close();
		equal(code, 2);
		match(
			stderr,
			new RegExp(`no browser can come back to 127\\.0\\.0\\.1, port ${port}: .*another redirect_port`),
		);
	});

	test('begins by opening a browser where there is one', {skip: process.platform !== 'linux'}, async () => {
		await using server = await scripted(tokenRoute(tokens));
		// A browser that follows the link to its end: it takes the code from a page that needs no person.
		const browser = `#!${process.execPath}
const link = new URL(process.argv[2]);
const back = new URL(link.searchParams.get('redirect_uri'));
back.search = new URLSearchParams({code: 'c', state: link.searchParams.get('state')});
fetch(back);
`;
		await using place = await workspace({'sluice.json': server.config(), 'bin/xdg-open': browser});
		await place.shell('chmod +x bin/xdg-open');
		const env = {PATH: `${place.path}/bin:${process.env.PATH}`, DISPLAY: ':0'};
		const {code, stderr} = await place.sluice(['auth', 'login'], {env});
		equal(code, 0, stderr);
		match(stderr, /^A browser opens\. If it does not, sign in at this address/);
		equal(await kept(place), 'refresh-1');
	});

	test('is told to machines with a link that no secret is hidden in', async () => {
		await using server = await scripted();
		const config = server.config({client_id: `\${secrets.client_id}`});
		await using place = await workspace({'sluice.json': config});
		const running = place.start(['auth', 'login', '--no-browser', '-q', '--log', 'json'], {
			env: {CLIENT_ID: 'an-id-from-a-vault'},
		});
		const [line] = await said(running, /^.*"sign_in".*$/m);
		const event = JSON.parse(line);
		equal(new URL(event.url).searchParams.get('client_id'), 'an-id-from-a-vault');
		equal(event.redirectUri, new URL(event.url).searchParams.get('redirect_uri'));
		running.process.kill('SIGTERM');
		equal((await running.ended).code, 143);
	});
});

describe('the token that is kept', () => {
	test('is asked for again when the server refuses it', async () => {
		await using server = await scripted(tokenRoute({error: 'invalid_grant'}, 400));
		const config = server.config();
		await using place = await workspace({
			'sluice.json': config,
			'token.json': '{"refresh_token": "refresh-old"}',
		});
		const {code, stderr} = await place.sluice(['read', 'rows']);
		equal(code, 3);
		match(stderr, /The refresh token has ended, or was used or revoked; run: sluice auth login/);
	});

	test('is beside the config, also for a command in a folder below', async () => {
		await using server = await scripted(tokenRoute(tokens), {path: '/rows', respond: {json: [{id: 1}]}});
		await using place = await workspace({
			'sluice.json': server.config(),
			'below/note.txt': '',
			'token.json': '{"refresh_token": "refresh-0"}',
		});
		const {code, stdout, stderr} = await place.shell('cd below && sluice read rows && sluice auth status');
		equal(code, 0, stderr);
		match(stdout, /^\{"id":1\}\n/);
		equal(await kept(place), 'refresh-1');
		deepEqual(
			(await place.visible()).filter(path => path.startsWith('below/')),
			['below/note.txt'],
		);
	});

	test('goes before the one of the config until that changes', async () => {
		await using server = await scripted(tokenRoute(tokens), {path: '/rows', respond: {json: [{id: 1}]}});
		await using place = await workspace({'sluice.json': server.config({refresh_token: 'from-config'})});
		const running = login(place);
		const link = await linkIn(running);
		await comeBack(link, {code: 'c', state: link.searchParams.get('state') ?? ''});
		equal((await running.ended).code, 0);
		await place.sluice(['read', 'rows']);
		await place.sluice(['read', 'rows', '--set', 'client.auth.refresh_token=newer']);
		deepEqual(
			server.requests.flatMap(({form}) => form?.refresh_token ?? []),
			['refresh-1', 'newer'],
		);
	});

	test('ends when the server says that it does', async () => {
		await using server = await scripted();
		const token = {
			refresh_token: 'refresh-1',
			saved_at: '2026-01-01T00:00:00.000Z',
			expires_at: '2026-02-01T00:00:00.000Z',
		};
		await using place = await workspace({
			'sluice.json': server.config(),
			'token.json': JSON.stringify(token),
		});
		const {code, stdout} = await place.sluice(['auth', 'status']);
		equal(code, 1);
		match(stdout, /^client +2026-01-01\S+ +2026-02-01\S+ \(over\) +token\.json$/m);
	});

	test('stays when the server does not end it', async () => {
		await using server = await scripted({
			method: 'POST',
			path: '/token/revocation',
			respond: {status: 400, json: {error: 'unsupported_token_type'}},
		});
		await using place = await workspace({
			'sluice.json': server.config(),
			'token.json': '{"refresh_token": "refresh-1"}',
		});
		const {code, stderr} = await place.sluice(['auth', 'logout']);
		equal(code, 3);
		match(stderr, /answered 400 .*unsupported_token_type/);
		equal(await kept(place), 'refresh-1');
		const [{form} = {}] = server.requests;
		deepEqual(form?.token, ['refresh-1']);
	});
});

test('whose auth is meant is told by a name where there are several', async () => {
	const auth = (file: string) => ({
		type: 'oauth2_refresh_token',
		client_id: 'me',
		token_url: 'http://127.0.0.1:9/token',
		authorization_url: 'http://127.0.0.1:9/auth',
		refresh_token_file: file,
	});
	const config = {
		client: {base_url: 'http://127.0.0.1:9', auth: auth('a.json')},
		resources: [
			'rows',
			{name: 'mails', endpoint: {auth: auth('b.json')}},
			{name: 'open', endpoint: {auth: null}},
		],
	};
	await using place = await workspace({
		'sluice.json': JSON.stringify(config),
		'b.json': '{"refresh_token": "b"}',
	});
	const of = async (...words: string[]) => {
		const {code, stdout, stderr} = await place.sluice(['auth', ...words]);
		return `${code} ${stdout}${stderr}`;
	};
	match(await of('login'), /^2 .*several can sign in; name one of them: client, mails/);
	match(await of('login', 'open'), /^2 .*open has no auth to sign in for; there are: client, rows, mails/);
	match(await of('login', 'mials'), /^2 .*no resource "mials" \(did you mean "mails"\?\)/);
	match(await of('login', 'mails', '--device'), /^2 .*mails: --device needs device_authorization_url/);
	match(await of('status'), /^1 [\s\S]*^client +none +a\.json$[\s\S]*^mails +there +not stated +b\.json$/m);
	match(await of('status', 'mails'), /^0 /);
	match(await of('logout', 'mails'), /^0 mails: signed out; b\.json is removed$/m);
	match(await of('logn'), /^2 .*auth knows login, status, logout; got "logn" \(did you mean "login"\?\)/);
	match(
		await of('login', '--set', 'client.auth={"token": "hush"}', '--set', 'resources=["rows"]'),
		/^2 .*nobody can sign in here/,
	);
});

test('every config in docs/how-to/login.md passes check, and can be signed in for', async () => {
	const page = await readFile(join(import.meta.dirname, '../../../docs/how-to/login.md'), 'utf8');
	const configs = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
	equal(configs.length, 2);
	for (const config of configs) {
		await using place = await workspace({'sluice.yaml': config});
		const env = {GOOGLE__CLIENT_SECRET: 'hush'};
		const {code, stderr} = await place.sluice(['check'], {env});
		equal(code, 0, stderr);
		match((await place.sluice(['auth', 'status'], {env})).stdout, /^client +none +\w+-token\.json$/m);
	}
});

test('a refresh token that no sign-in replaces is told of with the two ways out', async () => {
	await using server = await scripted(tokenRoute({error: 'invalid_grant'}, 400));
	const {url: token_url} = server;
	const auth = {
		type: 'oauth2_refresh_token',
		client_id: 'me',
		token_url: `${token_url}/token`,
		refresh_token: 'old',
	};
	const config = {client: {base_url: server.url, auth}, resources: ['rows']};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	const {code, stderr} = await place.sluice(['read', 'rows']);
	equal(code, 3);
	match(
		stderr,
		/put a new refresh_token into the config, or give it an authorization_url and run: sluice auth login/,
	);
});

test('a token file that an earlier version put where the command was run is still used', async () => {
	await using server = await scripted(tokenRoute(tokens), {path: '/rows', respond: {json: [{id: 1}]}});
	await using place = await workspace({
		'sluice.json': server.config(),
		'below/token.json': '{"refresh_token": "refresh-0"}',
	});
	const {code, stderr} = await place.shell('cd below && sluice read rows');
	equal(code, 0, stderr);
	deepEqual(server.requests[0]?.form?.refresh_token, ['refresh-0']);
	equal(JSON.parse(await place.read('below/token.json')).refresh_token, 'refresh-1');
	equal((await place.visible()).includes('token.json'), false);
});
