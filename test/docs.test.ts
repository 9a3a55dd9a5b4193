/** The README: it names everything there is, its samples compile and run, and they print what it says. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {access, chmod, mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {promisify} from 'node:util';
import yargs from 'yargs';
import {exitCodes} from '../src/cli/terminal/exit-codes.ts';
import {eventNames} from '../src/cli/terminal/log.ts';
import {verbs} from '../src/cli/verbs.ts';
import {resolveResources} from '../src/config/compile/resolve.ts';
import {loadConfig} from '../src/config/load/load.ts';
import {configJsonSchema} from '../src/config/schema/json-schema.ts';
import {formatNames} from '../src/core/format-names.ts';
import {type DemoApi, startDemoApi} from './helpers/demo.ts';
import {query} from './helpers/duckdb.ts';
import {temporaryFolder} from './helpers/folder.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'dist/src/cli/main.js');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const manifest: {scripts: Record<string, string>} = JSON.parse(
	await readFile(join(root, 'package.json'), 'utf8'),
);
const run = promisify(execFile);

interface Block {
	readonly language: string;
	readonly text: string;
	/** The `text` block that follows: what it prints. */
	readonly output: string | undefined;
}

const fences = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
	language,
	text,
}));
const blocks: Block[] = fences
	.map((fence, i) => ({
		...fence,
		output: fences[i + 1]?.language === 'text' ? fences[i + 1]?.text : undefined,
	}))
	.filter(({language}) => language !== 'text');
const inLanguage = (...languages: string[]): Block[] =>
	blocks.filter(({language}) => languages.includes(language));

/** What stays of an output when numbers, and the widths that they make, may differ. */
function shape(text: string): string {
	return text
		.replace(/\d[\d,.]*/g, '0')
		.replace(/\b0 (kB|MB|B)\b/g, '0 bytes')
		.replace(/─+/g, '─')
		.replace(/ +/g, ' ')
		.trim();
}

let api: DemoApi;

beforeEach(async () => {
	// New for each test, and small: its first requests are answered without a 429 or a 503.
	api = await startDemoApi({scale: 0.02});
});
afterEach(() => api.close());

const here = (text: string): string => text.replaceAll('http://127.0.0.1:8080', api.url);

/** The line of a table that is about this. */
function row(name: string): string {
	return (
		readme.split('\n').find(line => new RegExp(`^\\| (\`[^|]*\`, )?\`${literally(name)}[\` ]`).test(line)) ??
		''
	);
}

