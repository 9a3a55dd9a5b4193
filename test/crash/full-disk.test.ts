import {deepEqual, equal, match} from 'node:assert/strict';
import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, endless, server} from '../cli/config.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {snapshot} from './snapshot.ts';

const pageSize = 5;
const pages = 3;

/** Rows with tags, on pages; the last is followed by an empty one. */
function tagged(): ReturnType<typeof endless> {
	const {resource, route} = endless('events', pageSize);
	const fn = ({query}: {query: Record<string, string[]>}) => {
		const offset = Number(query.offset?.[0] ?? 0);
		const count = offset < pages * pageSize ? pageSize : 0;
		return {
			json: {data: Array.from({length: count}, (_, i) => ({id: offset + i, tag: `row ${offset + i}`}))},
		};
	};
	return {resource, route: {...route, respond: {fn}}};
}

async function run(place: Workspace, at: number) {
	const env = {
		NODE_OPTIONS: `--import=${join(import.meta.dirname, 'faults.js')}`,
		FAULT_FOLDER: join(place.path, 'out'),
		FAULT_TALLY: join(place.path, 'tally'),
		FAULT_AT: String(at),
		FAULT_HOW: 'ENOSPC',
	};
	return place.sluice(['run'], {env});
}

test('a disk that is full from any write on ends a run with a clear word, keeps what was committed, and the next run goes on', async () => {
	const {resource, route} = tagged();
	await using api = await server(route);
	const output = {format: 'jsonl', checkpoint: {rows: pageSize}};
	await using place = await workspace({'sluice.json': config(api.url, [resource], {output})});
	const all = Array.from({length: pages * pageSize}, (_, i) => `row ${i}`).sort();
	const seen = async () => ((await snapshot(join(place.path, 'out/events'))) ?? []).sort();
	const unharmed = 1_000_000;
	equal((await run(place, unharmed)).code, 0);
	const calls = Number(await readFile(join(place.path, 'tally'), 'utf8'));
	// Each eighth, from one of the first eight on.
	for (let at = 1 + (process.pid % 8); at <= calls; at += 8) {
		await rm(join(place.path, 'out'), {recursive: true});
		const {code, stderr} = await run(place, at);
		const kept = await seen();
		// All rows are there, and only the figures for a report are not.
		if (code === 0) {
			match(stderr, /^sluice: the record of this run could not be kept for sluice report: .*ENOSPC/m);
			deepEqual(kept, all, `call ${at}`);
			continue;
		}
		equal(code, 1, `call ${at}: ${stderr}`);
		match(
			stderr,
			/^sluice: events: .*no space left on the disk \(ENOSPC\)|^sluice: .*cannot write .*: no space left on the disk \(ENOSPC\)/m,
		);
		equal(kept.length % pageSize, 0, `call ${at}: whole pages only`);
		const next = await run(place, unharmed);
		equal(next.code, 0, `after call ${at}: ${next.stderr}`);
		deepEqual(await seen(), all, `after call ${at}, with ${kept.length} rows kept`);
	}
});
