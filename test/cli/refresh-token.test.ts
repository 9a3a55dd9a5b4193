import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

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
		const auth = {
			type: 'oauth2_refresh_token',
			token_url: `${api.url}/token`,
			client_id: 'me',
			refresh_token: 'refresh-0',
			refresh_token_file: 'token.json',
		};
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
