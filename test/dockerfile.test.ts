/** The image, as far as it can be told without Docker: what it copies is there, and who runs it. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

const root = join(import.meta.dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

const instructions = text('Dockerfile')
	.split('\n')
	.filter(line => line !== '' && !line.startsWith('#'))
	.map(line => /^([A-Z]+) (.*)$/.exec(line)?.slice(1) as [name: string, words: string]);
const all = (name: string): string[] =>
	instructions.filter(([other]) => other === name).map(([, words]) => words);
const final = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));

test('each line is an instruction, and the Node of the image is one that the package takes', () => {
	ok(instructions.every(Boolean));
	const [, version] = /^BASE=node:(\d+)-\w+$/.exec(all('ARG')[0] ?? '') ?? [];
	const [, oldest] = /^>=(\d+)/.exec(JSON.parse(text('package.json')).engines.node) ?? [];
	ok(Number(version) >= Number(oldest));
	deepStrictEqual(
		all('FROM').map(words => words.replace(/\W/g, '')),
		['BASEASbuild', 'BASE'],
	);
});

test('what is copied is there, and no secret and no build of the host is among it', () => {
	const ignored = text('.dockerignore').split('\n');
	for (const needed of ['node_modules', 'dist', '.git', '**/secrets.toml', '**/.env'])
		ok(ignored.includes(needed));
	for (const words of all('COPY').filter(words => !words.startsWith('--from'))) {
		const paths = words.split(' ').slice(0, -1);
		for (const path of paths) {
			ok(existsSync(join(root, path)), path);
			ok(!ignored.includes(path), path);
		}
	}
	// What the build reads, too.
	for (const path of ['src', 'sinks', 'transforms', '.ci', 'tsconfig.build.json'])
		ok(!ignored.includes(path));
});

test('it runs as a user without rights, in a folder of that user', () => {
	const names = final.map(([name]) => name);
	strictEqual(final.find(([name]) => name === 'USER')?.[1], 'node');
	ok(names.lastIndexOf('USER') > names.lastIndexOf('RUN'));
	strictEqual(final.findLast(([name]) => name === 'WORKDIR')?.[1], '/data');
	match(
		final.find(([name, words]) => name === 'RUN' && words.includes('chown'))?.[1] ?? '',
		/chown node:node \/data/,
	);
});

test('signals reach the command itself, as no shell stands between', () => {
	const [entry, ...others] = all('ENTRYPOINT').map(words => JSON.parse(words) as string[]);
	deepStrictEqual(others, []);
	const {sluice} = JSON.parse(text('package.json')).bin;
	deepStrictEqual(entry, ['node', `/opt/sluice/${sluice}`]);
	deepStrictEqual(all('CMD'), ['["run"]']);
});

test('the image holds what a run needs, and no tools of ours', () => {
	const installs = final.filter(([, words]) => words.includes('npm ci')).map(([, words]) => words);
	deepStrictEqual(installs.length, 1);
	match(installs[0] ?? '', /--omit=dev --omit=peer --ignore-scripts/);
});
