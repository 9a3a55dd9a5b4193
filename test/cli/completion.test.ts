/** Shells that complete commands, and the manual: made from the same definitions as the command line itself. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {definitions, flagsOf} from '../../src/cli/manual/definitions.ts';
import {script} from '../../src/cli/manual/scripts.ts';
import {verbs} from '../../src/cli/verbs.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-completion-'));
after(() => rmSync(folder, {recursive: true, force: true}));
writeFileSync(join(folder, 'two words.yaml'), '');

const scriptOf = (shell: string): string => script(shell, verbs) ?? '';
const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

/** What a shell says when it runs these lines. */
function run(shell: string, lines: string): string[] {
	const {stdout, stderr} = spawnSync(shell, ['-c', lines], {cwd: folder, encoding: 'utf8', timeout: 60_000});
	strictEqual(stderr, '');
	return stdout.trim().split('\n');
}

function completeInBash(...words: string[]): string[] {
	const quoted = words.map(word => `'${word}'`).join(' ');
	return run(
		'bash',
		`${scriptOf('bash')}
COMP_WORDS=(sluice ${quoted}); COMP_CWORD=${words.length}; _sluice; printf '%s\\n' "\${COMPREPLY[@]}"`,
	);
}

function completeInFish(line: string): string[] {
	return run('fish', `${scriptOf('fish')}\ncomplete -C '${line}'`).map(found => found.split('\t')[0] ?? '');
}

test('every verb and every option that is no secret of ours is in each script and in the manual', () => {
	const all = definitions(verbs);
	strictEqual(all.length, verbs.length);
	for (const shell of ['bash', 'zsh', 'fish', 'powershell', 'man']) {
		const text = scriptOf(shell).replaceAll('\\-', '-');
		for (const {name, options} of all) {
			ok(new RegExp(`\\b${name}\\b`).test(text), `${shell}: ${name}`);
			for (const {name: option} of options) ok(text.includes(option), `${shell}: ${name} --${option}`);
		}
	}
	const run = all.find(({name}) => name === 'run');
	deepStrictEqual(
		run?.options
			.filter(({name}) => /^(config|format|strict)$/.test(name))
			.map(one => [...flagsOf(one), one.value]),
		[
			['--format', '-f', 'word'],
			['--strict', 'switch'],
			['--config', '-c', 'path'],
		],
	);
});

test('bash completes verbs, options, their values, and files', {skip: !has('bash') && 'no bash'}, () => {
	deepStrictEqual(completeInBash('prev'), ['preview']);
	deepStrictEqual(completeInBash('run', '--max-d'), ['--max-duration']);
	deepStrictEqual(completeInBash('run', '--format', 'jsonl.'), ['jsonl.gz']);
	deepStrictEqual(completeInBash('run', '--config', 'two'), ['two words.yaml']);
	deepStrictEqual(completeInBash('auth', 'lo'), ['login', 'logout']);
	deepStrictEqual(completeInBash('run', '--max-duration', ''), ['']);
});

test('fish completes the same', {skip: !has('fish') && 'no fish'}, () => {
	deepStrictEqual(completeInFish('sluice prev'), ['preview']);
	deepStrictEqual(completeInFish('sluice run --max-d'), ['--max-duration']);
	deepStrictEqual(completeInFish('sluice run --format jsonl.'), ['jsonl.gz']);
	deepStrictEqual(completeInFish('sluice auth lo'), ['login', 'logout']);
});

test('zsh is told the same', {skip: !has('zsh') && 'no zsh'}, () => {
	// Its functions complete within its line editor alone; here others in their place say what they are given.
	const told = (words: string): string[] =>
		run(
			'zsh',
			`compdef() { }; _arguments() { print -rl -- "$@" }; _describe() { print -rl -- "$verbs[@]" }
${scriptOf('zsh')}
words=(sluice ${words}); CURRENT=$#words; _sluice`,
		);
	ok(
		told('prev').includes(
			'preview:Show the first page: a table on a terminal, JSON Lines in a pipe'.replace('page:', 'page\\:'),
		),
	);
	ok(told('auth lo').includes('1:what:(login status logout)'));
	const options = told('run --max-d');
	ok(options.some(spec => /^--max-duration\[.*\]:max-duration:$/.test(spec)));
	ok(options.some(spec => /^\(-c --config\)-c\[.*\]:config:_files$/.test(spec)));
});

test('the manual is one that man can show', {skip: !has('man') && 'no man'}, () => {
	const path = join(folder, 'sluice.1');
	writeFileSync(path, scriptOf('man'));
	const {stdout, stderr} = spawnSync('man', ['--warnings', '-l', path], {
		encoding: 'utf8',
		env: {...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8'},
	});
	strictEqual(stderr, '');
	match(stdout, /sluice run \[resources\.\.\]/);
	match(stdout, /--output, -o path/);
});
