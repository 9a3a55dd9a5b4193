/** The samples of the README and of the pages for a shell and a program run, and print what stands there. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {access, chmod, mkdir, rm, symlink, writeFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {promisify} from 'node:util';
import {exitCodes} from '../../src/cli/terminal/exit-codes.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {loadConfig} from '../../src/config/load/load.ts';
import {type DemoApi, startDemoApi} from '../helpers/demo.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {blocksOf, main, page, root, shape} from './pages.ts';

const run = promisify(execFile);

interface Sample {
	readonly language: string;
	readonly text: string;
	/** The `text` block that follows: what it prints. */
	readonly output: string | undefined;
}

const samplesOf = async (path: string): Promise<Sample[]> => {
	const blocks = blocksOf(await page(path));
	const outputs = blocks.map((_, i) =>
		blocks[i + 1]?.language === 'text' ? blocks[i + 1]?.text : undefined,
	);
	return blocks.map(({language, text}, i) => ({language, text, output: outputs[i]}));
};
const readme = await samplesOf('README.md');
const ofShell = (await samplesOf('docs/how-to/shell.md')).filter(({language}) => language === 'sh');
const ofProgram = (await samplesOf('docs/how-to/program.md')).filter(({language}) =>
	/^[jt]s$/.test(language),
);
const ofDatasets = (await samplesOf('docs/reference/datasets.md')).filter(({text}) =>
	text.includes('npx sluice '),
);

let api: DemoApi;

beforeEach(async () => {
	// New for each test, and small: its first requests are answered without a 429 or a 503.
	api = await startDemoApi({scale: 0.02});
});
afterEach(() => api.close());

const here = (text: string): string => text.replaceAll('http://127.0.0.1:8080', api.url);

test('the sample configs are understood', async () => {
	await using folder = await temporaryFolder();
	for (const [path, names] of [
		['README.md', ['contacts', 'notes']],
		['docs/reference/config.md', ['contacts', 'teams']],
	] as const) {
		const text = blocksOf(await page(path)).find(({language}) => language === 'yaml')?.text ?? '';
		await writeFile(join(folder.path, 'sluice.yaml'), text);
		const {config} = await loadConfig('sluice.yaml', {cwd: folder.path, env: {API_KEY: 'k', TOKEN: 't'}});
		deepStrictEqual(
			resolveResources(config).map(({name}) => name),
			names,
		);
	}
});

interface Shell {
	readonly code: number | null;
	/** stdout and stderr as they came. */
	readonly output: string;
	readonly folder: string;
}

/** Runs lines of shell as a reader of the page would, in a folder that has the fixtures and a `sluice`. */
async function shell(lines: string, folder: string): Promise<Shell> {
	await symlink(join(root, 'fixtures'), join(folder, 'fixtures'));
	await mkdir(join(folder, 'bin'));
	await writeFile(join(folder, 'bin/sluice'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
	await chmod(join(folder, 'bin/sluice'), 0o755);
	const script = here(lines)
		.replace(/^npm run .*&\n/m, '')
		.replaceAll('npx sluice', 'sluice');
	const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
		cwd: folder,
		env: {
			...process.env,
			NO_COLOR: '1',
			DEMO_URL: api.url,
			PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: 30_000,
	});
	let output = '';
	child.stdout.on('data', chunk => {
		output += chunk;
	});
	child.stderr.on('data', chunk => {
		output += chunk;
	});
	const code = await new Promise<number | null>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', resolve);
	});
	return {code, output, folder};
}

const shells = [...ofShell, ...ofDatasets].filter(
	({text}) => /sluice (?!\.)/.test(text) && !text.includes('docker'),
);

test('there are shell lines to run', () => strictEqual(shells.length, 7));

for (const {text, output} of shells) {
	test(`the shell says what the page says: ${text.split('\n').find(line => !line.startsWith('npm '))}`, async () => {
		await using folder = await temporaryFolder();
		const result = await shell(text, folder.path);
		// A reader that leaves early (`head`) is a success; what `check` finds is not.
		strictEqual(result.code, output?.startsWith('sluice:') ? exitCodes.usage : exitCodes.ok, result.output);
		if (output !== undefined) strictEqual(shape(result.output), shape(here(output)));
		for (const [, file = ''] of text.matchAll(/(?:> |write )(\S+)/g)) await access(join(folder.path, file));
	});
}

test('a run of the demo config prints the table that the README shows', async () => {
	await using folder = await temporaryFolder();
	const demo = readme.find(({text}) => text.includes('npm run demo\n'));
	const table = shape(demo?.output ?? '');
	const result = await shell('sluice run --config fixtures/demo/sluice.yaml', folder.path);
	strictEqual(result.code, 0, result.output);
	match(table, /^resource rows /);
	strictEqual(shape(result.output).slice(-table.length), table);
	const [counted] = await query(`select count(*)::int as n from '${folder.path}/out/contacts/*.parquet'`);
	strictEqual(counted?.n, api.truth.contacts?.rows);
	await access(join(folder.path, 'out/conversation_parts/_rejects'));
});

test('the samples in TypeScript compile, run, and print what the page says', async () => {
	strictEqual(ofProgram.length, 3);
	// Inside the repository, where its own name leads to it.
	const folder = join(root, '.build/readme');
	await rm(folder, {recursive: true, force: true});
	await mkdir(folder, {recursive: true});
	await writeFile(
		join(folder, 'tsconfig.json'),
		JSON.stringify({
			extends: '../../tsconfig.json',
			compilerOptions: {noEmit: false, outDir: 'out', rootDir: '.'},
			include: ['*.ts'],
		}),
	);
	for (const [i, {text}] of ofProgram.entries()) await writeFile(join(folder, `sample${i}.ts`), here(text));
	const compiled = await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch(error => error);
	strictEqual(compiled.stdout, '');
	await using files = await temporaryFolder();
	for (const [i, {output}] of ofProgram.entries()) {
		const {stdout} = await run(process.execPath, [join(folder, `out/sample${i}.js`)], {
			cwd: files.path,
			timeout: 30_000,
		});
		strictEqual(shape(stdout), shape(output ?? ''));
	}
	const [counted] = await query(
		`select count(*)::int as n, count(external_id)::int as ids from '${files.path}/contacts.parquet'`,
	);
	deepStrictEqual(counted, {n: api.truth.contacts?.rows, ids: api.truth.contacts?.rows});
});
