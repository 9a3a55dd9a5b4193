import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {parse} from 'yaml';
import {workspace} from '../helpers/binary.ts';
import type {RecordedRequest, Route} from '../helpers/server.ts';
import {config, rows, server, single} from './config.ts';

const TOKEN = 'tok-4f9a8b7c6d5e';
const auth = {type: 'bearer', token: TOKEN};

test('a dry run prints the first requests without their secrets, sends nothing and writes nothing', async () => {
	await using api = await server();
	const posts = {name: 'posts', endpoint: {path: 'users/{resources.users.id}/posts'}};
	const search = {
		name: 'search',
		write_disposition: 'replace',
		endpoint: {path: 'search', method: 'POST', json: {q: 'x'}, params: {api_key: TOKEN, a: 'b c'}},
	};
	const token = {
		name: 'token',
		endpoint: {
			path: 't',
			auth: {
				type: 'oauth2_client_credentials',
				access_token_url: `${api.url}/token`,
				client_id: 'a',
				client_secret: 'secret-1234',
			},
		},
	};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('users'), posts, search, token], {client: {auth}}),
	});
	const before = await place.list();
	const {code, stdout, stderr} = await place.sluice(['run', '--dry-run']);
	deepEqual([code, stderr], [0, '']);
	doesNotMatch(stdout, new RegExp(`${TOKEN}|secret-1234`));
	const plan = parse(stdout);
	deepEqual(Object.keys(plan), ['users', 'posts', 'search', 'token']);
	equal(plan.users.request, `GET ${api.url}/users`);
	equal(plan.users.headers.authorization, 'Bearer ***');
	equal(plan.users.starts, 'at the beginning');
	equal(plan.users.writes, 'out/users/ (append)');
	equal(plan.posts.requests, 'for the rows of users');
	equal(plan.search.request, `POST ${api.url}/search?api_key=***&a=b%20c`);
	equal(plan.search.body, '{"q":"x"}');
	equal(plan.token.credentials, 'a token, which is asked for first');
	deepEqual([api.requests.length, await place.list()], [0, before]);
	const one = await place.sluice(['run', '--dry-run', 'search']);
	deepEqual(Object.keys(parse(one.stdout)), ['search']);
});

/** Ten rows, two a page, of which the third page fails while `isBroken`. */
function paged(): {route: Route; mend(): void} {
	let isBroken = true;
	return {
		mend() {
			isBroken = false;
		},
		route: {
			path: '/events',
			respond: {
				fn: ({query}: RecordedRequest) => {
					const offset = Number(query.offset?.[0] ?? 0);
					if (isBroken && offset >= 4) return {status: 400};
					const since = Number(query.since?.[0] ?? 0);
					const all = Array.from({length: 10}, (_, i) => ({id: i, at: 100 + i})).filter(
						({at}) => at >= since,
					);
					return {json: {total: all.length, data: all.slice(offset, offset + 2)}};
				},
			},
		},
	};
}

const events = (more: object = {}) => ({
	name: 'events',
	endpoint: {path: 'events', data_selector: 'data', paginator: {type: 'offset', limit: 2}, ...more},
});

test('it says where a run that broke off goes on, and that a change of the config begins it again', async () => {
	const {route, mend} = paged();
	await using api = await server(route, rows('teams', [{id: 1}]));
	const output = {checkpoint: {rows: 1}};
	await using place = await workspace({
		'sluice.json': config(api.url, [events(), single('teams')], {output}),
		'other.json': config(api.url, [events({params: {a: 1}}), single('teams')], {output}),
	});
	equal((await place.sluice(['run', '-q'])).code, 5);
	const files = await place.list();
	const asked = api.requests.length;
	const [same, changed] = await Promise.all([
		place.sluice(['run', '--dry-run']),
		place.sluice(['run', '--dry-run', '-c', 'other.json']),
	]);
	const plan = parse(same.stdout);
	const {pages} = JSON.parse((await place.sluice(['state', 'show', 'events'])).stdout).events;
	ok(pages > 0);
	equal(plan.events.starts, `after ${pages} page${pages === 1 ? '' : 's'} of a run that broke off`);
	// The run first looks at the page before its place.
	const first = 2 * (pages - 1);
	match(plan.events.request, new RegExp(`^GET ${api.url}/events\\?.*offset=${first}\\b`));
	match(plan.events.last_run, /rows in \d requests, .*\(failed\)$/);
	match(plan.teams.starts, /^not at all: the run that this one goes on with has finished it at 2/);
	equal(
		parse(changed.stdout).events.starts,
		'at the beginning: a run broke off, and the config has changed since',
	);
	deepEqual([api.requests.length, await place.list()], [asked, files]);
	// What it says is what happens.
	mend();
	equal((await place.sluice(['run', '-q'])).code, 0);
	equal(api.requests[asked]?.query.offset?.[0], String(first));
});

test('of an incremental resource it says since when, and what the last run took', async () => {
	const {route, mend} = paged();
	mend();
	await using api = await server(route);
	const resource = events({incremental: {cursor_path: 'at', start_param: 'since'}});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	equal((await place.sluice(['run', '-q'])).code, 0);
	const {events: plan} = parse((await place.sluice(['run', '--dry-run'])).stdout);
	equal(plan.starts, 'at what is new since 109');
	match(plan.request, /since=109/);
	match(plan.last_run, /^10 rows in \d requests, .* \(done\)$/);
	const {events: whole} = parse((await place.sluice(['run', '--dry-run', '--full-refresh'])).stdout);
	deepEqual([whole.starts, whole.writes], ['at the beginning', 'out/events/ (replace)']);
});

test('--probe asks for one page, and tells by the total how many requests are to come', async () => {
	const {route, mend} = paged();
	mend();
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [events()])});
	const {code, stdout, stderr} = await place.sluice(['run', '--dry-run', '--probe']);
	equal(code, 0, stderr);
	const {events: plan} = parse(stdout);
	match(plan.first_page, /^2 rows in 1 request, /);
	match(plan.expected, /^10 rows by the word of the API: about 5 requests, /);
	equal(api.requests.length, 1);
	deepEqual(await place.list(), ['sluice.json']);
	const alone = await place.sluice(['run', '--probe']);
	deepEqual([alone.code, /--probe goes with --dry-run/.test(alone.stderr)], [2, true]);
});

test('a first page that is refused is part of the plan', async () => {
	await using api = await server();
	await using place = await workspace({'sluice.json': config(api.url, [single('teams')])});
	const {code, stdout} = await place.sluice(['run', '--dry-run', '--probe']);
	equal(code, 0);
	match(parse(stdout).teams.first_page, /answered 404/);
});
