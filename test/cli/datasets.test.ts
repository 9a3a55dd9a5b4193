/** The verbs about what was written: ls, verify, gc and state. */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {appendFile, mkdir, readdir, readlink, rm, symlink, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {FormatName} from '../../src/core/format-names.ts';
import {lastCommit} from '../../src/state/commits/commit-log.ts';
import {openDataset} from '../../src/state/dataset.ts';
import {layoutOf} from '../../src/state/folders/layout.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {runConfig} from '../helpers/run-config.ts';
import type {Route} from '../helpers/server.ts';
import {config, endless, rows, server, single} from './config.ts';

const contacts = [
	{id: 1, tags: ['a', 'b'], updated_at: '2026-01-01T00:00:00Z'},
	{id: 2, tags: [], updated_at: '2026-01-02T00:00:00Z'},
];
const incremental = single('contacts', {
	endpoint: {incremental: {cursor_path: 'updated_at'}},
	nested: 'tables',
});

/** A folder in which contacts, a table of their tags, and teams were written. */
async function written(format: FormatName = 'parquet', output = 'out'): Promise<Workspace> {
	await using api = await server(rows('contacts', contacts), rows('teams', [{id: 7}]));
	const place = await workspace({'sluice.json': config(api.url, [incremental, single('teams')])});
	await runConfig('sluice.json', {cwd: place.path, output: join(place.path, output), format});
	return place;
}

async function partsOf(place: Workspace, folder: string): Promise<string[]> {
	return (await readdir(join(place.path, folder)))
		.filter(name => !name.startsWith('_'))
		.map(name => join(place.path, folder, name));
}

test('ls shows each dataset with its tables, and how far incremental reading got', async () => {
	await using place = await written();
	const [table, json, elsewhere] = await Promise.all([
		place.sluice(['ls']),
		place.sluice(['ls', 'out', '--json']),
		place.sluice(['ls', '--output', 'nowhere']),
	]);
	deepEqual([table.code, table.stderr], [0, '']);
	const [header = '', , ...lines] = table.stdout.trimEnd().split('\n');
	match(header, /^dataset +rows +bytes +files +last commit +state$/);
	equal(lines.length, 3);
	match(
		lines[0] ?? '',
		/^contacts +2 +[\d.]+ k?B +1 +\d{4}-[\d-]+T[\d:]+Z +finished, updated_at 2026-01-02T00:00:00Z$/,
	);
	match(lines[1] ?? '', /^contacts__tags +2 +[\d.]+ k?B +1 +\S+Z$/);
	match(lines[2] ?? '', /^teams +1 .* finished$/);
	const objects = json.stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
	deepEqual(
		objects.map(({dataset, table: name, rows: number, files}) => [dataset, name, number, files]),
		[
			['contacts', 'contacts', 2, 1],
			['contacts', 'contacts__tags', 2, 1],
			['teams', 'teams', 1, 1],
		],
	);
	equal(objects[0].standings.contacts.lastValues.updated_at, '2026-01-02T00:00:00Z');
	deepEqual([elsewhere.code, elsewhere.stdout, elsewhere.stderr], [0, '', 'nowhere: no datasets\n']);
});

test('ls and verify need no secret of the config, and take its folder', async () => {
	await using place = await written('parquet', 'data');
	const client = {base_url: 'http://x', auth: {type: 'bearer', token: `\${secrets.nowhere}`}};
	await writeFile(
		join(place.path, 'sluice.json'),
		JSON.stringify({client, output: {path: `\${FOLDER:-data}`}, resources: ['teams']}),
	);
	const before = await place.list();
	const [listed, verified, set] = await Promise.all([
		place.sluice(['ls']),
		place.sluice(['verify', 'teams']),
		place.sluice(['ls', '--set', 'output.path=other']),
	]);
	deepEqual([listed.code, verified.code], [0, 0], listed.stderr + verified.stderr);
	match(listed.stdout, /^teams +1 /m);
	equal(verified.stdout, 'teams: 1 file, 1 row, all as committed\n');
	equal(set.stderr, 'other: no datasets\n');
	deepEqual(await place.list(), before, 'nothing was written');
});

test('ls says where a run broke off', async () => {
	const {resource, route} = endless('events', 10);
	const respond: Route['respond'] = {
		fn: request =>
			Number(request.query.offset) < 30
				? (route.respond as {fn: (of: unknown) => object}).fn(request)
				: {status: 400},
	};
	await using api = await server({...route, respond});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	equal((await place.sluice(['run'])).code, 3);
	const [{stdout}, shown] = await Promise.all([
		place.sluice(['ls']),
		place.sluice(['state', 'show', 'events']),
	]);
	match(stdout, /^events +30 .* 3 pages of a run that broke off$/m);
	const {events} = JSON.parse(shown.stdout);
	deepEqual([events.finished, events.pages, events.cursor.at.offset], [false, 3, 30]);
	const set = await place.sluice(['state', 'set', 'events', 'id.last_value=3']);
	equal(set.code, 2);
	match(set.stderr, /^sluice: events: its last run broke off after page 3, .* sluice state reset events$/m);
});

for (const format of ['parquet', 'jsonl.gz', 'csv'] as const) {
	test(`verify counts files and rows of ${format} again`, async () => {
		await using place = await written(format);
		const {code, stdout} = await place.sluice(['verify']);
		equal(code, 0, stdout);
		equal(stdout, 'contacts: 2 files, 4 rows, all as committed\nteams: 1 file, 1 row, all as committed\n');
	});
}

test("verify says what is damaged, changed, gone, or nobody's, and removes nothing", async () => {
	await using place = await written('jsonl');
	const [teams = ''] = await partsOf(place, 'out/teams');
	const [tags = ''] = await partsOf(place, 'out/contacts__tags');
	await appendFile(teams, '{"id":8}\n');
	await rm(tags);
	await writeFile(join(place.path, 'out/contacts/mine.jsonl'), '{}\n');
	await writeFile(join(place.path, 'out/contacts/notes.txt'), 'mine');
	const {code, stdout} = await place.sluice(['verify']);
	equal(code, 1);
	const lines = stdout.trimEnd().split('\n');
	equal(lines.length, 3, stdout);
	match(lines[0] ?? '', /^contacts: out\/contacts__tags\/\S+-0000\d\.jsonl: gone, with 2 rows$/);
	match(
		lines[1] ?? '',
		/^contacts: out\/contacts\/mine\.jsonl: nobody committed it, and readers see it\. Move it away$/,
	);
	match(lines[2] ?? '', /^teams: out\/teams\/\S+\.jsonl: damaged: 18 bytes, where 9 were written$/);
	await writeFile(teams, '{"id":8}\n');
	match(
		(await place.sluice(['verify', 'teams'])).stdout,
		/damaged: its bytes are not those that were written/,
	);
	const forgotten = await place.sluice(['verify', 'teams', '--forget']);
	equal(forgotten.code, 1);
	equal(await place.read(`out/teams/${teams.split('/').at(-1)}`), '{"id":8}\n', 'a damaged file stays');
});

test('verify sees that a table is not shown, or shows something else', async () => {
	await using place = await written();
	const link = join(place.path, 'out/teams');
	const target = await readlink(link);
	await rm(link);
	match(
		(await place.sluice(['verify', 'teams'])).stdout,
		/^teams: out\/teams: gone; the next run, or `sluice gc`, makes it again$/m,
	);
	await symlink(target.replace(/data-\d+/, 'data-000000000009'), link);
	match((await place.sluice(['verify', 'teams'])).stdout, /^teams: out\/teams: does not show commit 1, /m);
	equal((await place.sluice(['gc'])).code, 0);
	equal(await readlink(link), target);
	equal((await place.sluice(['verify', 'teams'])).code, 0);
});

test('verify tells links into its store that are no tables: rows are read twice there, or are gone', async () => {
	await using place = await written();
	await symlink(await readlink(join(place.path, 'out/teams')), join(place.path, 'out/copy'));
	const twice = await place.sluice(['verify']);
	equal(twice.code, 1);
	match(
		twice.stdout,
		/^out\/copy: leads to out\/\.sluice\/teams\/data-.*no dataset has a table of that name\. Remove/m,
	);
	await rm(join(place.path, 'out/copy'));
	equal((await place.sluice(['verify'])).code, 0);
	await rm(join(place.path, 'out/.sluice'), {recursive: true});
	const gone = await place.sluice(['verify']);
	equal(gone.code, 1);
	match(gone.stdout, /^out\/contacts: leads to .*\n(.*\n)?out\/teams: leads to /m);
});

test('a record that is damaged is told, and the others are looked at', async () => {
	await using place = await written();
	const log = join(place.path, 'out/.sluice/teams/log');
	const [first = ''] = await readdir(log);
	await truncate(join(log, first), 100);
	const {code, stdout} = await place.sluice(['verify', 'teams']);
	equal(code, 1);
	match(
		stdout,
		/^teams: out\/\.sluice\/teams\/log\/000000000001\.json: damaged: its content is not what was written/,
	);
	const listed = await place.sluice(['ls']);
	equal(listed.code, 1);
	match(listed.stderr, /000000000001\.json: damaged/);
	match(listed.stdout, /^contacts /m, 'the others are listed');
});

test('files without a log are told by verify as by a run', async () => {
	await using place = await written();
	await rm(join(place.path, 'out/.sluice/teams/log'), {recursive: true});
	const {code, stdout} = await place.sluice(['verify']);
	equal(code, 1);
	match(
		stdout,
		/^contacts: .*, all as committed\nteams: out\/\.sluice\/teams\/log has no record, and .* has files\./,
	);
});

test('what is gone can be given up, and is not missed any more', async () => {
	await using place = await written();
	const [part = ''] = await partsOf(place, 'out/contacts');
	await rm(part);
	const before = await place.sluice(['verify', 'contacts']);
	equal(before.code, 1);
	const {code, stdout, stderr} = await place.sluice(['verify', 'contacts', '--forget']);
	equal(code, 0, stdout);
	equal(
		stderr,
		'sluice: contacts: gave up 1 file with 2 rows; read them again with sluice run --full-refresh\n',
	);
	equal(stdout, 'contacts: 1 file, 2 rows, all as committed\n');
	match((await place.sluice(['ls'])).stdout, /^contacts +0 /m);
});

test('gc removes what dead processes left, says what, and leaves alone what is being written', async () => {
	await using place = await written();
	const home = join(place.path, 'out/.sluice/teams');
	await mkdir(join(home, 'staging/20260101T000000Z-dead'), {recursive: true});
	await writeFile(join(home, 'staging/20260101T000000Z-dead/teams+x.jsonl.part'), 'x'.repeat(2000));
	await mkdir(join(home, 'pending'), {recursive: true});
	await writeFile(join(home, 'pending/teams+y.jsonl.part'), 'y'.repeat(500));
	await mkdir(join(home, 'data-000000000000/teams'), {recursive: true});
	await writeFile(join(home, 'data-000000000000/teams/z.jsonl'), 'z'.repeat(500));
	await writeFile(
		join(home, 'lock/000000000001.json'),
		JSON.stringify({host: 'elsewhere', pid: 1, since: ''}),
	);
	await writeFile(join(home, 'lock/20260101T000000Z-dead.part'), 'half');
	const dataset = await openDataset({root: join(place.path, 'out'), name: 'contacts', writer: 'test'});
	const held = await place.sluice(['gc']);
	deepEqual([held.code, held.stderr], [0, '']);
	match(held.stdout, /^contacts: is being written; left alone$/m);
	match(held.stdout, /^teams: is being written; left alone$/m);
	match((await place.sluice(['ls'])).stdout, /^contacts .* being written, /m);
	await dataset.close();
	await rm(join(home, 'lock/000000000001.json'));
	const {code, stdout} = await place.sluice(['gc']);
	equal(code, 0);
	equal(
		stdout,
		'contacts: nothing to remove\nteams: removed 1 file staged by processes that died, 1 file of runs ' +
			'that were given up, 1 file of earlier commits, 1 file of locks without an owner; 3.0 kB freed\n',
	);
	equal((await place.sluice(['verify'])).code, 0);
	match((await place.sluice(['gc'])).stdout, /^teams: nothing to remove$/m);
});

test('state is shown, set and reset; rows stay', async () => {
	await using place = await written();
	const shown = JSON.parse((await place.sluice(['state', 'show'])).stdout);
	deepEqual(Object.keys(shown), ['contacts', 'teams']);
	deepEqual([shown.contacts.finished, shown.contacts.pages, shown.contacts.version], [true, 1, 1]);
	equal(shown.contacts.schema.columns.id.data_type, 'bigint');
	const state = async () =>
		(await lastCommit(layoutOf(join(place.path, 'out'), 'contacts')))?.progress.get('contacts')?.state;

	const set = await place.sluice(['state', 'set', 'contacts', 'updated_at.last_value=2025-05-05']);
	deepEqual([set.code, set.stderr], [0, 'contacts: set; the next run begins there\n']);
	deepEqual((await state())?.updated_at, {
		...shown.contacts.state.updated_at,
		last_value: '2025-05-05T00:00:00Z',
	});
	const whole = await place.sluice([
		'state',
		'set',
		'contacts',
		'{"id": {"last_value": 12345678901234567890}}',
	]);
	equal(whole.code, 0, whole.stderr);
	match((await place.sluice(['state', 'show', 'contacts'])).stdout, /"last_value": 12345678901234567890$/m);

	const reset = await place.sluice(['state', 'reset', 'contacts']);
	equal(
		reset.stderr,
		'contacts: forgotten. 2 rows stay; the next run begins from the beginning, and adds to them; sluice ' +
			'run --full-refresh replaces them\n',
	);
	equal(await state(), undefined);
	match((await place.sluice(['ls'])).stdout, /^contacts +2 /m);
	equal(
		(await place.sluice(['state', 'reset', 'contacts'])).stderr,
		'contacts: has no state; the next run begins from the beginning\n',
	);
	equal((await place.sluice(['state', 'set', 'contacts', 'updated_at.last_value=2025-05-05'])).code, 0);
	deepEqual(await state(), {updated_at: {last_value: '2025-05-05'}});
	equal((await place.sluice(['verify'])).code, 0);
});

test('the next run reads from the state that was set', async () => {
	await using api = await server(rows('contacts', contacts));
	const params = {since: `{incremental.start_value}`};
	const resource = single('contacts', {
		endpoint: {params, incremental: {cursor_path: 'updated_at', initial_value: '2020-01-01'}},
	});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	for (const words of [
		['run'],
		['state', 'set', 'contacts', 'updated_at.last_value=2026-01-02T00:00:00Z'],
		['run'],
	])
		equal((await place.sluice([...words, '-q'])).code, 0);
	deepEqual(
		api.requests.map(({query}) => query.since?.[0]),
		['2020-01-01', '2026-01-02T00:00:00Z'],
	);
});

const mistakes: [words: string[], said: string][] = [
	[['state', 'shw'], 'state knows show, reset, set; got "shw" (did you mean "show"?)'],
	[['state', 'reset'], 'state reset needs the name of a resource'],
	[['state', 'set', 'contacts'], 'state set needs a resource, and JSON or path=value'],
	[['state', 'set', 'contacts', '{"a"'], 'state set: not JSON: '],
	[
		['state', 'set', 'contacts', 'updated_at'],
		'state set: cannot read "updated_at"; write JSON, or path=value',
	],
	[['state', 'set', 'contacts', 'a[*]=1'], 'state set: a[*] is not a path of keys'],
	[
		['state', 'set', 'contacts', 'updated_at=2026'],
		'contacts: "updated_at" is given no place of incremental reading; write updated_at.last_value=VALUE',
	],
	[
		['verify', 'contcts'],
		'no dataset "contcts" in out (did you mean "contacts"?); there are: contacts, teams',
	],
	[
		['state', 'show', 'contacts', '-o', 'none'],
		'no dataset "contacts" in none: there is nothing that Sluice wrote',
	],
];

test('a mistake in what was typed is one line, and changes nothing', async () => {
	await using place = await written();
	const before = await place.list();
	for (const [words, said] of mistakes) {
		const {code, stderr} = await place.sluice(words);
		equal(code, 2, stderr);
		ok(stderr.startsWith(`sluice: ${said}`), stderr);
		equal(stderr.trimEnd().split('\n').length, 1, stderr);
	}
	deepEqual(await place.list(), before);
});
