/** The reference names everything there is. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {test} from 'node:test';
import {promisify} from 'node:util';
import yargs from 'yargs';
import {exitCodes} from '../../src/cli/terminal/exit-codes.ts';
import {eventNames} from '../../src/cli/terminal/log.ts';
import {verbs} from '../../src/cli/verbs.ts';
import {configJsonSchema} from '../../src/config/schema/json-schema.ts';
import {formatNames} from '../../src/core/format-names.ts';
import {main, page} from './pages.ts';

const commands = await page('docs/reference/commands.md');
const config = await page('docs/reference/config.md');
const datasets = await page('docs/reference/datasets.md');
const elsewhere = await page('docs/reference/names-elsewhere.md');
/** Where a word of the config may be named. */
const ofConfigs = config + datasets;
const run = promisify(execFile);

/** The line of a table that is about this. */
function row(name: string, text: string): string {
	return (
		text.split('\n').find(line => new RegExp(`^\\| (\`[^|]*\`, )?\`${literally(name)}[\` ]`).test(line)) ?? ''
	);
}

function literally(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Whether it stands there as code, by itself or as a step of a path such as `retry.factor`. */
function isNamed(name: string, text: string): boolean {
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

test('every verb has a line with its flags', () => {
	const shared = ['config', 'set', 'env-file', 'help', 'version'];
	ok(verbs.length > 8);
	for (const verb of verbs) {
		const line = row(verb.command, commands);
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
	const [, readers = ''] = /^\| `--config`[^|]*\|([^|]*)\|/m.exec(commands) ?? [];
	for (const verb of verbs)
		strictEqual(readers.includes(`\`${verb.name}\``), optionsOf(verb).includes('config'), verb.name);
});

test('so are the flags of all verbs', async () => {
	const {stdout} = await run(process.execPath, [main, '--help']);
	const flags = [...stdout.matchAll(/^ +(?:-\w, +)?(--[\w-]+)/gm)].map(([, flag = '']) => flag);
	ok(flags.length > 4);
	for (const flag of [...flags, '--config', '--set', '--env-file'])
		match(commands, new RegExp(`\`${flag}[\` ]`), flag);
});

test('every exit code has its meaning', () => {
	const [, table = ''] = /\| exit code \|[^\n]*\n([\s\S]*?)\n\n/.exec(commands) ?? [];
	deepStrictEqual(
		[...table.matchAll(/`(\d+)`/g)].map(([, code]) => Number(code)).sort((a, b) => a - b),
		Object.values(exitCodes).sort((a, b) => a - b),
	);
});

test('every event of --log json has a line', () => {
	const [, table = ''] = /\| event \|[^\n]*\n([\s\S]*?)\n(?:\n|$)/.exec(commands) ?? [];
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
		[...names].filter(name => !isNamed(name, ofConfigs)),
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
				const line = row(name, config);
				ok(line, `${kind} ${name}`);
				for (const [key, {default: fallback}] of Object.entries(keys)) {
					const place = ofEachPaginator.includes(key)
						? (config.split('\n\n').find(text => text.includes('All kinds but')) ?? '')
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
	const lines = elsewhere
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
	const [, table = ''] = /\| type \| Parquet \|[^\n]*\n([\s\S]*?)\n\n/.exec(config) ?? [];
	for (const type of types) ok(isNamed(String(type), table), String(type));
	const [, formats = ''] = /\| ending \|[^\n]*\n([\s\S]*?)\n\n/.exec(datasets) ?? [];
	for (const format of formatNames) ok(isNamed(format, formats), format);
});
