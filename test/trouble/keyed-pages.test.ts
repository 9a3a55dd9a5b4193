import {deepStrictEqual, match} from 'node:assert/strict';
import {test} from 'node:test';
import {client} from '../../src/http/client.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {walk} from '../../src/resource/walk/walk.ts';
import {startServer} from '../helpers/server.ts';

const rowsOf = (page: unknown) => ({data: page, last_page: 9});

/** Reads pages whose rows are the values of `data`, until one is empty. */
async function read(pages: readonly unknown[]) {
	let at = 0;
	const respond = {fn: () => ({json: rowsOf(pages[at++] ?? []) as never})};
	const server = await startServer([{path: '/r', respond}]);
	const api = client({baseUrl: server.url, retry: {maxRetries: 1, delayMs: 1}, sleep: async () => {}});
	const rows: unknown[] = [];
	const told: string[] = [];
	const paginator = pageNumber({basePage: 1, totalPath: null});
	const onWarning = ({code}: {code: string}) => void told.push(code);
	try {
		const options = {name: 'r', selector: 'data.*', paginator, onWarning, requireTotal: false};
		for await (const page of walk(api, options, {})) rows.push(...page.records);
		return {rows, told, error: ''};
	} catch (error) {
		return {rows, told, error: (error as Error).message};
	} finally {
		await api.close();
		await server.close();
	}
}

test('values of an object are rows on each page, be they many, one, in a list or none', async () => {
	const pages = [{10: {id: 1}, 20: {id: 2}}, {30: {id: 3}}, [{id: 4}], {40: {id: 5}}];
	deepStrictEqual(await read(pages), {rows: [1, 2, 3, 4, 5].map(id => ({id})), told: [], error: ''});
});

test('keys that are words or dates may be others on each page', async () => {
	const pages = [{ann: {id: 1}}, {'2024-01-02': {id: 2}, bob: {id: 3}}, {cy: {id: 4}}, {}];
	deepStrictEqual(await read(pages), {rows: [1, 2, 3, 4].map(id => ({id})), told: [], error: ''});
});

test('values that are numbers on each page are rows', async () => {
	const pages = [{a: 1, b: 2}, {c: 3}];
	deepStrictEqual(await read(pages), {rows: [1, 2, 3].map(value => ({value})), told: [], error: ''});
});

test('a message where the values were objects is no row', async () => {
	const {rows, error} = await read([{a: {id: 1}}, {message: 'busy'}, {message: 'busy'}]);
	deepStrictEqual(rows, [{id: 1}]);
	match(error, /an error in the body/);
});
