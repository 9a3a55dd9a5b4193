import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const rows = Array.from({length: 1234}, (_, id) => ({id}));

test('--log json stays JSON when secrets are numbers and words, and hides them in texts', async () => {
	const api = await startServer([
		{path: '/rows', respond: {json: rows}},
		{path: '/broken', respond: {status: 400, text: 'key "1234" is true\\false'}},
	]);
	try {
		const client = {
			base_url: api.url,
			auth: {type: 'http_basic', username: 'true', password: '1234'},
			headers: {token: 'time'},
		};
		const config = {
			client: {...client, paginator: 'single_page'},
			resources: ['rows', 'broken'],
			output: {format: 'jsonl'},
		};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		for (const args of [['run'], ['read', 'rows', '-o', 'rows.jsonl'], ['read', 'broken']]) {
			const {stderr} = await place.sluice([...args, '--log', 'json']);
			const events = stderr
				.trim()
				.split('\n')
				.map(line => JSON.parse(line));
			ok(
				events.every(({time, event}) => /^\d{4}-/.test(time) && /^[a-z]+$/.test(event)),
				stderr,
			);
			equal(/"1234\\"/.test(stderr), false, stderr);
			const counted = events.find(({event}) => event === 'resource');
			if (!args.includes('broken')) equal(counted?.written, 1234);
			const failed = events.find(({event}) => event === 'error');
			if (!args.includes('-o')) match(failed?.message, /key "\*\*\*" is/);
		}
	} finally {
		await api.close();
	}
});

test('read ends with done, as run does, after a failure too', async () => {
	const api = await startServer([{path: '/rows', respond: {json: rows}}]);
	try {
		const client = {base_url: api.url, paginator: 'single_page', retry: {max_retries: 0}};
		const config = {client, resources: ['rows', 'missing']};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		for (const [name, failed, exit] of [
			['rows', 0, 0],
			['missing', 1, 3],
		] as const) {
			const {stderr, code} = await place.sluice(['read', name, '--log', 'json', '-o', 'out.jsonl']);
			const events = stderr
				.trim()
				.split('\n')
				.map(line => JSON.parse(line));
			const {event, resources, failed: count} = events.at(-1);
			deepEqual([event, resources, count, code], ['done', 1, failed, exit]);
			equal(events.filter(({event: name}) => name === 'error').length, failed);
		}
	} finally {
		await api.close();
	}
});
