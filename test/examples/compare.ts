/** Compares the datasets of an example with the rows of its stub. */
import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {rowsOf} from './server.ts';
import type {Row, Stub} from './stub.ts';

export interface ExampleConfig {
	readonly resource_defaults?: {readonly primary_key?: string | readonly string[]};
	readonly resources: readonly {readonly name: string; readonly primary_key?: string | readonly string[]}[];
}

export async function compareRows(
	folder: string,
	{resource_defaults: defaults, resources}: ExampleConfig,
	stub: Stub,
	isLater: boolean,
): Promise<void> {
	for (const {name, primary_key: own} of resources) {
		const routes = stub.routes.filter(({resource}) => resource === name);
		ok(routes.length > 0, `the stub answers ${name}`);
		const written = await rowsIn(join(folder, name));
		const count = stub.expect?.[name]?.[isLater ? 1 : 0];
		if (count !== undefined) {
			strictEqual(written.length, count, name);
			continue;
		}
		const wanted = routes.flatMap(route => rowsOf(route, isLater));
		const keys = [own ?? defaults?.primary_key ?? []].flat().filter(key => wanted.some(row => key in row));
		ok(keys.length > 0 || wanted.length === 0, `${name} has a key`);
		const keyOf = (row: Row): string => JSON.stringify(keys.map(key => row[key]));
		deepStrictEqual(
			written.map(keyOf).sort(),
			wanted.map(keyOf).sort(),
			`${name}, ${isLater ? 'second' : 'first'} run`,
		);
		if (isLater)
			changed(
				name,
				written,
				routes.flatMap(({later = []}) => later),
				keyOf,
			);
	}
}

/** Rows that have changed have their new texts. */
function changed(
	name: string,
	written: readonly Row[],
	rows: readonly Row[],
	keyOf: (row: Row) => string,
): void {
	for (const row of rows) {
		const found = written.find(each => keyOf(each) === keyOf(row)) ?? {};
		for (const [key, value] of Object.entries(row))
			if (typeof value === 'string' && key in found && !/^\d{4}-/.test(value))
				strictEqual(found[key], value, `${name}: ${key} of a changed row`);
	}
}

async function rowsIn(folder: string): Promise<Row[]> {
	const files = await readdir(folder, {recursive: true});
	const paths = files.filter(path => path.endsWith('.jsonl') && !path.includes('rejects'));
	const texts = await Promise.all(paths.map(path => readFile(join(folder, path), 'utf8')));
	const lines = texts.flatMap(text => text.split('\n')).filter(line => line !== '');
	return lines.map(line => JSON.parse(line) as Row);
}
