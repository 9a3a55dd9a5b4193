import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {type Route, startServer} from '../helpers/server.ts';

const authAt = (url: string) => ({
	type: 'oauth2_refresh_token',
	token_url: `${url}/token`,
	client_id: 'me',
	refresh_token: 'refresh-0',
	refresh_token_file: 'token.json',
});

test('a run that is killed between the rotation of its refresh token and its use leaves the newest one', async () => {
	let valid = 'refresh-0';
	let kill: (() => void) | undefined;
	const api = await startServer([
		{
			method: 'POST',
			path: '/token',
			respond: {
				fn({form = {}}) {
					if (form.refresh_token?.[0] !== valid) return {status: 400, json: {error: 'invalid_grant'}};
					valid = `refresh-${Number(valid.split('-')[1]) + 1}`;
					return {json: {access_token: `for-${valid}`, refresh_token: valid}};
				},
			},
		},
		{
			path: '/r',
			times: 1,
			respond: {
				fn() {
					kill?.();
					return {text: '[', stall: true};
				},
			},
		},
		{path: '/r', respond: {json: [{id: 1}]}},
	]);
	try {
		const auth = authAt(api.url);
		const config = JSON.stringify({client: {base_url: api.url, auth}, resources: ['r']});
		await using place = await workspace({'sluice.json': config});
		const running = place.start(['run', '-f', 'jsonl']);
		kill = () => running.process.kill('SIGKILL');
		equal((await running.ended).signal, 'SIGKILL');
		equal(JSON.parse(await place.read('token.json')).refresh_token, 'refresh-1');
		const {code, stderr} = await place.start(['read', 'r']).ended;
		deepEqual([code, valid], [0, 'refresh-2'], stderr);
	} finally {
		await api.close();
	}
});

const PAGES = 25;

// Takes each refresh token once; one that comes again is taken for stolen, and ends all that came of it.
function revoking(): {route: Route; counts: {taken: number; reused: number}} {
	const counts = {taken: 0, reused: 0};
	const route: Route = {
		method: 'POST',
		path: '/token',
		respond: {
			fn({form = {}}) {
				if (form.refresh_token?.[0] !== `refresh-${counts.taken}`) counts.reused++;
				if (counts.reused > 0) return {status: 400, json: {error: 'invalid_grant'}};
				counts.taken++;
				// Good for one request: every page needs another.
				return {json: {access_token: 'a', refresh_token: `refresh-${counts.taken}`, expires_in: 0.001}};
			},
		},
	};
	return {route, counts};
}

test('two runs that renew their tokens from one file at the same time never use a refresh token twice', async () => {
	const {route, counts} = revoking();
	let arrived = (): void => {};
	const bothAreHere = new Promise<void>(resolve => {
		arrived = resolve;
	});
	let firstPages = 0;
	const pages: Route = {
		path: '/r',
		respond: {
			async fn({query}) {
				const page = Number(query.page?.[0]);
				if (page === 1 && ++firstPages === 2) arrived();
				await bothAreHere;
				return {json: page <= PAGES ? [{page}] : []};
			},
		},
	};
	const api = await startServer([route, pages]);
	try {
		const auth = authAt(api.url);
		const paginator = {type: 'page_number', base_page: 1, total_path: null};
		// Requests at once would share a token.
		const client = {base_url: api.url, auth, paginator, concurrency: 1};
		const config = {client, resources: ['r']};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const runs = await Promise.all([1, 2].map(() => place.start(['read', 'r'], {timeoutMs: 60_000}).ended));
		for (const {code, stdout, stderr} of runs)
			deepEqual([code, stdout.trim().split('\n').length], [0, PAGES], stderr);
		deepEqual(counts, {taken: 2 * (PAGES + 1), reused: 0});
		equal(JSON.parse(await place.read('token.json')).refresh_token, `refresh-${counts.taken}`);
	} finally {
		await api.close();
	}
});
