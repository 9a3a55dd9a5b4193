/** `plan`, `run-part` and `commit` by the real command line: no row is lost or doubled, whatever dies. */
import assert from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {bundledMain, type Workspace, workspace} from '../helpers/binary.ts';
import {fakeApi} from '../helpers/fake-api.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

interface Row {
	readonly id: number;
	readonly name: string;
}

const rowsTo = (count: number): Row[] =>
	Array.from({length: count}, (_, i) => ({id: i + 1, name: `row ${i + 1}`}));

const rows = rowsTo(200);
const slow = {timeoutMs: 120_000};

const offsetConfig = (url: string, more = ''): string => `client: {base_url: ${url}}
output: {format: jsonl}
resources:
  - name: rows
    primary_key: id
    endpoint: {path: rows, data_selector: data, paginator: {type: offset, limit: 10}}
${more}`;

const place = (config: string): Promise<Workspace> => workspace({'sluice.yaml': config}, {main: bundledMain});

async function read(space: Workspace, words: readonly string[], code = 0): Promise<string> {
	const ran = await space.sluice(words, slow);
	assert.equal(ran.code, code, `${words.join(' ')}: ${ran.stderr}`);
	return ran.stdout + ran.stderr;
}

async function partsOf(space: Workspace, words: readonly string[] = []): Promise<Record<string, unknown>[]> {
	const {stdout, stderr, code} = await space.sluice(['plan', ...words], slow);
	assert.equal(code, 0, stderr);
	await writeFile(join(space.path, 'plan.jsonl'), stdout);
	return stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
}

async function written(space: Workspace, table = 'rows'): Promise<Row[]> {
	const folder = join(space.path, 'out', table);
	const files = (await readdir(folder)).filter(name => name.endsWith('.jsonl')).sort();
	const texts = await Promise.all(files.map(name => readFile(join(folder, name), 'utf8')));
	return texts.flatMap(text => text.split('\n').filter(Boolean)).map(line => JSON.parse(line));
}

const ids = (found: readonly Row[]): number[] => found.map(({id}) => id);

describe('plan', () => {
	it('divides rows with a total into ranges, with the same ids each time', async () => {
		await using api = await fakeApi(rows);
		await using space = await place(offsetConfig(api.url));
		const parts = await partsOf(space, ['--requests', '5']);
		assert.deepEqual(
			parts.map(({kind, from, to}) => [kind, from, to]),
			[
				['offset', 0, 50],
				['offset', 50, 100],
				['offset', 100, 150],
				['offset', 150, undefined],
			],
		);
		assert.deepEqual(parts[0]?.est, {rows: 50, requests: 5});
		const asked = api.requests.length;
		assert.deepEqual(await partsOf(space, ['--requests', '5']), parts);
		assert.equal(api.requests.length, asked, 'the open plan is given again without a request');
	});

	it('reads a resource without a total as a whole', async () => {
		await using api = await fakeApi(rows, {total: false});
		await using space = await place(offsetConfig(api.url));
		assert.deepEqual(
			(await partsOf(space)).map(({kind}) => kind),
			['whole'],
		);
	});

	it('takes the paginator that auto finds', async () => {
		await using api = await startServer([
			{
				path: '/rows',
				respond: {
					fn({query}) {
						const page = Number(query.page?.[0] ?? 1);
						return {json: {data: rows.slice((page - 1) * 20, page * 20), page, total_pages: 10}};
					},
				},
			},
		]);
		const config =
			`client: {base_url: ${api.url}}\noutput: {format: jsonl}\nresources: [{name: rows, primary_key: id, ` +
			'endpoint: rows}]\n';
		await using space = await place(config);
		const parts = await partsOf(space, ['--requests', '4']);
		assert.ok(parts.length > 1, JSON.stringify(parts));
		for (const {index} of parts) await read(space, ['run-part', '--index', String(index)]);
		await read(space, ['commit']);
		assert.deepEqual(ids(await written(space)), ids(rows));
	});

	it('refuses a resource whose state only one process can keep', async () => {
		const config = `client: {base_url: http://127.0.0.1:9}
resources:
  - name: rows
    partitions: {region: [eu, us]}
    endpoint:
      path: rows
      params: {region: '{partitions.region}'}
      incremental: {cursor_path: at, start_param: since}
`;
		await using space = await place(config);
		const {code, stderr} = await space.sluice(['plan'], slow);
		assert.equal(code, 2);
		assert.match(stderr, /rows: has incremental, with a state for each parent.*sluice run rows/);
	});
});

