/** Pages that are asked for side by side, of a list that grows while one request overtakes the one before it. */
import {deepStrictEqual, match} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type ConfigObject, run} from '../../src/index.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {startServer} from '../helpers/server.ts';
import {ids} from '../resource/walk.ts';

type Row = {id: number};

const COUNT = 60;

/** The server looks the second page up after the third. New rows have come to the head between the two. */
async function read(added: number, shown: (row: Row, nth: number) => object, keys: object = {}) {
	let list = ids(0, COUNT) as Row[];
	let nth = 0;
	let release = (): void => {};
	const isThird = new Promise<void>(resolve => {
		release = resolve;
	});
	await using server = await startServer([
		{
			path: '/rows',
			respond: {
				async fn({query}) {
					const from = Number(query.offset?.[0]);
					if (from === 10) await isThird;
					if (from === 10 && list.length === COUNT) list = [...(ids(1000, 1000 + added) as Row[]), ...list];
					const page = list.slice(from, from + 10);
					if (from === 20) release();
					nth++;
					return {json: {data: page.map(row => shown(row, nth))}};
				},
			},
		},
	]);
	await using folder = await temporaryFolder();
	const warnings: string[] = [];
	const output = join(folder.path, 'data');
	const endpoint = {data_selector: 'data', paginator: {type: 'offset', limit: 10}};
	await run(
		{
			client: {base_url: server.url},
			output: {format: 'jsonl'},
			resources: [{name: 'rows', endpoint, ...keys}],
		} as unknown as ConfigObject,
		{output, onEvent: event => event.type === 'warning' && warnings.push(event.code)},
	);
	const parts = (await readdir(join(output, 'rows'))).filter(file => file.endsWith('.jsonl'));
	const texts = await Promise.all(parts.map(file => readFile(join(output, 'rows', file), 'utf8')));
	const read = new Set(
		texts
			.join('')
			.match(/"id": ?\d+/g)
			?.map(text => Number(text.replace(/\D+/, ''))),
	);
	const lost = ids(0, COUNT).filter(({id}) => !read.has(id as number));
	return {lost, warnings, asked: server.requests.map(({query}) => Number(query.offset))};
}

test('a row that is the same on both pages shows the growth', async () => {
	const {lost, warnings} = await read(1, row => row);
	deepStrictEqual(lost, []);
	match(warnings.join(), /list-moved/);
});

test('no row is lost where each answer shows the rows in another way', async () => {
	deepStrictEqual((await read(1, (row, nth) => ({...row, seen: nth}))).lost, []);
});

test('no row is lost where rows are told apart by a primary key', async () => {
	const shown = (row: Row, nth: number) => ({number: row.id, seen: nth, was: {id: row.id}});
	deepStrictEqual((await read(1, shown, {primary_key: 'number'})).lost, []);
});

test('no row is lost where more rows are added than a page has', async () => {
	deepStrictEqual((await read(13, row => row)).lost, []);
});
