import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {type Ran, type Workspace, workspace} from '../helpers/binary.ts';
import {config, endless, rows, server, single} from './config.ts';

const csi = '\u001b[';

test('messages have colour where it is wanted, and none in a pipe', async () => {
	await using place = await workspace();
	const said = async (env: Record<string, string>): Promise<string> =>
		(await place.sluice(['raed'], {env})).stderr;
	const [plain, forced] = await Promise.all([said({}), said({FORCE_COLOR: '1'})]);
	const [refused, off] = await Promise.all([
		said({FORCE_COLOR: '1', NO_COLOR: '1'}),
		said({FORCE_COLOR: '0'}),
	]);
	equal(forced, plain.replace('sluice:', `${csi}31msluice:${csi}39m`));
	deepEqual([refused, off], [plain, plain]);
});

/** Runs a script on a terminal of 100 columns; what is written to stdout and to stderr comes out as one. */
function onTerminal(place: Workspace, script: string): Promise<Ran> {
	return place.shell(`script -qefc 'stty cols 100; ${script}' /dev/null`, {
		env: {SHELL: '/bin/bash', TERM: 'xterm'},
	});
}

test('on a terminal there is a live line that goes away, and a table to look at', async context => {
	const {resource, route} = endless('events', 10);
	const people = [
		{id: 1, name: '漢字', note: `a\u001b[2Jb`, long: 'x'.repeat(90)},
		{id: 20, name: 'Ada', note: null, long: ''},
	];
	const notes = {
		name: 'notes',
		endpoint: {path: 'teams', params: {of: '{resources.people.id}'}, paginator: 'single_page'},
	};
	await using api = await server(route, rows('people', people), rows('teams', [{id: 1}]));
	await using place = await workspace({
		'sluice.json': config(api.url, [resource, single('people'), single('teams'), notes]),
	});
	if ((await onTerminal(place, 'true')).code !== 0)
		return context.skip('there is no script(1) to make a terminal');

	const [preview, ran] = [
		await onTerminal(place, 'sluice preview people'),
		await onTerminal(place, 'sluice run teams -f jsonl'),
	];
	deepEqual([preview.code, ran.code], [0, 0], preview.stdout + ran.stdout);
	deepEqual(preview.stdout.split('\r\n').slice(0, 4), [
		'id  name  note    long',
		`──  ────  ──────  ${'─'.repeat(40)}`,
		` 1  漢字  a\ufffd[2Jb  ${'x'.repeat(39)}…`,
		'20  Ada',
	]);
	match(ran.stdout, /teams {2}0 rows {2}0 requests/);
	// What stays: the line is cleared before the table is written where it began.
	const shown = ran.stdout.split(`${csi}1G`).at(-1) ?? '';
	match(shown.replace(`${csi}0J`, 'CLEARED '), /^CLEARED resource +rows/);
	doesNotMatch(ran.stdout, /teams: 1 row, 1 request/);

	// The first of a family to end says so while the line of all is there.
	const family = await onTerminal(place, 'sluice run people notes -f jsonl');
	equal(family.code, 0, family.stdout);
	const said = family.stdout.split('\r\n').filter(text => /(people|notes): \d row/.test(text));
	// Both may end before the lines are drawn again.
	const plain = said.map(text => text.replaceAll(`${csi}0J`, 'CLEARED ').split(`${csi}1G`).at(-1) ?? '');
	match(plain[0] ?? '', /^CLEARED (people|notes): 2 rows/);
	match(plain[1] ?? '', /^(CLEARED )?(people|notes): 2 rows/);

	const [quiet, filter] = [
		await onTerminal(place, 'sluice run teams -q -f jsonl'),
		await onTerminal(place, 'sluice read events --limit 1'),
	];
	deepEqual([quiet.stdout, filter.stdout], ['', '{"id":0,"name":"row 0"}\r\n']);
});