describe('run-part and commit', () => {
	it('write what a run writes, in its order, whatever the order of the parts', async () => {
		await using api = await fakeApi(rows);
		await using space = await place(offsetConfig(api.url));
		await partsOf(space, ['--requests', '5']);
		const missing = await read(space, ['commit'], 75);
		assert.match(missing, /4 parts missing: 0 \(rows, offset\)/);
		for (const index of [3, 0, 2]) await read(space, ['run-part', '--index', String(index)]);
		assert.match(await read(space, ['commit'], 75), /1 part missing: 1 \(rows, offset\)/);
		const shell = await space.shell('sed -n 2p plan.jsonl | sluice run-part', slow);
		assert.equal(shell.code, 0, shell.stderr);
		await read(space, ['commit']);
		assert.deepEqual(await written(space), rows);
		assert.match(await read(space, ['ls']), /rows/);
		await read(space, ['verify']);
	});

	it('do nothing the second time', async () => {
		await using api = await fakeApi(rows);
		await using space = await place(offsetConfig(api.url));
		const parts = await partsOf(space, ['--requests', '10']);
		for (const {index} of parts)
			await read(space, ['run-part', '--plan', 'plan.jsonl', '--index', String(index)]);
		const asked = api.requests.length;
		assert.match(await read(space, ['run-part', '--index', '0']), /is done already/);
		await read(space, ['commit']);
		assert.match(await read(space, ['commit', '--plan', 'plan.jsonl']), /is committed already/);
		assert.match(await read(space, ['run-part', '--plan', 'plan.jsonl', '--index', '1']), /is done already/);
		assert.equal(api.requests.length, asked);
		assert.deepEqual(ids(await written(space)), ids(rows));
	});

	it('refuse a plan whose dataset has changed since', async () => {
		await using api = await fakeApi(rows);
		await using space = await place(offsetConfig(api.url));
		const parts = await partsOf(space, ['--requests', '10']);
		for (const {index} of parts) await read(space, ['run-part', '--index', String(index)]);
		await read(space, ['run']);
		assert.match(await read(space, ['commit'], 1), /its dataset has changed since the plan/);
		assert.deepEqual(ids(await written(space)), ids(rows));
	});

	it('refuse ranges that do not have their rows', async () => {
		const list = rowsTo(100);
		await using api = await fakeApi(list);
		await using space = await place(offsetConfig(api.url));
		await partsOf(space, ['--requests', '5']);
		list.splice(40);
		assert.match(
			await read(space, ['run-part', '--index', '0'], 1),
			/40 rows came from offset 0 to 50, and not 50/,
		);
		assert.match(await read(space, ['commit'], 75), /2 parts missing/);
	});

	it('refuse a config that would read other rows than the plan', async () => {
		await using api = await fakeApi(rows);
		await using space = await place(offsetConfig(api.url));
		await partsOf(space, ['--whole']);
		const other = ['--set', 'resources.rows.endpoint.params={status: open}'];
		const asked = api.requests.length;
		assert.match(await read(space, ['run-part', '--index', '0', ...other], 2), /is not the one of plan/);
		assert.equal(api.requests.length, asked);
		await read(space, ['run-part', '--index', '0']);
		assert.match(await read(space, ['commit', ...other], 2), /is not the one of plan/);
	});

	it('notice rows that were changed in the spool', async () => {
		await using api = await fakeApi(rows);
		await using space = await place(offsetConfig(api.url));
		const [part] = await partsOf(space, ['--whole']);
		await read(space, ['run-part', '--index', '0']);
		const folder = join(space.path, 'out/.sluice/.plans', String(part?.plan), 'attempts');
		const [file = ''] = await readdir(folder);
		await writeFile(join(folder, file), 'other');
		assert.match(await read(space, ['commit'], 1), /is not what was written/);
	});

	it('lose and double nothing when processes are killed and stopped', async () => {
		await using api = await fakeApi(rows, {delayMs: 60});
		await using space = await place(offsetConfig(api.url));
		await partsOf(space, ['--requests', '10']);
		const killed = space.start(['run-part', '--index', '0'], slow);
		const zombie = space.start(['run-part', '--index', '1'], slow);
		const isBegun = (index: number): boolean =>
			api.requests.some(({query}) => Math.floor(Number(query.offset) / 100) === index);
		while (!isBegun(0) || !isBegun(1)) await delay(5);
		killed.process.kill('SIGKILL');
		zombie.process.kill('SIGSTOP');
		await killed.ended;
		assert.match(await read(space, ['commit'], 75), /2 parts missing/);
		await Promise.all([0, 1].map(index => read(space, ['run-part', '--index', String(index)])));
		await read(space, ['commit']);
		zombie.process.kill('SIGCONT');
		const late = await zombie.ended;
		assert.equal(late.code, 0, late.stderr);
		assert.deepEqual(await written(space), rows);
		const left = await readdir(join(space.path, 'out/.sluice/.plans'));
		assert.deepEqual(
			left.filter(name => name.startsWith('.')),
			[],
		);
	});

	it('go on with a commit that was killed', async () => {
		const many = rowsTo(40_000);
		await using api = await fakeApi(many);
		const config = offsetConfig(api.url).replace('limit: 10', 'limit: 1000');
		await using space = await place(
			config.replace('format: jsonl', 'format: jsonl, checkpoint: {rows: 2000}'),
		);
		const parts = await partsOf(space, ['--requests', '20']);
		for (const {index} of parts) await read(space, ['run-part', '--index', String(index)]);
		for (let kills = 0; kills < 5; kills++) {
			const running = space.start(['commit'], slow);
			await delay(300 + 150 * kills);
			running.process.kill('SIGKILL');
			await running.ended;
			const shown = await written(space).catch(() => []);
			assert.ok([0, many.length].includes(shown.length), `${shown.length} rows are visible before the end`);
		}
		await read(space, ['commit', '--plan', 'plan.jsonl']);
		assert.deepEqual(ids(await written(space)), ids(many));
	});
});

