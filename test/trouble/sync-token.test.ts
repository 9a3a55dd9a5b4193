import {deepStrictEqual, doesNotMatch, match, strictEqual} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type Ran, type Workspace, workspace} from '../helpers/binary.ts';
import {type RecordedRequest, type ScriptedServer, startServer} from '../helpers/server.ts';

type Row = {id: number; [key: string]: unknown};

/** A log of changes in pages of two: by token as in calendars, by links as in directories. */
class Changes {
	readonly log: Row[] = [1, 2, 3, 4, 5].map(id => ({id, name: `n${id}`}));
	/** Tokens below this are too old. */
	oldest = 0;
	/** Fails the page that begins here. */
	broken: number | undefined;
	status = 410;
	own = '';

	answer({query, headers}: RecordedRequest, isLink: boolean): object {
		const since = Number(query.syncToken?.[0]?.slice(1) ?? query.$deltatoken?.[0]?.slice(1) ?? 0);
		if (this.own !== '' && query.key?.[0] !== this.own) return {status: 401, json: {error: 'no key'}};
		const at = Number(query.pageToken?.[0]?.slice(1) ?? since);
		if (since > 0 && since < this.oldest)
			return {status: this.status, json: {error: {message: 'syncToken is too old'}}};
		if (at === this.broken) return {status: 400, json: {error: 'broken'}};
		const rows = this.log.slice(at, at + 2);
		const isLast = at + 2 >= this.log.length;
		const key = this.own === '' ? '' : `&key=${this.own}`;
		const link = (text: string) => `http://${headers.host}/users/delta?${text}${key}`;
		const end = this.log.length;
		if (!isLink)
			return {json: {items: rows, ...(isLast ? {nextSyncToken: `s${end}`} : {nextPageToken: `p${at + 2}`})}};
		const where = isLast
			? {'@odata.deltaLink': link(`$deltatoken=d${end}`)}
			: {'@odata.nextLink': link(`pageToken=p${at + 2}`)};
		return {json: {value: rows, ...where}};
	}
}

const byToken = {
	path: 'events',
	data_selector: 'items',
	paginator: {type: 'cursor', cursor_path: 'nextPageToken', cursor_param: 'pageToken'},
	sync: {token_path: 'nextSyncToken', token_param: 'syncToken'},
};
const byLink = {
	path: 'users/delta',
	data_selector: 'value',
	paginator: {type: 'json_link', next_url_path: '@odata.nextLink'},
	sync: {link_path: '@odata.deltaLink'},
};

interface Given {
	readonly endpoint: object;
	readonly resource?: object;
	readonly client?: object;
	readonly changes?: Changes;
}

async function within(
	{endpoint, resource = {}, client = {}, changes = new Changes()}: Given,
	use: (place: Workspace, server: ScriptedServer, changes: Changes) => Promise<void>,
): Promise<void> {
	const server = await startServer([
		{path: '/events', respond: {fn: request => changes.answer(request, false)}},
		{path: '/users/delta', respond: {fn: request => changes.answer(request, true)}},
	]);
	const config = {
		client: {base_url: server.url, retry: {max_retries: 0}, ...client},
		resources: [{name: 'r', endpoint, ...resource}],
		output: {format: 'jsonl', checkpoint: {rows: 1}},
	};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	try {
		await use(place, server, changes);
	} finally {
		await server.close();
	}
}

async function ids(place: Workspace): Promise<number[]> {
	const {stdout} = await place.shell('cat out/r/*.jsonl');
	const lines = stdout.split('\n').filter(line => line !== '');
	return lines.map(line => JSON.parse(line).id).sort((one, other) => one - other);
}

const succeeded = ({code, stderr}: Ran): void => strictEqual(code, 0, stderr);
const queries = ({requests}: ScriptedServer) =>
	requests.map(({query}) =>
		Object.entries(query)
			.map(([name, value]) => `${name}=${value}`)
			.join('&'),
	);

