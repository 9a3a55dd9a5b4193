/** Each example of the catalogue reads all rows of its stub, and in a second run those that are new. */
import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {bundledMain, type Workspace, workspace} from '../helpers/binary.ts';
import {rowsOf, stubServer} from './server.ts';
import type {Row, Stub} from './stub.ts';

const folder = join(import.meta.dirname, '../../../examples');
const fileOf = (name: string, file: string): Promise<string> => readFile(join(folder, name, file), 'utf8');

interface Config {
	readonly client: {readonly rate_limit?: unknown};
	readonly resource_defaults?: {readonly primary_key?: string | readonly string[]};
	readonly resources: readonly {readonly name: string; readonly primary_key?: string | readonly string[]}[];
}

for (const name of await readdir(folder)) {
	test(`the example ${name} reads all rows, and then those that are new`, async () => {
		const text = await fileOf(name, 'sluice.yaml');
		const config: Config = parse(text);
		const stub: Stub = parse(await fileOf(name, 'stub.yaml'));
		await using api = await stubServer(stub);
		await using place = await workspace({'sluice.yaml': text}, {main: bundledMain});
		const settings = [
			`client.base_url=${api.server.url}${stub.base ?? ''}`,
			'client.retry.delay=0',
			'output.format=jsonl',
			...(config.client.rate_limit ? ['client.rate_limit.requests=1000', 'client.rate_limit.per=1'] : []),
			...(stub.set ?? []).map(each => each.replaceAll('{{BASE}}', api.server.url)),
		];
		const words = ['run', '--quiet', ...settings.flatMap(each => ['--set', each])];
		const run = async (): Promise<void> => {
			const {code, stderr} = await place.sluice(words, {env: stub.env, timeoutMs: 60_000});
			strictEqual(code, 0, `${stderr}\n${JSON.stringify(api.server.requests.slice(-3), null, 1)}`);
		};

		await run();
		await compare(place, config, stub, false);
		api.change();
		await run();
		await compare(place, config, stub, true);
		for (const route of stub.routes.filter(({since}) => since !== undefined)) {
			const all = rowsOf(route, true).length;
			ok((api.sent.get(route) ?? 0) < all, `the second run asks ${route.path} for new rows only`);
		}
	});
}

/** Compares the datasets with the rows of the stub. */
async function compare(place: Workspace, config: Config, stub: Stub, isLater: boolean): Promise<void> {
	for (const {name, primary_key: own} of config.resources) {
		const routes = stub.routes.filter(({resource}) => resource === name);
		ok(routes.length > 0, `the stub answers ${name}`);
		const written = await rowsIn(place, name);
		const count = stub.expect?.[name]?.[isLater ? 1 : 0];
		if (count !== undefined) {
			strictEqual(written.length, count, name);
			continue;
		}
		const wanted = routes.flatMap(route => rowsOf(route, isLater));
		const keys = [own ?? config.resource_defaults?.primary_key ?? []]
			.flat()
			.filter(key => wanted.some(row => key in row));
		ok(keys.length > 0, `${name} has a key`);
		const keyOf = (row: Row): string => JSON.stringify(keys.map(key => row[key]));
		deepStrictEqual(
			written.map(keyOf).sort(),
			wanted.map(keyOf).sort(),
			`${name}, ${isLater ? 'second' : 'first'}`,
		);
		if (!isLater) continue;
		for (const row of routes.flatMap(({later = []}) => later)) {
			const found = written.find(each => keyOf(each) === keyOf(row)) ?? {};
			for (const [key, value] of Object.entries(row))
				if (typeof value === 'string' && key in found && !/^\d{4}-/.test(value))
					strictEqual(found[key], value, `${name}: ${key} of a changed row`);
		}
	}
}

async function rowsIn(place: Workspace, name: string): Promise<Row[]> {
	const files = (await place.visible()).filter(
		path => path.startsWith(`out/${name}/`) && path.endsWith('.jsonl') && !path.includes('rejects'),
	);
	const texts = await Promise.all(files.map(path => place.read(path)));
	return texts.flatMap(text =>
		text
			.split('\n')
			.filter(line => line !== '')
			.map(line => JSON.parse(line) as Row),
	);
}