describe('parts of other kinds', () => {
	it('children are read in blocks of the rows of their parent', async () => {
		await using api = await parentsApi(25);
		const config = `client: {base_url: ${api.url}}
output: {format: jsonl}
resources:
  - {name: users, primary_key: id, endpoint: {path: users, paginator: single_page}}
  - name: posts
    primary_key: id
    include_from_parent: [id]
    endpoint: {path: 'users/{resources.users.id}/posts', paginator: single_page}
`;
		await using space = await place(config);
		const parts = await partsOf(space, ['--requests', '10']);
		assert.deepEqual(
			parts.map(({kind}) => kind),
			['whole', 'parents', 'parents', 'parents'],
		);
		for (const {index} of parts) await read(space, ['run-part', '--index', String(index)]);
		await read(space, ['commit']);
		await using alone = await place(config);
		await read(alone, ['run']);
		for (const table of ['users', 'posts'])
			assert.deepEqual(await written(space, table), await written(alone, table));
	});

	it('listed values are parts', async () => {
		await using api = await startServer([
			{path: '/rows', respond: {fn: ({query}) => ({json: [{id: 1, region: query.region?.[0]}]})}},
		]);
		const config = `client: {base_url: ${api.url}}
output: {format: jsonl}
resources:
  - name: rows
    partitions: {region: [eu, us, asia]}
    endpoint: {path: rows, params: {region: '{partitions.region}'}, paginator: single_page}
`;
		await using space = await place(config);
		const parts = await partsOf(space);
		assert.equal(parts.length, 3);
		for (const {index} of parts) await read(space, ['run-part', '--index', String(index)]);
		await read(space, ['commit']);
		assert.deepEqual(
			(await written(space)).map(row => (row as unknown as {region: string}).region),
			['eu', 'us', 'asia'],
		);
	});

	it('windows keep the state of a run: the next plan begins where they ended', async () => {
		const events = Array.from({length: 60}, (_, i) => ({
			id: i,
			at: new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString(),
		}));
		await using api = await startServer([
			{
				path: '/rows',
				respond: {
					fn({query}) {
						const [since = '', until = ''] = [query.since?.[0], query.until?.[0]];
						return {json: events.filter(({at}) => at >= since && at < until)};
					},
				},
			},
		]);
		const config = `client: {base_url: ${api.url}}
output: {format: jsonl}
resources:
  - name: rows
    primary_key: id
    endpoint:
      path: rows
      paginator: single_page
      incremental:
        {cursor_path: at, initial_value: '2026-01-01T00:00:00.000Z', step: P10D, start_param: since, end_param: until}
`;
		await using space = await place(config);
		const parts = await partsOf(space);
		assert.ok(parts.length > 1);
		for (const {index} of parts) await read(space, ['run-part', '--index', String(index)]);
		await read(space, ['commit']);
		assert.equal((await written(space)).length, 60);
		assert.match(await read(space, ['state', 'show']), /2026-01-03T11:00:00/);
		events.push({id: 60, at: '2026-01-04T00:00:00.000Z'});
		const next = await partsOf(space);
		assert.match(JSON.stringify(next[0]), /"start":"2026-01-03T11:00:00.000Z"/);
		for (const {index} of next) await read(space, ['run-part', '--index', String(index)]);
		await read(space, ['commit']);
		assert.deepEqual(
			ids(await written(space)),
			Array.from({length: 61}, (_, i) => i),
		);
		await read(space, ['run']);
		assert.equal((await written(space)).length, 61, 'a run goes on from the state of the plan');
	});

	for (const end of ['', ', end_value: now, range_end: closed'])
		it(`bounds by the clock are those of the plan, also for a later commit${end}`, async () => {
			let at = '';
			await using api = await startServer([{path: '/rows', respond: {fn: () => ({json: [{id: 1, at}]})}}]);
			await using space = await place(`client: {base_url: ${api.url}}
output: {format: jsonl}
resources:
  - name: rows
    endpoint:
      path: rows
      paginator: single_page
      incremental: {cursor_path: at, initial_value: 2 seconds ago${end}}
`);
			const [part] = await partsOf(space);
			at = String((part?.range as {start?: string} | undefined)?.start);
			await read(space, ['run-part', '--index', '0']);
			await delay(1500);
			await read(space, ['commit']);
			assert.deepEqual(ids(await written(space)), [1]);
		});

	for (const disposition of ['replace', 'merge'])
		it(`${disposition} works as in a run`, async () => {
			const list = rowsTo(100);
			await using api = await fakeApi(list);
			await using space = await place(`${offsetConfig(api.url)}    write_disposition: ${disposition}\n`);
			for (const name of ['old', 'new']) {
				for (const [i, row] of list.entries()) list[i] = {...row, name};
				const parts = await partsOf(space, ['--requests', '5']);
				for (const {index} of parts) await read(space, ['run-part', '--index', String(index)]);
				await read(space, ['commit']);
			}
			const found = await written(space);
			assert.deepEqual(
				ids(found).sort((a, b) => a - b),
				ids(list),
			);
			assert.ok(found.every(({name}) => name === 'new'));
		});
});

describe('run --workers', () => {
	it('does all of it on one machine', async () => {
		await using api = await fakeApi(rows, {failures: {7: {status: 400, json: {error: 'once'}}}});
		await using space = await place(offsetConfig(api.url));
		// The first part is the probe and ten requests; one of them fails, and its part is tried again.
		const out = await read(space, ['run', '--workers', '2', '--set', 'client.rate_limit={requests: 1000}']);
		assert.match(out, /its parts took/);
		assert.deepEqual(await written(space), rows);
	});

	it('refuses options that a plan does not have', async () => {
		await using space = await place(offsetConfig('http://127.0.0.1:9'));
		assert.match(
			await read(space, ['run', '--workers', '2', '--limit', '5'], 2),
			/--workers and --queue do not go with --limit/,
		);
	});
});

function parentsApi(count: number): Promise<ScriptedServer> {
	const users = rowsTo(count);
	return startServer([
		{path: '/users', respond: {json: users}},
		...users.map(({id}) => ({
			path: `/users/${id}/posts`,
			respond: {json: [1, 2].map(n => ({id: id * 10 + n, name: `post ${n}`}))},
		})),
	]);
}
