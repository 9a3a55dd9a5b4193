/**
 * Every case of fixtures/cases: a config, a scripted server, and what must come of them. `npm run cases --
 * FILE` shows one file.
 */
import {ok, strictEqual} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from '../src/core/json/json.ts';
import type {Case} from './cases/case.ts';
import {replayNormalize} from './cases/replay-normalize.ts';
import {replayRequests} from './cases/replay-requests.ts';

const folder = join(import.meta.dirname, '../../fixtures/cases');
const files = (await readdir(folder)).filter(name => name.endsWith('.json')).sort();
const names = new Set<string>();

// Exact numbers: some cases are about integers beyond 2^53.
const read = async (file: string) =>
	parse(await readFile(join(folder, file), 'utf8')) as unknown as {cases: Case[]};
const groups = await Promise.all(files.map(read));

for (const [i, {cases}] of groups.entries()) {
	for (const one of cases) {
		test(`${one.group}: ${one.name}`, async () => {
			ok(!names.has(one.name), 'a case has a name of its own');
			names.add(one.name);
			strictEqual(`${one.group}.json`, files[i]);
			const outcome = one.config ? await replayRequests(one) : await replayNormalize(one);
			ok('ok' in outcome && outcome.ok, 'why' in outcome ? outcome.why : 'skipped');
		});
	}
}

test('there are cases about everything that a config decides', () => {
	strictEqual(
		files.join(),
		'auth.json,defaults.json,incremental.json,normalize.json,paging.json,processing.json,relations.json,retry.json,rules.json,selectors.json,validation.json',
	);
});
