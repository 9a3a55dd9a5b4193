import {deepEqual, doesNotMatch, equal, match, rejects} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {join} from 'node:path';
import {test} from 'node:test';
import {session} from '../../src/http/auth/session.ts';
import {withCookies} from '../../src/http/connection/cookies.ts';
import type {Incoming, Transport} from '../../src/http/connection/transport.ts';
import {workspace} from '../helpers/binary.ts';
import {get, serve, testClient, valueFrom} from '../http/server.ts';

const SESSION = 'sess-4711-secret-of-the-jar';

/** Sends to any URL without a network: answers set what `sets` says, and what was sent is on record. */
function recorded(sets: Record<string, readonly string[]>) {
	const sent: [url: string, cookie: string | undefined][] = [];
	const wire: Transport = {
		async exchange({url, headers}) {
			sent.push([url.href, headers.cookie]);
			return {setCookies: sets[url.href] ?? [], end() {}} as unknown as Incoming;
		},
		close: async () => {},
	};
	const jar = withCookies(wire);
	const ask = (href: string, headers: Record<string, string> = {}) =>
		jar.exchange(
			{method: 'GET', url: new URL(href), headers, body: undefined},
			{signal: new AbortController().signal},
		);
	const cookieFor = async (href: string, headers?: Record<string, string>) => {
		await ask(href, headers);
		return sent.at(-1)?.[1];
	};
	return {ask, cookieFor};
}

test('a cookie goes back to the site, the path and the scheme that set it, and nowhere else', async () => {
	const {ask, cookieFor} = recorded({
		'https://api.example.com/v1/login': [
			'own=1; Path=/; HttpOnly',
			'wide=2; Domain=example.com; Path=/',
			'deep=3; Path=/v1/reports',
			'foreign=4; Domain=other.com; Path=/',
			'suffix=5; Domain=com; Path=/',
			'dated=6; Path=/; Expires=Wed, 01 Jan 2110 00:00:00 GMT',
		],
		'http://shop.example.co.uk/': ['plain=7', 'forged=8; Secure', 'suffix=9; Domain=co.uk'],
	});
	await ask('https://api.example.com/v1/login');
	equal(await cookieFor('https://api.example.com/v1/reports/1'), 'deep=3; own=1; wide=2; dated=6');
	equal(await cookieFor('https://api.example.com/v2'), 'own=1; wide=2; dated=6');
	equal(await cookieFor('https://files.example.com/'), 'wide=2');
	equal(await cookieFor('https://example.com.evil.org/'), undefined);
	equal(await cookieFor('https://other.com/'), undefined);
	equal(await cookieFor('https://api.example.com:8443/v1/reports'), undefined);
	equal(await cookieFor('http://api.example.com/v1/reports'), undefined, 'what came over https stays there');
	await ask('http://shop.example.co.uk/');
	equal(await cookieFor('https://shop.example.co.uk/'), 'plain=7', 'the way up is free');
	equal(await cookieFor('http://bank.co.uk/'), undefined);
});

