/** The store in a bucket, against a server of moto. */
import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {s3Store} from '../../../sinks/targets/store/s3.ts';
import type {Store} from '../../../src/state/store.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {lacksMoto, type Moto, startMoto} from '../../helpers/moto.ts';
import {lacks, pythonJson} from '../../helpers/python.ts';
import {run} from './stores.ts';

const skip = await lacksMoto();
let moto: Moto;

before(async () => {
	if (skip) return;
	moto = await startMoto('lake');
	Object.assign(process.env, moto.env);
});
after(() => moto?.[Symbol.asyncDispose]());

const open = (prefix: string): Promise<Store> => s3Store(`s3://lake/${prefix}`, {endpoint: moto.url});

async function all(keys: AsyncIterable<string>): Promise<string[]> {
	const found: string[] = [];
	for await (const key of keys) found.push(key);
	return found;
}

// The puts of moto look first and write then: on a busy machine, two writers find nothing there.
const atomic = process.env.SLUICE_TEST_S3;
const skipRace = atomic === undefined && 'SLUICE_TEST_S3 names no server with atomic puts, and a bucket lake';

test('of twenty writers of one key exactly one creates it, for twenty keys', {skip: skipRace}, async () => {
	const store = await s3Store('s3://lake/race', {endpoint: atomic});
	for (let key = 0; key < 20; key++) {
		const made = await Promise.all(
			Array.from({length: 20}, (_, writer) => store.putNew(`k${key}`, Buffer.from(`writer ${writer}`))),
		);
		equal(made.filter(Boolean).length, 1);
		equal((await store.get(`k${key}`))?.toString(), `writer ${made.indexOf(true)}`);
	}
	await store.close();
});

test('a writer whose response was lost finds its own object, and has created it', {skip}, async () => {
	const store = await open('lost');
	equal(await store.putNew('k', Buffer.from('mine')), true);
	equal(await store.putNew('k', Buffer.from('mine')), true);
	equal(await store.putNew('k', Buffer.from('of another')), false);
	await store.close();
});

test('files go there and back; keys are listed in order, after one of them, and over more than a page', {
	skip,
}, async () => {
	await using folder = await temporaryFolder();
	const store = await open('files');
	const [from, to] = [join(folder.path, 'from'), join(folder.path, 'sub', 'to')];
	await writeFile(from, 'rows');
	await store.upload('a/b=ü %/1.parquet', from);
	await store.download('a/b=ü %/1.parquet', to);
	equal(await readFile(to, 'utf8'), 'rows');
	for (let number = 0; number < 5; number++) await store.putNew(`n/${number}`, Buffer.from('x'));
	deepEqual(await all(store.list('n/', 'n/2')), ['n/3', 'n/4']);
	await store.remove(['n/0', 'n/1', 'n/absent']);
	deepEqual(await all(store.list('n/')), ['n/2', 'n/3', 'n/4']);
	equal(await store.get('n/0'), undefined);
	await store.close();
});

test('a bucket that is not there, and credentials that are missing, are told with what to do', {
	skip,
}, async () => {
	const store = await s3Store('s3://nowhere/raw', {endpoint: moto.url});
	await rejects(store.putNew('k', Buffer.from('x')), error => {
		match(String(error), /s3:\/\/nowhere\/raw\/k: 404 NoSuchBucket.*Make the bucket, or name another one/);
		return true;
	});
	await store.close();
});

const skipDelta = skip || (await lacks('deltalake', 'polars'));

test('Polars reads a Delta table in a bucket after an append, a merge and another append', {
	skip: skipDelta,
}, async () => {
	await using folder = await temporaryFolder();
	const spool = join(folder.path, 'spool');
	await mkdir(spool);
	const rows = (from: number, to: number, v: number) =>
		Array.from({length: to - from}, (_, i) => ({
			id: from + i,
			v,
			at: '2026-01-02T03:04:05Z',
			tags: {a: [1]},
		}));
	const options = {spool, isDelta: true} as const;
	await run(await open('raw'), {
		...options,
		disposition: 'append',
		pages: [rows(0, 100, 1), rows(100, 200, 1)],
	});
	await run(await open('raw'), {...options, disposition: 'merge', pages: [rows(150, 250, 2)]});
	await run(await open('raw'), {...options, disposition: 'append', pages: [rows(250, 300, 3)]});
	const found = await pythonJson(
		`
import json, sys, polars
rows = polars.read_delta("s3://lake/raw/things", storage_options={"AWS_ENDPOINT_URL": sys.argv[1], "AWS_ALLOW_HTTP": "true",
  "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"})
print(json.dumps({"rows": rows.height, "ids": rows["id"].n_unique(), "sum": rows["v"].sum(), "types": [str(t) for t in rows.dtypes]}))`,
		moto.url,
	);
	deepEqual(found, {
		rows: 300,
		ids: 300,
		sum: 150 + 100 * 2 + 50 * 3,
		types: ['Int64', 'Int64', "Datetime(time_unit='us', time_zone='UTC')"],
	});
});
