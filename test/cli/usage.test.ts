import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';

const verbs = [
	'run',
	'read',
	'preview',
	'check',
	'show',
	'schema',
	'ls',
	'verify',
	'gc',
	'state',
	'select',
	'normalize',
	'dedupe',
	'write',
];

test('without a word, the help goes to stderr and the exit code is 2; asked for, it goes to stdout', async () => {
	await using place = await workspace();
	const [alone, asked] = await Promise.all([place.sluice([]), place.sluice(['--help'])]);
	deepEqual([alone.code, alone.stdout], [2, '']);
	deepEqual([asked.code, asked.stderr], [0, '']);
	equal(alone.stderr, asked.stdout);
	for (const verb of verbs) match(asked.stdout, new RegExp(`^  ${verb}\\b`, 'm'));
	ok(asked.stdout.split('\n').every(line => line.length <= 100));
	const [word, short] = await Promise.all([place.sluice(['help']), place.sluice(['-q', '-h'])]);
	deepEqual([word.stdout, short.stdout], [asked.stdout, asked.stdout]);
});

test('the help of every verb fits a screen and has an example', async () => {
	await using place = await workspace();
	for (let i = 0; i < verbs.length; i += 2) {
		await Promise.all(
			verbs.slice(i, i + 2).map(async verb => {
				const {code, stdout, stderr} = await place.sluice([verb, '--help']);
				deepEqual([code, stderr], [0, ''], verb);
				ok(stdout.trimEnd().split('\n').length <= 34, `${verb} --help has more than 34 lines`);
				ok(stdout.split('\n').every(line => line.length <= 100));
				match(stdout, /Examples:\n.*sluice/, verb);
			}),
		);
	}
	const {stdout} = await place.sluice(['help', 'read']);
	match(stdout, /^sluice read <resource>/);
});

test('the version is one line', async () => {
	await using place = await workspace();
	for (const word of ['--version', '-V']) {
		const {code, stdout, stderr} = await place.sluice([word]);
		deepEqual([code, stderr], [0, '']);
		match(stdout, /^\d+\.\d+\.\d+\n$/);
	}
});

const mistakes: [words: string[], said: string][] = [
	[['raed', 'contacts'], 'unknown verb "raed" (did you mean "read"?); there are init, import, run, plan, run-part,'],
	[['-q'], 'a verb is missing. Try sluice --help'],
	[['run', '--limt', '5'], 'unknown option --limt (did you mean "--limit"?). Try sluice run --help'],
	[['run', '--env-fil=x'], 'unknown option --env-fil (did you mean "--env-file"?)'],
	[['check', '-x'], 'unknown option -x. Try sluice check --help'],
	[['read'], 'missing <resource>. Try sluice read --help'],
	[['read', 'contacts', 'teams'], 'unexpected word "teams" after read'],
	[['read', 'contacts', '--output'], '--output needs a value. Try sluice read --help'],
	[['run', '-o', 'a', '-o', 'b'], '--output was given 2 times; it takes one value'],
	[['run', '--limit', '1.5'], '--limit is a whole number from 1; got 1.5'],
	[['run', '--limit', 'ten'], '--limit is a whole number from 1'],
	[['run', '--limit', '0'], '--limit is a whole number from 1; got 0'],
	[
		['write', '-', '--format', 'parket'],
		'--format is one of parquet, jsonl, jsonl.gz, csv, csv.gz; got parket (did you mean "parquet"?)',
	],
	[['dedupe', '--keep', 'lst'], '--keep is one of first, last; got lst (did you mean "last"?)'],
	[['--log', 'xml', 'check'], '--log is one of text, json; got xml'],
	[['select', 'a', 'b'], 'select takes one path; for columns say --columns'],
	[['select', '--columns', 'a', '--keep', 'b'], '--keep belongs to a path'],
	[
		['write', 'contacts'],
		'contacts: which format? Name one with --format, or let the path end in one of .parquet',
	],
	[['write', 'x.jsonl', '--rejects', './x.jsonl'], 'x.jsonl: the data and the rejects cannot go to one file'],
	[
		['write', 'x.csv', '--compression', 'snappy'],
		'compression snappy is none of csv, which knows none and gzip',
	],
	[['normalize', '--schema', 'none.json'], '--schema none.json: there is no such file'],
	[['normalize', '--schema', 'broken.json'], '--schema broken.json: not JSON'],
	[['normalize', '--schema', 'wrong.json'], 'wrong.json: columns.id: '],
];

test('a mistake in what was typed is one line that says what to do, and exit code 2', async () => {
	await using place = await workspace({
		'broken.json': '{',
		'wrong.json': '{"columns": {"id": {"data_type": "bigit"}}}',
	});
	for (let i = 0; i < mistakes.length; i += 2) {
		await Promise.all(
			mistakes.slice(i, i + 2).map(async ([words, said]) => {
				const {code, stdout, stderr} = await place.sluice(words, {env: {LANG: 'de_DE.UTF-8'}});
				const about = `${words.join(' ')}: ${stderr}`;
				deepEqual([code, stdout], [2, ''], about);
				ok(stderr.startsWith(`sluice: ${said}`), about);
				equal(stderr.trimEnd().split('\n').length, 1, about);
			}),
		);
	}
});

test('a usage error is JSON when the log is', async () => {
	await using place = await workspace();
	const [apart, together] = await Promise.all([
		place.sluice(['--log', 'json', 'run', '--limt', '1']),
		place.sluice(['run', '--log=json', '--limt', '1']),
	]);
	for (const {code, stderr} of [apart, together]) {
		equal(code, 2);
		const {event, name, code: kind, message, time} = JSON.parse(stderr);
		deepEqual([event, name, kind], ['error', 'ConfigError', 'ERR_CONFIG']);
		match(message, /--limit/);
		ok(!Number.isNaN(Date.parse(time)));
	}
});
