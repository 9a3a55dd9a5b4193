import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parse} from '../../src/core/json/json.ts';
import {type DemoApi, startDemoApi, type Truth} from './demo.ts';

const resources = ['conversations', 'contacts', 'conversation_parts', 'teams', 'companies'];

async function withDemo(scale: number, body: (api: DemoApi) => Promise<void>): Promise<void> {
	const api = await startDemoApi({scale});
	try {
		await body(api);
	} finally {
		await api.close();
	}
}

/** The text of one page, asked for again as often as the API is out of sorts. */
async function pageOf(api: DemoApi, resource: string, offset: number, limit = 100): Promise<string> {
	for (;;) {
		const response = await fetch(
			`${api.url}/v1/${resource}?api_key=${api.apiKey}&offset=${offset}&limit=${limit}`,
		);
		const text = await response.text();
		if (response.ok) return text;
		assert.match(String(response.status), /^(429|503)$/);
	}
}

interface DemoPage {
	data: Record<string, unknown>[];
	total: number;
}

async function rowsOf(api: DemoApi, resource: string): Promise<Record<string, unknown>[]> {
	const rows: Record<string, unknown>[] = [];
	for (let total = 1; rows.length < total; ) {
		const page = parse(await pageOf(api, resource, rows.length)) as unknown as DemoPage;
		assert.ok(page.data.length > 0, `${resource} is over at ${rows.length} of ${total} rows`);
		total = page.total;
		rows.push(...page.data);
	}
	return rows;
}

test('a walk through all pages finds the rows, duplicates and rejects that the truth tells of', async () => {
	await withDemo(0.05, async api => {
		const found: Record<string, Truth> = {};
		for (const resource of resources) {
			const served = await rowsOf(api, resource);
			const distinct = new Map(served.map(row => [row.id, row]));
			const rejected = [...distinct.values()].filter(row => row.author_id === null);
			found[resource] = {
				rows: distinct.size,
				duplicates: served.length - distinct.size,
				rejects: rejected.length,
			};
		}
		assert.deepEqual(found, api.truth);
		assert.deepEqual(found.conversation_parts, {rows: 6000, duplicates: 1, rejects: 7});
	});
});

test('at full size the last row of every 50th page comes again, unchanged, as the first of the next', async () => {
	await withDemo(1, async api => {
		assert.deepEqual(api.truth.conversation_parts, {rows: 120_000, duplicates: 24, rejects: 7});
		const before = JSON.parse(await pageOf(api, 'conversation_parts', 4900)) as DemoPage;
		const after = JSON.parse(await pageOf(api, 'conversation_parts', 5000)) as DemoPage;
		assert.deepEqual(after.data[0], before.data[99]);
		const last = JSON.parse(await pageOf(api, 'conversation_parts', after.total - 1)) as DemoPage;
		assert.equal(last.data.length, 1);
		assert.equal(Number(last.data[0]!.id) - Number(before.data[0]!.id), 119_999 - 4900);
	});
});

test('two servers give the same bytes, in whatever order their pages are read', async () => {
	const offsets = [0, 200, 5900];
	const read = async (order: number[]): Promise<Map<string, string>> => {
		const texts = new Map<string, string>();
		await withDemo(0.05, async api => {
			for (const resource of resources) {
				for (const offset of order) texts.set(`${resource} ${offset}`, await pageOf(api, resource, offset));
			}
		});
		return texts;
	};
	const there = await read(offsets);
	const back = await read(offsets.toReversed());
	assert.equal(there.size, 15);
	for (const [place, text] of there) assert.equal(back.get(place), text, place);
});

test('a few requests fail with 429 and 503 at fixed places, then none does', async () => {
	await withDemo(0.01, async api => {
		const statuses: number[] = [];
		for (let i = 1; i <= 500; i++) {
			const response = await fetch(`${api.url}/v1/teams?api_key=${api.apiKey}&limit=1`);
			statuses.push(response.status);
			if (response.status === 429) assert.equal(response.headers.get('retry-after'), '1');
			await response.arrayBuffer();
		}
		const failed = (status: number): number[] =>
			statuses.flatMap((each, index) => (each === status ? [index + 1] : []));
		assert.deepEqual(failed(429), [97, 194, 291, 388]);
		assert.deepEqual(failed(503), [61, 122, 183, 244, 305]);
	});
});

test('a wrong key, an unknown resource and an odd offset get an error in JSON', async () => {
	await withDemo(0.01, async api => {
		const ask = async (path: string): Promise<[number, string]> => {
			const response = await fetch(api.url + path);
			return [response.status, ((await response.json()) as {error: string}).error];
		};
		assert.deepEqual(await ask('/v1/teams?api_key=nope'), [401, 'unknown or missing api_key']);
		assert.deepEqual(await ask('/v1/teams'), [401, 'unknown or missing api_key']);
		assert.deepEqual(await ask(`/v1/team?api_key=${api.apiKey}`), [404, 'there is no GET /v1/team']);
		const odd = 'offset and limit must be whole numbers, limit at least 1';
		assert.deepEqual(await ask(`/v1/teams?api_key=${api.apiKey}&offset=-1`), [400, odd]);
		assert.deepEqual(await ask(`/v1/teams?api_key=${api.apiKey}&limit=0`), [400, odd]);
	});
});

test('the limit is capped at 100, and a page past the end is empty', async () => {
	await withDemo(0.05, async api => {
		const page = JSON.parse(await pageOf(api, 'contacts', 0, 1000)) as DemoPage;
		assert.equal(page.data.length, 100);
		assert.deepEqual(JSON.parse(await pageOf(api, 'contacts', 600)), {data: [], total: 600});
	});
});

test('the rows hold what readers trip over', async () => {
	await withDemo(0.05, async api => {
		const [contacts, companies, conversations, parts] = await Promise.all(
			['contacts', 'companies', 'conversations', 'conversation_parts'].map(resource => rowsOf(api, resource)),
		);
		assert.equal(typeof contacts![0]!.external_id, 'number');
		assert.equal(typeof contacts!.at(-1)!.external_id, 'bigint');
		assert.ok(BigInt(contacts!.at(-1)!.external_id as bigint) < 2n ** 63n);
		assert.match(String(companies![0]!.lifetime_value), /^\d{14}\.\d{1,6}$/);
		const minutes = conversations!.map(row => row.handling_minutes as number);
		assert.ok(minutes.slice(0, 100).every(Number.isInteger));
		assert.ok(!minutes.slice(100).some(Number.isInteger));
		const bodies = parts!.map(row => row.body as string | null);
		assert.ok(bodies.includes(null));
		assert.ok(Math.max(...bodies.map(body => body?.length ?? 0)) > 2000);
		for (const script of [
			/\p{Script=Han}/u,
			/\p{Script=Arabic}/u,
			/\p{Script=Hebrew}/u,
			/\p{Emoji_Presentation}/u,
			/[éß"\\\n]/,
		]) {
			assert.ok(
				bodies.some(body => body !== null && script.test(body)),
				`no ${script}`,
			);
		}
	});
});