test('a cookie ends with its time, is replaced by a newer one, and is removed by an empty past one', async () => {
	const {ask, cookieFor} = recorded({
		'http://h/1': ['a=old', 'b=2; Max-Age=3600', 'c=3; Max-Age=0'],
		'http://h/2': ['a=new', 'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
	});
	await ask('http://h/1');
	equal(await cookieFor('http://h/3'), 'a=old; b=2');
	await ask('http://h/2');
	equal(await cookieFor('http://h/3'), 'a=new');
});

test('a cookie that the config sends itself is not doubled', async () => {
	const {ask, cookieFor} = recorded({'http://h/': ['theme=dark', 'sid=1']});
	await ask('http://h/');
	equal(await cookieFor('http://h/', {cookie: 'theme=light; x=y'}), 'theme=light; x=y; sid=1');
});

test('a server that sets a new cookie with each answer is stopped', async () => {
	const {ask} = recorded({'http://h/': Array.from({length: 501}, (_, i) => `c${i}=1`)});
	await rejects(ask('http://h/'), /one cookie more than the 500 that are kept/);
});

/** A first visit is sent round by a redirect that sets the session; other pages want it. */
function wantsSession({url = '', headers}: IncomingMessage, response: ServerResponse): void {
	const {pathname, searchParams} = new URL(url, 'http://h');
	const hasCookie = headers.cookie?.includes(`sid=${SESSION}`) ?? false;
	if (!hasCookie) {
		response.setHeader('set-cookie', [
			`sid=${SESSION}; Path=/; HttpOnly`,
			'lang=en; Expires=Wed, 01 Jan 2110 00:00:00 GMT',
		]);
		return void response.writeHead(302, {location: url}).end();
	}
	const page = Number(searchParams.get('page') ?? 1);
	if (page === 4) return void response.writeHead(400).end(`no page for ${headers.cookie}`);
	const next = `http://${headers.host}${pathname}?page=${page + 1}&sid=${SESSION}`;
	response.end(JSON.stringify({data: [{id: page}], next}));
}

const config = (url: string, cookies?: boolean) =>
	JSON.stringify({
		client: {base_url: url, ...(cookies !== undefined && {cookies}), retry: {max_retries: 0}},
		resources: [
			{name: 'rows', endpoint: {path: 'rows', data_selector: 'data', paginator: {type: 'json_link'}}},
		],
		output: {format: 'jsonl', checkpoint: {rows: 1}},
	});

test('a run sends the session of the first answer with all pages, and shows it nowhere', async context => {
	const {url, requests} = await serve(context, wantsSession);
	await using place = await workspace({'sluice.json': config(url, true)});
	const {code, stdout, stderr} = await place.sluice(['run', '-c', 'sluice.json', '-v', '--log', 'json']);
	equal(code, 3, stderr);
	match(stderr, /no page for/);
	deepEqual(
		requests.map(({headers}) => headers.cookie),
		[undefined, ...Array.from({length: 4}, () => `sid=${SESSION}; lang=en`)],
	);
	const files = (await readdir(place.path, {recursive: true, withFileTypes: true})).filter(entry =>
		entry.isFile(),
	);
	const stored = await Promise.all(files.map(file => readFile(join(file.parentPath, file.name), 'latin1')));
	const state = await place.sluice(['state', 'show', '-c', 'sluice.json']);
	const shown = [stdout, stderr, state.stdout, state.stderr, ...stored].join('\n');
	match(shown, /"id":3/);
	doesNotMatch(shown, new RegExp(SESSION));
});

test('without a jar, a redirect that never ends names the key', async context => {
	const {url} = await serve(context, wantsSession);
	await using place = await workspace({'sluice.json': config(url)});
	const {code, stderr} = await place.sluice(['run', '-c', 'sluice.json']);
	equal(code, 3);
	match(stderr, /redirected more than 10 times.*client\.cookies: true/s);
});

test('a program has a jar too: the first request goes alone, and a login fills it', async context => {
	const {url, requests} = await serve(context, ({url: path, headers}, response) => {
		if (path !== '/login')
			return void response.writeHead(headers.cookie === 'csrf=t1; sid=s1' ? 200 : 403).end('[1]');
		response.setHeader('set-cookie', ['csrf=t1', 'sid=s1']);
		setTimeout(() => response.end('{"token":"tok"}'), 20);
	});
	const auth = session({login: {url: `${url}/login`}, token: {path: 'token'}});
	const api = testClient(context, {baseUrl: url, cookies: true, auth});
	const values = await Promise.all(Array.from({length: 8}, () => valueFrom(api, get(url))));
	equal(values.length, 8);
	equal(requests.filter(({url}) => url === '/login').length, 1);
	const fresh = testClient(context, {baseUrl: url, cookies: true});
	await Promise.allSettled([
		valueFrom(fresh, get(`${url}/login`)),
		...Array.from({length: 4}, () => valueFrom(fresh, get(url))),
	]);
	deepEqual(
		requests.slice(-4).map(({headers}) => headers.cookie),
		Array.from({length: 4}, () => 'csrf=t1; sid=s1'),
	);
});

test('another server never sees a cookie, also where a redirect leads to it', async context => {
	const other = await serve(context, (_, response) => void response.end('[]'));
	const {url} = await serve(context, (_, response) => {
		response.setHeader('set-cookie', `sid=${SESSION}`);
		response.writeHead(307, {location: other.url}).end();
	});
	const api = testClient(context, {baseUrl: url, cookies: true});
	await valueFrom(api, get(url));
	await valueFrom(api, get(url));
	deepEqual(
		other.requests.map(({headers}) => headers.cookie),
		[undefined, undefined],
	);
});
