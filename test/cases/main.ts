/**
 * `npm run cases -- FILE [--group NAME] [--name NAME]`: replays a case file and says `ok` or `not ok` for
 * each case.
 */
import {readFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {parse} from '../../src/core/json/json.ts';
import type {Case, Outcome} from './case.ts';
import {replayNormalize} from './replay-normalize.ts';
import {replayRequests} from './replay-requests.ts';
import {replayUnit} from './replay-unit.ts';
import {skips} from './skips.ts';

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {group: {type: 'string', multiple: true}, name: {type: 'string', multiple: true}},
});
const [file] = positionals;
if (file === undefined) {
	console.error('usage: npm run cases -- FILE [--group NAME …] [--name NAME …]');
	process.exit(2);
}
// Exact numbers: some cases are about integers beyond 2^53.
const {cases} = parse(await readFile(file, 'utf8')) as unknown as {cases: Case[]};
const tally = new Map<string, {ok: number; failed: number; skipped: number}>();

for (const one of cases) {
	if (values.group && !values.group.includes(one.group)) continue;
	if (values.name && !values.name.includes(one.name)) continue;
	const outcome = await replay(one);
	const counts = tally.get(one.group) ?? {ok: 0, failed: 0, skipped: 0};
	tally.set(one.group, counts);
	if ('skip' in outcome) {
		counts.skipped++;
		console.log(`skip ${one.name} # ${outcome.skip}`);
	} else if (outcome.ok) {
		counts.ok++;
		console.log(`ok ${one.name}`);
	} else {
		counts.failed++;
		console.log(`not ok ${one.name}\n  ${outcome.why.replaceAll('\n', '\n  ')}`);
	}
}

const total = {ok: 0, failed: 0, skipped: 0};
for (const [group, counts] of tally) {
	console.log(`# ${group}: ${counts.ok} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
	for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts[key];
}
console.log(`${total.ok} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.ok + total.skipped === 0 ? 1 : 0;

async function replay(one: Case): Promise<Outcome> {
	const reason = skips[one.name];
	if (reason !== undefined) return {skip: reason};
	try {
		if (one.config) return await replayRequests(one);
		if (one.runs) return await replayNormalize(one);
		if (one.table) return replayUnit(one);
		return {ok: false, why: 'no config, no runs and no table: this kind of case is not replayed'};
	} catch (error) {
		return {ok: false, why: error instanceof Error ? (error.stack ?? error.message) : String(error)};
	}
}
