import {deepStrictEqual, match, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {Warning} from '../../src/core/warning.ts';
import {client} from '../../src/http/client.ts';
import {walkPartitions} from '../../src/resource/partitions/partitioned.ts';
import {type Binding, listedValues} from '../../src/resource/partitions/partitions.ts';
import {startServer} from '../helpers/server.ts';

async function read(statuses: Readonly<Record<string, number>>) {
	const server = await startServer(
		Object.entries(statuses).map(([id, status]) => ({path: `/r/${id}`, respond: {status, json: [{id}]}})),
	);
	const api = client({baseUrl: server.url});
	const told: Warning[] = [];
	const rows: unknown[] = [];
	const request = ([binding]: readonly Binding[]) => ({path: `r/${binding?.values.id}`});
	try {
		const partitions = {source: listedValues({id: Object.keys(statuses)}), request};
		const pages = walkPartitions(api, {name: 'r', partitions, onWarning: warning => told.push(warning)}, {});
		for await (const page of pages) rows.push(...page.records);
		return {rows, told};
	} finally {
		await api.close();
		await server.close();
	}
}

test('skipped parents are told by reason, with their number and one URL', async () => {
	const {rows, told} = await read({a: 404, b: 200, c: 403, d: 404});
	deepStrictEqual(rows, [{id: 'b'}]);
	deepStrictEqual(
		told.map(({code}) => code),
		['parents-skipped'],
	);
	match(
		told[0]?.message ?? '',
		/^3 parents skipped: 2 answered 404 \(first GET http:.*\/r\/a\), 1 answered 403 \(first .*\/r\/c\)$/,
	);
});

test('parents that are all forbidden are a failure that names one URL', async () => {
	await rejects(
		read({a: 404, b: 403}),
		/^RequestError: r: no parent could be read: .*1 answered 403 \(first GET http:.*\/r\/b\)/,
	);
});

test('parents whose children all answer 404 are a result, and told', async () => {
	const {rows, told} = await read({a: 404, b: 404});
	deepStrictEqual(rows, []);
	strictEqual(told.length, 1);
});

test('no parents at all are a result', async () => {
	deepStrictEqual(await read({}), {rows: [], told: []});
});
