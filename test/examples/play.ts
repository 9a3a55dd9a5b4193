/** Reads an example of the catalogue from the server of its stub, in this process. */
import {ok, rejects} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {mock, test} from 'node:test';
import {parse} from 'yaml';
import {run} from '../../src/run/run.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {compareRows, type ExampleConfig} from './compare.ts';
import {rowsOf, type StubServer, stubServer} from './server.ts';
import type {Stub} from './stub.ts';

export const examplesFolder = join(import.meta.dirname, '../../../examples');

/** The first run brings all rows, the second one those that are new, and wrong credentials bring none. */
export function testExamples(names: readonly string[]): void {
	for (const name of names) {
		test(`the example ${name} reads all rows, and then those that are new`, async () => {
			const path = join(examplesFolder, name, 'sluice.yaml');
			const text = await readFile(path, 'utf8');
			const stub: Stub = parse(await readFile(join(examplesFolder, name, 'stub.yaml'), 'utf8'), {
				merge: true,
			});
			if (stub.now !== undefined) mock.timers.enable({apis: ['Date'], now: new Date(stub.now)});
			try {
				await play(path, parse(text, {merge: true}), stub);
				await refuse(path, text, stub);
			} finally {
				mock.timers.reset();
			}
		});
	}
}

async function play(path: string, config: ExampleConfig, stub: Stub): Promise<void> {
	await using api = await stubServer(stub);
	await using folder = await temporaryFolder();
	const waits: number[] = [];
	const read = async (): Promise<void> => {
		await run(path, {
			...optionsOf(stub, api),
			env: stub.env,
			resources: config.resources.map(({name}) => name),
			output: folder.path,
			sleep: async ms => void waits.push(ms),
		}).catch(error => {
			const last = JSON.stringify(api.server.requests.slice(-3), null, 1);
			throw new Error(`${error.message}\n${last}`, {cause: error});
		});
	};

	await read();
	await compareRows(folder.path, config, stub, false);
	if (stub.busy) {
		ok(api.wasBusy(), 'the server said that there were too many requests');
		const longest = Math.max(0, ...waits);
		ok(longest >= (stub.busy.waits ?? 0) * 1000, `the longest wait is ${longest} ms`);
	}
	api.change();
	await read();
	await compareRows(folder.path, config, stub, true);
	for (const route of stub.routes.filter(({since}) => since !== undefined)) {
		const all = rowsOf(route, true).length;
		ok((api.sent.get(route)?.size ?? 0) < all, `the second run asks ${route.path} for new rows only`);
	}
}

/** A run with other secrets fails. */
async function refuse(path: string, text: string, stub: Stub): Promise<void> {
	const secrets = [...text.matchAll(/\$\{secrets\.(\w+)\}/g)].map(([, name = '']) => name.toUpperCase());
	if (secrets.length === 0) return;
	const {busy, ...calm} = stub;
	await using api = await stubServer(calm);
	await using folder = await temporaryFolder();
	const env = {...stub.env, ...Object.fromEntries(secrets.map(name => [name, 'wrong']))};
	await rejects(run(path, {...optionsOf(stub, api), env, output: folder.path, sleep: async () => {}}));
}

function optionsOf({base = '', set = []}: Stub, {server}: StubServer) {
	const settings = set.map(each => each.replaceAll('{{BASE}}', server.url));
	return {set: [`client.base_url=${server.url}${base}`, ...settings], format: 'jsonl' as const};
}