function literally(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Whether it stands there as code, by itself or as a step of a path such as `retry.factor`. */
function isNamed(name: string, text = readme): boolean {
	return new RegExp(`\`([\\w.]+\\.)?${literally(name)}[\`.]`).test(text);
}

/** Names of the options that this declares, without its positionals. */
function optionsOf({command, options}: (typeof verbs)[number]): string[] {
	const {key} = (
		options(yargs([])) as unknown as {getOptions(): {key: Record<string, unknown>}}
	).getOptions();
	return Object.keys(key).filter(
		name => name.length > 1 && !new RegExp(`[<[]${name}\\b`).test(command) && !/[A-Z]/.test(name),
	);
}

test('every verb is in the README with its flags', () => {
	const shared = ['config', 'set', 'env-file', 'help', 'version'];
	ok(verbs.length > 8);
	for (const verb of verbs) {
		const line = row(verb.command);
		ok(line, `${verb.command} has a line`);
		const flags = optionsOf(verb);
		for (const flag of flags.filter(name => !shared.includes(name)))
			ok(line.includes(`\`--${flag}\``), `--${flag} of ${verb.name}`);
		const named = [...line.matchAll(/`--([\w-]+)`/g)].map(([, flag = '']) => flag);
		deepStrictEqual(
			named.filter(flag => !flags.includes(flag)),
			[],
			`flags of ${verb.name} that are none`,
		);
	}
	const [, readers = ''] = /^(.*) read a config:/m.exec(readme) ?? [];
	for (const verb of verbs)
		strictEqual(readers.includes(`\`${verb.name}\``), optionsOf(verb).includes('config'), verb.name);
});

test('so are the flags of all verbs', async () => {
	const {stdout} = await run(process.execPath, [main, '--help']);
	const flags = [...stdout.matchAll(/^ +(?:-\w, +)?(--[\w-]+)/gm)].map(([, flag = '']) => flag);
	ok(flags.length > 4);
	for (const flag of [...flags, '--config', '--set', '--env-file'])
		match(readme, new RegExp(`\`${flag}[\` ]`), flag);
});

test('every exit code has its meaning', () => {
	const [, table = ''] = /\| exit code \|[^\n]*\n([\s\S]*?)\n\n/.exec(readme) ?? [];
	deepStrictEqual(
		[...table.matchAll(/`(\d+)`/g)].map(([, code]) => Number(code)).sort((a, b) => a - b),
		Object.values(exitCodes).sort((a, b) => a - b),
	);
});

test('every event of --log json has a line', () => {
	const [, table = ''] = /\| event \|[^\n]*\n([\s\S]*?)\n\n/.exec(readme) ?? [];
	deepStrictEqual(
		[...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name),
		[...eventNames],
	);
});

interface Node {
	readonly properties?: Readonly<Record<string, Node>>;
	readonly enum?: readonly unknown[];
	readonly const?: unknown;
	readonly default?: unknown;
	readonly $defs?: Readonly<Record<string, Node>>;
	readonly anyOf?: readonly Node[];
	readonly oneOf?: readonly Node[];
}

const schema = configJsonSchema() as Node;

function* walk(node: unknown): Generator<Node> {
	if (typeof node !== 'object' || node === null) return;
	yield node as Node;
	for (const child of Object.values(node)) yield* walk(child);
}

test('every key and every word of the config is named', () => {
	const names = new Set<string>();
	for (const {properties = {}, enum: words = [], const: word} of walk(schema)) {
		for (const name of Object.keys(properties)) names.add(name);
		for (const each of [...words, word]) if (typeof each === 'string') names.add(each);
	}
	ok(names.size > 100);
	deepStrictEqual(
		[...names].filter(name => !isNamed(name)),
		[],
	);
});

/** Named once, below the table. */
const ofEachPaginator = ['repeated_page', 'max_empty_pages'];

for (const [kind, least] of [
	['paginator', 8],
	['auth', 4],
] as const) {
	test(`the line of each ${kind} has its keys and their defaults`, () => {
		const objects = [...walk(schema.$defs?.[kind])].filter(({properties}) => properties?.type);
		ok(objects.length >= least);
		for (const {properties = {}} of objects) {
			const {type, ...keys} = properties;
			for (const name of [type?.const, ...(type?.enum ?? [])].filter(each => typeof each === 'string')) {
				const line = row(name);
				ok(line, `${kind} ${name}`);
				for (const [key, {default: fallback}] of Object.entries(keys)) {
					const place = ofEachPaginator.includes(key)
						? (readme.split('\n\n').find(text => text.includes('All kinds but')) ?? '')
						: line;
					ok(isNamed(key, place), `${key} of ${name}`);
					if (fallback !== undefined && typeof fallback !== 'object')
						ok(line.includes(`\`${key}\` = \`${fallback}\``), `${key} of ${name} is ${fallback}`);
				}
				const named = [...line.matchAll(/`(\w+)` = `/g)].map(([, key = '']) => key);
				deepStrictEqual(
					named.filter(key => keys[key]?.default === undefined),
					[],
					`defaults of ${name} that are none`,
				);
			}
		}
	});
}

test('every paginator, auth, rule, way of incremental reading, format, relation and step has its name in dlt and Airbyte', () => {
	const section = /\n## Names elsewhere\n(.*?)\n## /s.exec(readme)?.[1] ?? '';
	const lines = section
		.split('\n')
		.filter(line => line.startsWith('| `'))
		.map(line => line.slice(2, -2).split(' | '));
	for (const cells of lines)
		ok(cells.length === 3 && cells.every(cell => cell.trim() !== ''), cells.join(' | '));
	const told = lines.flatMap(([here = '']) => [...here.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
	const {
		paginator,
		auth,
		response_actions: rules,
		body_format: format,
		incremental,
		processing_step: steps,
	} = schema.$defs ?? {};
	const types = [paginator, auth].flatMap(node =>
		[...walk(node)].flatMap(({properties}) => wordsOf(properties?.type)),
	);
	const actions = [...walk(rules)].flatMap(({properties}) => [
		...Object.keys(properties ?? {}),
		...[...walk(properties?.action)].flatMap(wordsOf),
	]);
	// What an option of a format may be is no format.
	const options = [...walk(format)].flatMap(({properties: {type: _, ...own} = {}}) => Object.values(own));
	const inOptions = new Set(options.flatMap(node => [...walk(node)]));
	const formats = [...walk(format)]
		.filter(node => !inOptions.has(node))
		.flatMap(node => [...wordsOf(node), ...wordsOf(node.properties?.type)]);
	const names = [
		...types,
		...actions,
		...formats,
		...[incremental, steps].flatMap(node => keysOfAll(node)),
		...['include_from_parent', 'partitions', 'batch', 'distinct', 'on_missing', 'incremental_dependency'],
	];
	ok(types.length > 15 && actions.length > 15 && formats.length >= 4);
	deepStrictEqual([...new Set(told)].sort(), [...new Set(names)].sort());
});

function wordsOf(node: Node | undefined): string[] {
	return [node?.const, ...(node?.enum ?? [])].filter(word => typeof word === 'string');
}

/** Keys of an object, or of each of several. */
function keysOfAll(node: Node | undefined): string[] {
	return [...Object.keys(node?.properties ?? {}), ...(node?.anyOf ?? node?.oneOf ?? []).flatMap(keysOfAll)];
}

test('every column type has a line, and every format', () => {
	const types = [...walk(schema.$defs?.column)].flatMap(node => node.enum ?? []);
	ok(types.includes('struct'));
	const [, table = ''] = /\| type \| Parquet \|[^\n]*\n([\s\S]*?)\n\n/.exec(readme) ?? [];
	for (const type of types) ok(isNamed(String(type), table), String(type));
	const [, formats = ''] = /\| ending \|[^\n]*\n([\s\S]*?)\n\n/.exec(readme) ?? [];
	for (const format of formatNames) ok(isNamed(format, formats), format);
});

test('links lead to files, and npm scripts exist', async () => {
	const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
	ok(links.length > 3);
	for (const link of links) await access(join(root, link));
	const scripts = [...readme.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => script);
	deepStrictEqual(
		scripts.filter(script => !(script in manifest.scripts)),
		[],
	);
});

test('the sample configs are understood', async () => {
	await using folder = await temporaryFolder();
	const configs = inLanguage('yaml');
	ok(configs.length > 0);
	for (const {text} of configs) {
		await writeFile(join(folder.path, 'sluice.yaml'), text);
		const {config} = await loadConfig('sluice.yaml', {cwd: folder.path, env: {API_KEY: 'k'}});
		deepStrictEqual(
			resolveResources(config).map(({name, endpoint}) => [name, endpoint.path]),
			[
				['contacts', '/v1/contacts'],
				['teams', 'teams'],
			],
		);
	}
});

interface Shell {
	readonly code: number | null;
	/** stdout and stderr as they came. */
	readonly output: string;
	readonly folder: string;
}

/** Runs lines of shell as a reader of the README would, in a folder that has the fixtures and a `sluice`. */
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

const shells = inLanguage('sh').filter(({text}) => text.includes('sluice '));

test('there are shell lines to run', () => strictEqual(shells.length, 7));

for (const {text, output} of shells) {
	test(`the shell says what the README says: ${text.split('\n').find(line => !line.startsWith('npm '))}`, async () => {
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
	const [demo] = inLanguage('sh').filter(({text}) => text.includes('npm run demo\n'));
	const result = await shell('sluice run --config fixtures/demo/sluice.yaml', folder.path);
	strictEqual(result.code, 0, result.output);
	const table = shape(demo?.output ?? '');
	match(table, /^resource rows /);
	strictEqual(shape(result.output).slice(-table.length), table);
	const [counted] = await query(`select count(*)::int as n from '${folder.path}/out/contacts/*.parquet'`);
	strictEqual(counted?.n, api.truth.contacts?.rows);
	await access(join(folder.path, 'out/conversation_parts/_rejects'));
});

test('the samples in TypeScript compile, run, and print what the README says', async () => {
	const samples = inLanguage('js', 'ts');
	strictEqual(samples.length, 3);
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
	for (const [i, {text}] of samples.entries()) await writeFile(join(folder, `sample${i}.ts`), here(text));
	const compiled = await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch(error => error);
	strictEqual(compiled.stdout, '');
	await using files = await temporaryFolder();
	for (const [i, {output}] of samples.entries()) {
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
