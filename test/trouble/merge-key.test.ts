/** Restated days: `merge_key` replaces all rows whose values in it come again. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {dice} from '../crash/dice.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

interface Ad {
	readonly reportDay: string | null;
	readonly campaign: string;
	readonly clicks: number;
	readonly tags?: readonly string[];
}

const readers = {
	parquet: (path: string) => `read_parquet('${path}')`,
	csv: (path: string) => `read_csv('${path}', all_varchar = true)`,
	jsonl: (path: string) => `read_json('${path}', format = 'newline_delimited')`,
};

/** One answer after the other, the last one for ever. */
async function reports(answers: readonly (readonly Ad[])[]) {
	let round = 0;
	return server({
		path: '/ads',
		respond: {fn: () => ({json: {data: answers[Math.min(round++, answers.length - 1)]}})},
	});
}

test('a day that comes again is replaced as a whole', async () => {
	await using api = await reports([
		[
			{reportDay: '2025-01-01', campaign: 'a', clicks: 1},
			{reportDay: '2025-01-02', campaign: 'a', clicks: 2},
			{reportDay: '2025-01-02', campaign: 'b', clicks: 3},
		],
		[{reportDay: '2025-01-02', campaign: 'a', clicks: 5}],
	]);
	const ads = single('ads', {merge_key: 'reportDay', write_disposition: 'merge', naming: 'snake_case'});
	await using place = await workspace({'sluice.json': config(api.url, [ads])});
	equal((await place.sluice(['run'])).code, 0);
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(stderr, /merged: 1 new, 0 updated, 2 deleted/);
	deepEqual(
		await query(
			'select report_day::varchar as day, campaign, clicks::int as clicks from ' +
				`'${place.path}/out/ads/*.parquet' order by 1`,
		),
		[
			{day: '2025-01-01', campaign: 'a', clicks: 1},
			{day: '2025-01-02', campaign: 'a', clicks: 5},
		],
	);
});

test('columns with merge_key: true are the merge key, together with those that the resource names', async () => {
	const rows = [
		{reportDay: '2025-01-01', campaign: 'a', clicks: 1},
		{reportDay: '2025-01-01', campaign: 'b', clicks: 2},
		{reportDay: '2025-01-02', campaign: 'a', clicks: 3},
	];
	for (const given of [
		{columns: {reportDay: {merge_key: true}, campaign: {merge_key: true}}},
		{columns: [{name: 'reportDay', merge_key: true}], merge_key: 'campaign'},
	]) {
		await using api = await reports([rows, [{reportDay: '2025-01-01', campaign: 'a', clicks: 5}]]);
		const ads = single('ads', {...given, write_disposition: 'merge', naming: 'snake_case'});
		await using place = await workspace({'sluice.json': config(api.url, [ads])});
		equal((await place.sluice(['run'])).code, 0);
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		match(stderr, /merged: 1 new, 0 updated, 1 deleted/);
		deepEqual(await query(`select clicks::int as clicks from '${place.path}/out/ads/*.parquet' order by 1`), [
			{clicks: 2},
			{clicks: 3},
			{clicks: 5},
		]);
	}
});

test('merge_key: true of a column without a merge is refused', async () => {
	await using place = await workspace({
		'sluice.json': config('http://x', [single('ads', {columns: {day: {merge_key: true}}})]),
	});
	const {code, stderr} = await place.sluice(['check']);
	equal(code, 2);
	match(stderr, /columns: merge_key says what a merge replaces; set write_disposition: merge/);
});

for (const [format, seed] of [
	['parquet', 1],
	['csv', 2],
	['jsonl', 3],
] as const) {
	for (const key of [[], ['reportDay', 'campaign'], ['campaign']]) {
		test(`any restatements in ${format}, with ${key.length === 0 ? 'no key' : `the key ${key}`}, leave what a model says`, async () => {
			const {below, oneOf: of} = dice(seed + key.length);
			const day = () => of([null, '2025-01-01', '2025-01-02', '2025-01-03']);
			const answers = Array.from({length: 4}, (_, run) =>
				Array.from(
					{length: 1 + below(6)},
					(_, i): Ad => ({
						reportDay: key.includes('reportDay') ? (day() ?? '2025-01-04') : day(),
						campaign: of(['a', 'b', 'c', 'd']),
						clicks: run * 10 + i,
					}),
				),
			);
			await using api = await reports(answers);
			const ads = single('ads', {merge_key: 'reportDay', primary_key: key, write_disposition: 'merge'});
			await using place = await workspace({'sluice.json': config(api.url, [ads])});
			let model: readonly Ad[] = [];
			for (const came of answers) {
				const {code, stderr} = await place.sluice(['run', '-f', format]);
				equal(code, 0, stderr);
				model = merged(model, came, key);
				const rows = await query(
					`select clicks::int as clicks from ${readers[format](`${place.path}/out/ads/*.${format}`)} ` +
						'order by 1',
				);
				deepEqual(
					rows.map(row => row.clicks),
					model.map(({clicks}) => clicks).sort((a, b) => a - b),
				);
			}
		});
	}
}

function merged(before: readonly Ad[], came: readonly Ad[], key: readonly string[]): readonly Ad[] {
	const keyOf = (ad: Ad): string => JSON.stringify(key.map(name => ad[name as keyof Ad]));
	const latest = key.length === 0 ? came : [...new Map(came.map(ad => [keyOf(ad), ad])).values()];
	const isRestated = ({reportDay}: Ad): boolean =>
		reportDay !== null && came.some(ad => ad.reportDay === reportDay);
	const isUpdated = (ad: Ad): boolean => key.length > 0 && latest.some(other => keyOf(other) === keyOf(ad));
	return [...before.filter(ad => !isRestated(ad) && !isUpdated(ad)), ...latest];
}

test('rows of lists go with the records that a restated day takes away', async () => {
	await using api = await reports([
		[
			{reportDay: '2025-01-01', campaign: 'a', clicks: 1, tags: ['x']},
			{reportDay: '2025-01-02', campaign: 'b', clicks: 2, tags: ['y', 'z']},
			{reportDay: '2025-01-02', campaign: 'c', clicks: 3, tags: ['w']},
		],
		[{reportDay: '2025-01-02', campaign: 'd', clicks: 5, tags: ['v']}],
	]);
	const ads = single('ads', {
		merge_key: 'reportDay',
		primary_key: 'campaign',
		write_disposition: 'merge',
		nested: 'tables',
	});
	await using place = await workspace({'sluice.json': config(api.url, [ads])});
	for (const _ of [1, 2]) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
	}
	deepEqual(await query(`select value as tag from '${place.path}/out/ads__tags/*.parquet' order by 1`), [
		{tag: 'v'},
		{tag: 'x'},
	]);
});

test('a merge_key that no row has is refused with the columns that there are', async () => {
	await using api = await reports([[{reportDay: '2025-01-01', campaign: 'a', clicks: 1}]]);
	const ads = single('ads', {merge_key: 'day', write_disposition: 'merge'});
	await using place = await workspace({'sluice.json': config(api.url, [ads])});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 1, stderr);
	match(
		stderr,
		/no new row has the column "day" of merge_key; there are: reportDay, campaign, clicks\. Correct merge_key/,
	);
});
