/** Rows of one page with the same primary key: only one of them stays, so a run says where they differ. */
import {doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Row = {readonly [key: string]: unknown};

async function ran(pages: readonly (readonly Row[])[], resource: object = {}, words: string[] = []) {
	const api = await startServer([
		{path: '/r', respond: {fn: ({query}) => ({json: pages[Number(query.page?.[0] ?? 1) - 1] ?? []})}},
	]);
	const config = {
		client: {base_url: api.url, paginator: {type: 'page_number', base_page: 1, total_path: null}},
		output: {format: 'jsonl'},
		resources: [{name: 'r', primary_key: 'id', endpoint: 'r', ...resource}],
	};
	try {
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		return await place.sluice(['run', ...words]);
	} finally {
		await api.close();
	}
}

const languages: readonly Row[] = [
	{id: 1, lang: 'de', at: 1},
	{id: 1, lang: 'en', at: 1},
];

for (const write_disposition of ['append', 'replace', 'merge']) {
	test(`${write_disposition}: rows of one page that differ under one key are told`, async () => {
		const {code, stderr} = await ran([languages], {write_disposition});
		equal(code, 0, stderr);
		match(stderr, /same id \(id 1\) and differ in lang; .*primary_key/);
		equal((await ran([languages], {write_disposition}, ['--strict'])).code, 1);
	});
}

test('rows with the same cursor value are told, and versions of one row are not', async () => {
	const endpoint = {path: 'r', incremental: {cursor_path: 'at'}};
	match((await ran([languages], {endpoint, write_disposition: 'merge'})).stderr, /differ in lang/);
	const versions = [
		{...languages[0], at: 1},
		{...languages[1], at: 2},
	];
	doesNotMatch((await ran([versions], {endpoint, write_disposition: 'merge'})).stderr, /differ in/);
});

for (const [name, pages, resource] of [
	['equal rows', [[languages[0], languages[0]]], {}],
	['rows of two pages, between which one may have changed', languages.map(row => [row]), {}],
	['rows of which keep says which stays', [languages], {keep: 'first'}],
	['rows with a key that tells them apart', [languages], {primary_key: ['id', 'lang']}],
	['rows that are told apart by dedup_sort', [languages], {columns: [{name: 'lang', dedup_sort: 'desc'}]}],
] as [string, Row[][], object][]) {
	test(`${name} are not told`, async () => {
		const {code, stderr} = await ran(pages, resource);
		equal(code, 0, stderr);
		doesNotMatch(stderr, /differ in/);
	});
}
