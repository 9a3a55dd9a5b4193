/** json-server is a REST API that we did not write: its paging, its Link header, its nested rows. */
import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import jsonServer from 'json-server';
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {sink} from '../../src/core/stage.ts';
import type {ClientEvent} from '../../src/http/events.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {runConfig} from '../helpers/run-config.ts';

const countries = ['IS', 'US', 'DE'];
const users = Array.from({length: 233}, (_, i) => ({
	id: i + 1,
	name: i % 7 === 0 ? null : `User "${i}" Ünal`,
	address: {city: `City ${i % 5}`, geo: {lat: i / 4, lng: 100 - i}, country: countries[i % 3]},
	tags: Array.from({length: i % 3}, (_, tag) => `tag ${tag}`),
	score: i % 2 === 0 ? i : i + 0.5,
	active: i % 2 === 0,
	created_at: new Date(Date.UTC(2024, 0, 1, i)).toISOString(),
}));
// A whole number of pages: nothing but an empty page, or a link that is missing, says that they are over.
const posts = Array.from({length: 200}, (_, i) => ({id: i + 1, userId: (i % 10) + 1, title: `Post ${i}`}));

let server: ReturnType<typeof createServer>;
let base: string;
const totals: number[] = [];

before(async () => {
	const app = jsonServer.create();
	app.use(jsonServer.router({users, posts}));
	server = createServer((request, response) => {
		response.on('finish', () => totals.push(Number(response.getHeader('x-total-count'))));
		app(request, response);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
	server.closeAllConnections();
	server.close();
});

interface Reading {
	readonly records: readonly JsonRecord[];
	/** Rows of each page. */
	readonly sizes: readonly number[];
	/** Paths with their queries, in order. */
	readonly asked: readonly string[];
}

/** Reads one resource by a config and collects it with a sink of our own. */
async function read(endpoint: object, name = 'users'): Promise<Reading> {
	const config = parseConfig({client: {base_url: base}, resources: [{name, endpoint}]});
	const asked: string[] = [];
	const pages: Page[] = [];
	const onEvent = (event: ClientEvent): void => {
		if (event.type === 'request') asked.push(event.url.slice(base.length));
	};
	const api = connection(config, {onEvent});
	try {
		const [resource] = resolveResources(config);
		if (!resource) throw new Error('the config has one resource');
		const collect = sink({name: 'collect', write: page => void pages.push(page), async close() {}});
		await pipeline(api.extraction(resource, {typed: false}).source, collect);
	} finally {
		await api.close();
	}
	return {
		records: pages.flatMap(({records}) => [...records]),
		sizes: pages.map(({records}) => records.length),
		asked,
	};
}

const start = (limit: number) => ({type: 'offset', limit, offset_param: '_start', limit_param: '_limit'});

test('_start and _limit: every row once, in order, and a short page is the last', async () => {
	totals.length = 0;
	const {records, sizes, asked} = await read({paginator: start(50)});
	deepStrictEqual(records, users);
	deepStrictEqual(sizes, [50, 50, 50, 50, 33]);
	deepStrictEqual(
		asked,
		[0, 50, 100, 150, 200].map(offset => `/users?_start=${offset}&_limit=50`),
	);
	deepStrictEqual(totals, Array(5).fill(users.length), 'X-Total-Count tells what was read');
});

test('_start and _limit: after a whole number of pages the total in the header spares the empty one', async () => {
	const {records, sizes} = await read({paginator: start(50)}, 'posts');
	deepStrictEqual(records, posts);
	deepStrictEqual(sizes, [50, 50, 50, 50]);
});

test('_page: pages are counted from 1 until an empty one', async () => {
	const paginator = {type: 'page_number', base_page: 1, page_param: '_page'};
	const {records, asked} = await read({params: {_limit: 60}, paginator});
	deepStrictEqual(records, users);
	deepStrictEqual(
		asked,
		[1, 2, 3, 4, 5].map(page => `/users?_limit=60&_page=${page}`),
	);
});

test('_page: maximum_page ends before the last', async () => {
	const paginator = {type: 'page_number', base_page: 1, page_param: '_page', maximum_page: 3};
	const {records} = await read({params: {_limit: 60}, paginator});
	deepStrictEqual(records, users.slice(0, 120));
});

for (const paginator of ['auto', 'header_link', {type: 'header_link'}]) {
	test(`the Link header is followed by ${JSON.stringify(paginator)}, without a request too many`, async () => {
		const {records, asked} = await read({params: {_page: 1, _limit: 40}, paginator}, 'posts');
		deepStrictEqual(records, posts);
		strictEqual(asked.length, 5);
	});
}

test('another relation of the Link header can be followed: backwards through prev', async () => {
	const {records} = await read(
		{params: {_page: 5, _limit: 40}, paginator: {type: 'header_link', links_next_key: 'prev'}},
		'posts',
	);
	deepStrictEqual(
		records.map(({id}) => id),
		[160, 120, 80, 40, 0].flatMap(from => posts.slice(from, from + 40).map(({id}) => id)),
	);
});

test('without a paginator a list is one page, and a single row is one record', async () => {
	deepStrictEqual((await read({paginator: 'single_page'})).records, users);
	deepStrictEqual((await read({})).records, users);
	deepStrictEqual((await read({path: 'users/7', paginator: 'single_page'})).records, [users[6]]);
});

test('a filter in params goes along with every page', async () => {
	const {records, asked} = await read({params: {'address.country': 'IS'}, paginator: start(50)});
	deepStrictEqual(
		records,
		users.filter(({address}) => address.country === 'IS'),
	);
	deepStrictEqual(
		asked,
		[0, 50].map(offset => `/users?address.country=IS&_start=${offset}&_limit=50`),
	);
});

const nested = `
client:
  base_url: http://127.0.0.1
resource_defaults:
  primary_key: id
  endpoint:
    path: users
    paginator: {type: offset, limit: 100, offset_param: _start, limit_param: _limit}
resources:
  - name: as_json
  - name: as_columns
    nested: flatten
  - name: declared
    columns:
      address:
        type: struct
        fields:
          city: text
          geo: {type: struct, fields: {lat: double, lng: bigint}}
          country: text
      tags: {type: list, items: text}
      created_at: timestamp
`;

test('nested objects reach Parquet as JSON, as flat columns, or as structs and lists, and DuckDB reads the same from all', async () => {
	await using folder = await temporaryFolder();
	const config = join(folder.path, 'sluice.yaml');
	await writeFile(config, nested);
	const results = await runConfig(config, {set: [`client.base_url=${base}`], output: folder.path});
	deepStrictEqual(
		Object.values(results).map(({written}) => written),
		[233, 233, 233],
	);
	const expected = users.map(({id, name, address, tags, score, active, created_at}) => ({
		id: String(id),
		name,
		city: address.city,
		lat: address.geo.lat,
		country: address.country,
		tags: tags.length,
		score,
		active,
		at: String(Date.parse(created_at)),
	}));
	const from = (resource: string, city: string, lat: string, country: string, tags: string) =>
		query(
			`select id, name, ${city} as city, (${lat})::double as lat, ${country} as country, ${tags}::int as tags, score, active,
				epoch_ms(created_at) as at from read_parquet('${folder.path}/${resource}/*.parquet') order by id`,
		);
	deepStrictEqual(
		await from(
			'as_json',
			"address->>'city'",
			"address->'geo'->>'lat'",
			"address->>'country'",
			'json_array_length(tags)',
		),
		expected,
	);
	deepStrictEqual(
		await from(
			'as_columns',
			'address__city',
			'address__geo__lat',
			'address__country',
			'json_array_length(tags)',
		),
		expected,
	);
	deepStrictEqual(
		await from('declared', 'address.city', 'address.geo.lat', 'address.country', 'len(tags)'),
		expected,
	);
});