for (const [endpoint, second] of [
	[byToken, ['syncToken=s5', 'syncToken=s5&pageToken=p7']],
	[byLink, ['$deltatoken=d5', 'pageToken=p7']],
] as const) {
	const what = endpoint === byToken ? 'token' : 'link';

	test(`the ${what} of the last answer begins the next run, --full-refresh forgets it`, async () => {
		await within({endpoint}, async (place, server, changes) => {
			succeeded(await place.sluice(['run', '--strict']));
			const first = server.requests.length;
			strictEqual(first, 3);
			changes.log.push({id: 6}, {id: 7}, {id: 8});
			succeeded(await place.sluice(['run', '--strict']));
			deepStrictEqual(queries(server).slice(first), second);
			succeeded(await place.sluice(['run', '--strict']));
			deepStrictEqual(await ids(place), [1, 2, 3, 4, 5, 6, 7, 8]);
			strictEqual(server.requests.length, first + 3);
			succeeded(await place.sluice(['run', '--full-refresh']));
			strictEqual(queries(server)[first + 3], '');
			deepStrictEqual(await ids(place), [1, 2, 3, 4, 5, 6, 7, 8]);
			changes.log.push({id: 9});
			succeeded(await place.sluice(['run']));
			deepStrictEqual(await ids(place), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
		});
	});

	test(`a ${what} is not kept by a run that broke off, and the next one goes on in its middle`, async () => {
		await within({endpoint}, async (place, server, changes) => {
			changes.broken = 4;
			strictEqual((await place.sluice(['run'])).code, 3);
			doesNotMatch((await place.sluice(['state', 'show', 'r'])).stdout, /s5|d5/);
			changes.broken = undefined;
			succeeded(await place.sluice(['run']));
			deepStrictEqual(await ids(place), [1, 2, 3, 4, 5]);
			strictEqual(server.requests.length, 4);
			changes.log.push({id: 6}, {id: 7}, {id: 8});
			changes.broken = 7;
			strictEqual((await place.sluice(['run'])).code, 3);
			match((await place.sluice(['state', 'show', 'r'])).stdout, /[sd]5/);
			changes.broken = undefined;
			changes.log.push({id: 9});
			succeeded(await place.sluice(['run']));
			deepStrictEqual(await ids(place), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
			match((await place.sluice(['state', 'show', 'r'])).stdout, /[sd]9/);
		});
	});

	test(`a ${what} that is too old is a failure that says what to do, and keeps the rows`, async () => {
		await within({endpoint}, async (place, _server, changes) => {
			succeeded(await place.sluice(['run']));
			changes.log.push({id: 6});
			changes.oldest = 6;
			const {code, stderr} = await place.sluice(['run']);
			strictEqual(code, 3, stderr);
			match(stderr, /answered 410.*no longer takes the sync token.*--full-refresh.*on_expired: full_resync/s);
			deepStrictEqual(await ids(place), [1, 2, 3, 4, 5]);
			match((await place.sluice(['state', 'show', 'r'])).stdout, /[sd]5/);
		});
	});

	test(`a ${what} that is too old begins all again where that is declared, also when the run breaks off meanwhile`, async () => {
		const declared = {...endpoint, sync: {...endpoint.sync, on_expired: 'full_resync'}};
		const resource = {primary_key: 'id', write_disposition: 'merge'};
		await within({endpoint: declared, resource}, async (place, server, changes) => {
			succeeded(await place.sluice(['run']));
			changes.log.push({id: 6}, {id: 7});
			changes.oldest = 6;
			changes.broken = 4;
			const broken = await place.sluice(['run']);
			strictEqual(broken.code, 3, broken.stderr);
			match(broken.stderr, /everything is read again/);
			changes.broken = undefined;
			const before = server.requests.length;
			const ran = await place.sluice(['run', '--strict']);
			succeeded(ran);
			// Without the old token, and from the middle.
			deepStrictEqual(queries(server).slice(before).slice(-2), ['pageToken=p4', 'pageToken=p6']);
			strictEqual(
				queries(server)
					.slice(before)
					.every(text => /^pageToken=p\d$/.test(text)),
				true,
			);
			deepStrictEqual(await ids(place), [1, 2, 3, 4, 5, 6, 7]);
			changes.oldest = 8;
			changes.log.push({id: 8});
			strictEqual((await place.sluice(['run', '--strict'])).code, 1);
		});
	});
}

test('expired_when says which answers mean that a token is too old; others stay what they are', async () => {
	const sync = {
		...byToken.sync,
		on_expired: 'full_resync',
		expired_when: [{status_code: 400, content: 'syncToken'}],
	};
	await within({endpoint: {...byToken, sync}}, async (place, server, changes) => {
		succeeded(await place.sluice(['run']));
		changes.oldest = 6;
		strictEqual((await place.sluice(['run'])).code, 3);
		changes.status = 400;
		const before = server.requests.length;
		const ran = await place.sluice(['run']);
		succeeded(ran);
		match(ran.stderr, /no longer takes the sync token/);
		deepStrictEqual(queries(server).slice(before), ['syncToken=s5', '', 'pageToken=p2', 'pageToken=p4']);
	});
});

test('rows that a link says are removed go, and a key in the link is neither stored nor shown, and still sent', async () => {
	const changes = new Changes();
	changes.own = 'k3yx0fth1s';
	const key = changes.own;
	const client = {auth: {type: 'api_key', name: 'key', api_key: key, location: 'query'}};
	const columns = {'@removed': {data_type: 'json', hard_delete: true}};
	const resource = {primary_key: 'id', write_disposition: 'merge', columns};
	await within({endpoint: byLink, client, resource, changes}, async (place, server) => {
		succeeded(await place.sluice(['run', '--strict']));
		changes.log.push({id: 2, '@removed': {reason: 'deleted'}}, {id: 3, name: 'new'});
		succeeded(await place.sluice(['run', '--strict']));
		deepStrictEqual(await ids(place), [1, 3, 4, 5]);
		deepStrictEqual(server.requests.at(-1)?.query, {$deltatoken: ['d5'], key: [key]});
		strictEqual((await place.shell(`grep -rl ${key} out; true`)).stdout, '');
		const shown = (await place.sluice(['state', 'show', 'r'])).stdout;
		match(shown, /deltatoken=d7/);
		strictEqual(shown.includes(key), false);
	});
});

test('a link that leads to another origin fails, and rewrite_links reads it at the right one', async () => {
	const answer = {
		value: [{id: 1}],
		'@odata.deltaLink': 'https://elsewhere.example/users/delta?$deltatoken=d1',
	};
	for (const client of [{}, {rewrite_links: 'base_url'}]) {
		const server = await startServer([{path: '/users/delta', respond: {json: answer}}]);
		const config = {client: {base_url: server.url, ...client}, resources: [{name: 'r', endpoint: byLink}]};
		await using place = await workspace({
			'sluice.json': JSON.stringify({...config, output: {format: 'jsonl'}}),
		});
		const first = await place.sluice(['run']);
		if ('rewrite_links' in client) {
			succeeded(await place.sluice(['run']));
			strictEqual(server.requests.at(-1)?.query.$deltatoken?.[0], 'd1');
		} else match(first.stderr, /the sync link leads to https:\/\/elsewhere\.example.*trusted_origins/);
		await server.close();
	}
});

test('a last answer without the token is a failure that names its keys; one that brings nothing new may leave it out', async () => {
	let answer: object = {items: [{id: 1}], nextsynctoken: 's1'};
	const server = await startServer([{path: '/events', respond: {fn: () => ({json: answer})}}]);
	const config = {
		client: {base_url: server.url},
		resources: [{name: 'r', endpoint: byToken}],
		output: {format: 'jsonl'},
	};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	const first = await place.sluice(['run']);
	strictEqual(first.code, 1, first.stderr);
	match(first.stderr, /no sync token at "nextSyncToken"; found: items, nextsynctoken/);
	answer = {items: [{id: 1}], nextSyncToken: 's1'};
	succeeded(await place.sluice(['run']));
	answer = {items: []};
	succeeded(await place.sluice(['run', '--strict']));
	match((await place.sluice(['state', 'show', 'r'])).stdout, /s1/);
	await server.close();
});

test('each parent has a token of its own, and its children ask for all parents', async () => {
	const server = await startServer([
		{path: '/calendars', respond: {json: [{id: 'a'}, {id: 'b'}]}},
		...['a', 'b'].map(name => ({
			path: `/calendars/${name}/events`,
			respond: {
				fn: ({query}: RecordedRequest) => ({
					json: {items: query.syncToken ? [] : [{id: 1}], nextSyncToken: `s-${name}`},
				}),
			},
		})),
	]);
	const endpoint = {...byToken, path: 'calendars/{resources.calendars.id}/events'};
	const resources = ['calendars', {name: 'r', endpoint}];
	const config = {client: {base_url: server.url}, resources, output: {format: 'jsonl'}};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	succeeded(await place.sluice(['run', 'r']));
	const before = server.requests.length;
	succeeded(await place.sluice(['run', 'r']));
	deepStrictEqual(queries(server).slice(before), ['', 'syncToken=s-a', 'syncToken=s-b']);
	await server.close();
});

test('read --state keeps a token in its file', async () => {
	await within({endpoint: byToken}, async (place, server, changes) => {
		const words = ['read', 'r', '--state', 'state.json', '--format', 'jsonl'];
		const first = await place.sluice(words);
		succeeded(first);
		strictEqual(first.stdout.trim().split('\n').length, 5);
		changes.log.push({id: 6});
		strictEqual((await place.sluice(words)).stdout.trim(), '{"id":6}');
		strictEqual(queries(server).at(-1), 'syncToken=s5');
	});
});

test('what cannot go together with sync is refused with its place', async () => {
	const problem = async (endpoint: object, resource: object = {}) => {
		const config = {
			client: {base_url: 'http://127.0.0.1:1'},
			resources: [{name: 'r', endpoint, ...resource}],
		};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		return (await place.sluice(['check'])).stderr;
	};
	match(
		await problem(byToken, {write_disposition: 'replace'}),
		/endpoint\.sync: .*only what has changed would stay/,
	);
	match(await problem({...byToken, incremental: {cursor_path: 'at'}}), /one of incremental and sync/);
	match(
		await problem({...byLink, paginator: {type: 'offset', limit: 1}}),
		/link_path goes with the paginators json_link/,
	);
	match(await problem({sync: {token_path: 'a'}}), /token_param: required key is missing/);
	match(await problem({sync: {link_path: 'a', token_param: 'b'}}), /a link is followed as it is/);
	match(
		await problem({sync: {token_path: 'a', token_param: 'b', token_header: 'c'}}),
		/excludes token_param/,
	);
	match(await problem({sync: {token_path: 'a', token_param: 'b', expired_when: [{}]}}), /needs a condition/);
});

test('every config in docs/how-to/shapes.md passes check', async () => {
	const page = await readFile(join(import.meta.dirname, '../../../docs/how-to/shapes.md'), 'utf8');
	const configs = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
	strictEqual(configs.length, 4);
	for (const config of configs) {
		await using place = await workspace({'sluice.yaml': config});
		succeeded(await place.sluice(['check']));
	}
});
