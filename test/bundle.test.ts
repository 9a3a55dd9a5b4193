/** A program with `run()` as one file, made by esbuild, and other runtimes than Node. */
import {deepEqual, equal} from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdir, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, type TestContext, test} from 'node:test';
import {promisify} from 'node:util';
import {build, type Format} from 'esbuild';
import {rows, server, single} from './cli/config.ts';
import {query} from './helpers/duckdb.ts';
import {temporaryFolder} from './helpers/folder.ts';
import type {ScriptedServer} from './helpers/server.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
// Inside the repository, where its own name leads to it.
const folder = join(root, '.build/bundle');

const lambda = `
import {ConfigError, RunError, run} from 'sluice';

const config = {
	client: {base_url: '\${BASE_URL}', retry: {max_retries: 1}},
	resource_defaults: {primary_key: 'id', write_disposition: 'merge'},
	resources: [${JSON.stringify(single('teams'))}],
};

export async function handler({output, resources}) {
	try {
		const result = await run(config, {output, resources, maxDuration: 60_000});
		return result.resources.map(({resource, counts}) => [resource, counts.written]);
	} catch (error) {
		if (error instanceof RunError) return error.result.resources.map(({error}) => error.message);
		if (error instanceof ConfigError) return error.message;
		throw error;
	}
}
`;
// What Lambda does with a handler.
const caller = (file: string): string => `
import(${JSON.stringify(file)}).then(async ({handler}) => {
	for (const event of JSON.parse(process.argv.at(-1))) console.log(JSON.stringify(await handler(event)));
});
`;

let api: ScriptedServer & AsyncDisposable;

before(async () => {
	api = await server(rows('teams', [{id: 1}, {id: 2}]));
	await rm(folder, {recursive: true, force: true});
	await mkdir(folder, {recursive: true});
	await writeFile(join(folder, 'lambda.mjs'), lambda);
});
after(() => api[Symbol.asyncDispose]());

async function bundle(format: Format, file: string): Promise<void> {
	await build({
		entryPoints: [join(folder, 'lambda.mjs')],
		bundle: true,
		platform: 'node',
		format,
		outfile: file,
		logLevel: 'error',
	});
}

/** Calls the handler three times in one process: a run, another one, and one with a mistake. */
async function call(command: string, words: readonly string[], file: string, place: string): Promise<void> {
	const main = join(place, 'main.mjs');
	await writeFile(main, caller(file));
	const output = join(place, 'out');
	const given = JSON.stringify([{output}, {output}, {output, resources: ['team']}]);
	const {stdout, stderr} = await run(command, [...words, main, given], {
		cwd: place,
		env: {PATH: process.env.PATH, HOME: place, BASE_URL: api.url, NO_COLOR: '1'},
		timeout: 60_000,
	});
	equal(stderr, '');
	const told = stdout.trim().split('\n');
	deepEqual(
		told.map(line => JSON.parse(line)),
		[
			[['teams', 2]],
			[['teams', 2]],
			'no resource "team" in config (did you mean "teams"?); there are: teams',
		],
	);
	deepEqual(await query(`select id::int as id from '${output}/teams/*.parquet' order by 1`), [
		{id: 1},
		{id: 2},
	]);
}

for (const [format, ending] of [
	['esm', 'mjs'],
	['cjs', 'cjs'],
] as const) {
	test(`a bundle of a Lambda handler runs without any package beside it: ${format}`, async () => {
		await using place = await temporaryFolder();
		const file = join(place.path, `lambda.${ending}`);
		await bundle(format, file);
		await call(process.execPath, [], file, place.path);
	});
}

async function isThere(command: string, context: TestContext): Promise<boolean> {
	try {
		await run(command, ['--version']);
		return true;
	} catch {
		context.skip(`there is no ${command}`);
		return false;
	}
}

for (const [runtime, words] of [
	['bun', []],
	['deno', ['run', '--allow-all', '--quiet']],
] as const) {
	test(`a program runs a config under ${runtime}`, async context => {
		if (!(await isThere(runtime, context))) return;
		await using place = await temporaryFolder();
		await mkdir(join(place.path, 'node_modules'));
		await symlink(root, join(place.path, 'node_modules/sluice'));
		await writeFile(join(place.path, 'package.json'), '{"type": "module", "dependencies": {"sluice": "*"}}');
		const file = join(place.path, 'lambda.mjs');
		await writeFile(file, lambda);
		await call(runtime, words, file, place.path);
	});
}
