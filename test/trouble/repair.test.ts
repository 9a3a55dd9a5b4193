import {deepEqual, equal, match} from 'node:assert/strict';
import {readdir, readFile, rm, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

/** A dataset whose rows were replaced once, so that the files of the first commit are gone. */
async function replaced(
	place: Workspace,
	disposition = 'replace',
	gracePeriod = 0,
): Promise<{log: string; last: string}> {
	let run = 0;
	const server = await startServer([
		{
			path: '/a',
			respond: {fn: () => ({json: [{id: 1, n: run}, ...(run > 1 ? [{id: 2, n: run}] : [])]})},
		},
	]);
	const config = {
		client: {base_url: server.url},
		output: {format: 'jsonl', grace_period: gracePeriod},
		resources: [
			{
				name: 'a',
				write_disposition: disposition,
				primary_key: 'id',
				endpoint: {path: 'a', paginator: 'single_page'},
			},
		],
	};
	await writeFile(join(place.path, 'sluice.json'), JSON.stringify(config));
	for (run = 1; run <= 2; run++) {
		const ran = await place.sluice(['run']);
		equal(ran.code, 0, ran.stderr);
	}
	await server.close();
	const log = join(place.path, 'out/.sluice/a/log');
	return {log, last: join(log, (await readdir(log)).sort().at(-1) ?? '')};
}

async function rows(place: Workspace): Promise<string[]> {
	const names = (await readdir(join(place.path, 'out/a'))).filter(name => name.endsWith('.jsonl')).sort();
	const texts = await Promise.all(names.map(name => readFile(join(place.path, 'out/a', name), 'utf8')));
	return texts.join('').trim().split('\n').sort();
}

for (const disposition of ['replace', 'merge'])
	test(`after a ${disposition}, nothing tells to remove a damaged last record, and removing it lets nobody sweep the files`, async () => {
		await using place = await workspace();
		const {last} = await replaced(place, disposition);
		const before = await rows(place);
		equal(before.length, 2);
		await truncate(last, 300);
		const told = await place.sluice(['verify']);
		equal(told.code, 1);
		match(
			told.stdout,
			/sluice verify a --repair.*Do not remove it: of commit \d+ before it, 1 of the \d files are gone/s,
		);
		await rm(last);
		const swept = await place.sluice(['gc']);
		equal(swept.code, 1, swept.stdout);
		match(swept.stderr, /Nothing was changed.*sluice verify a --repair/s);
		equal((await place.sluice(['run'])).code, 1);
		match((await place.sluice(['verify'])).stdout, /shows commit \d+, whose record is not in/);
		deepEqual(await rows(place), before, 'the files that readers see are all there');
		const mended = await place.sluice(['verify', '--repair']);
		equal(mended.code, 0, mended.stdout + mended.stderr);
		match(mended.stdout, /a: 1 file, 2 rows, all as committed|a: 2 files, 2 rows, all as committed/);
		deepEqual(await rows(place), before);
	});

test('while the files of the commit before stay, a damaged last record may be removed, and its rows are back', async () => {
	await using place = await workspace();
	const {last} = await replaced(place, 'replace', 600);
	await truncate(last, 300);
	const told = await place.sluice(['verify']);
	match(told.stdout, /or remove it, which takes the dataset back to commit \d+: 1 row/);
	await rm(last);
	equal((await place.sluice(['gc'])).code, 0);
	deepEqual(await rows(place), ['{"id":1,"n":1}']);
	match((await place.sluice(['verify'])).stdout, /a: 1 file, 1 row, all as committed/);
});

test('verify --repair makes a damaged last record anew from the files, and runs go on', async () => {
	await using place = await workspace();
	const {last, log} = await replaced(place);
	const before = await rows(place);
	await truncate(last, 300);
	const mended = await place.sluice(['verify', '--repair']);
	equal(mended.code, 0, mended.stdout + mended.stderr);
	match(
		mended.stderr,
		/a: commit \d+ was made from the files: 1 file, of which 1 with 2 rows were in no record/,
	);
	match(mended.stderr, /the next run reads again what came since, and append adds it twice/);
	match(mended.stdout, /^a: 1 file, 2 rows, all as committed$/m);
	deepEqual(await rows(place), before);
	equal((await readdir(log)).filter(name => name.endsWith('.damaged')).length, 1, 'what was damaged is kept');
	equal((await place.sluice(['gc'])).code, 0);
	deepEqual(await rows(place), before);
	const again = await place.sluice(['verify', '--repair']);
	equal(again.stderr, '', 'nothing is left to repair');
});

test('verify --repair without any record makes one, and a file that is not whole is refused with nothing changed', async () => {
	await using place = await workspace();
	const {log} = await replaced(place);
	const before = await rows(place);
	await rm(log, {recursive: true});
	const mended = await place.sluice(['verify', '--repair']);
	equal(mended.code, 0, mended.stdout + mended.stderr);
	match(mended.stderr, /where resources stand is not known/);
	deepEqual(await rows(place), before);
	const [name = ''] = (await readdir(join(place.path, 'out/a'))).filter(each => each.endsWith('.jsonl'));
	const [record = ''] = (await readdir(log)).sort().reverse();
	await writeFile(join(log, '000000000099.json'), 'torn');
	await writeFile(join(place.path, 'out/a', name), 'torn');
	const refused = await place.sluice(['verify', '--repair']);
	equal(refused.code, 1);
	match(refused.stderr, /is not whole: its bytes are not those that were written\. Nothing was changed/);
	deepEqual((await readdir(log)).sort(), [record, '000000000099.json']);
});

test('where a way back is there, the message says what it takes', async () => {
	await using place = await workspace();
	const {last} = await replaced(place, 'append');
	await truncate(last, 300);
	const told = await place.sluice(['verify']);
	match(
		told.stdout,
		/or remove it, which takes the dataset back to commit \d+: \d rows?, and the files that came after it are deleted/,
	);
});
