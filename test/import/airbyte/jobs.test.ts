/** An asynchronous job of a manifest, and the resources that read its files from a real server. */
import {deepStrictEqual, ok, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {connection} from '../../../src/config/compile/compile.ts';
import {resolveResources} from '../../../src/config/compile/resolve.ts';
import type {ConfigObject} from '../../../src/config/define.ts';
import {loadConfig} from '../../../src/config/load/load.ts';
import type {PlainObject} from '../../../src/config/tree.ts';
import {type Route, startServer} from '../../helpers/server.ts';
import {type resourceOf as Resource, resourceOf, streamOf} from './imported.ts';

const at = (...field_path: string[]) => ({type: 'DpathExtractor', field_path});

function stream(base: string, parts: object = {}): ReturnType<typeof Resource> {
	return resourceOf({
		stream: {
			primary_key: 'id',
			incremental_sync: {
				type: 'DatetimeBasedCursor',
				cursor_field: 'day',
				datetime_format: '%Y-%m-%d',
				cursor_granularity: 'P1D',
				start_datetime: '2024-01-01',
				end_datetime: '2024-01-04',
				step: 'P2D',
			},
			transformations: [
				{type: 'KeysToLower'},
				{type: 'AddFields', fields: [{path: ['region'], value: '{{ stream_slice.region }}'}]},
			],
		},
		retriever: {
			type: 'AsyncRetriever',
			requester: undefined,
			partition_router: {
				type: 'SubstreamPartitionRouter',
				parent_stream_configs: [
					{
						type: 'ParentStreamConfig',
						parent_key: 'id',
						partition_field: 'region',
						stream: streamOf({stream: {name: 'regions'}, requester: {url_base: base, path: 'regions'}}),
					},
				],
			},
			status_mapping: {running: ['running'], completed: ['done'], failed: ['broken'], timeout: ['late']},
			status_extractor: at('state'),
			download_target_extractor: at('files'),
			download_extractor: at(),
			creation_requester: {
				type: 'HttpRequester',
				url_base: base,
				path: '{{ stream_slice.region }}/jobs',
				http_method: 'POST',
				request_body_json: {from: '{{ stream_interval.start_time }}', to: '{{ stream_interval.end_time }}'},
			},
			polling_requester: {
				type: 'HttpRequester',
				url_base: base,
				path: "{{ stream_partition['region'] }}/jobs",
				request_parameters: {token: "'{{ creation_response['token'] }}'"},
			},
			download_requester: {type: 'HttpRequester', url_base: '{{ download_target }}'},
			download_decoder: {type: 'GzipDecoder', decoder: {type: 'CsvDecoder'}},
			...parts,
		},
	});
}

async function rowsOf(config: PlainObject): Promise<{rows: unknown[]; waits: number}> {
	const {config: loaded} = await loadConfig(config as unknown as ConfigObject, {});
	let waits = 0;
	const sleep = async (): Promise<void> => {
		waits++;
	};
	const api = connection(loaded, {sleep});
	try {
		const resource = resolveResources(loaded).find(({name}) => name === 'users');
		ok(resource);
		const rows: unknown[] = [];
		for await (const {records} of api.extraction(resource, {}).source) rows.push(...records);
		return {rows, waits};
	} finally {
		await api.close();
	}
}

const regions: Route = {path: '/regions', respond: {json: {data: [{id: 'eu'}]}}};
const created = (token: string, from: string): Route => ({
	method: 'POST',
	path: '/eu/jobs',
	match: {json: {from}},
	respond: {json: {token}},
});
const state = (token: string, json: object, times = Infinity): Route => ({
	path: '/eu/jobs',
	match: {query: {token}},
	times,
	respond: {json: json as never},
});
const file = (name: string, text: string): Route => ({
	path: `/files/${name}`,
	respond: {base64: gzipSync(text).toString('base64'), headers: {'content-type': 'application/octet-stream'}},
});

test('a job is created for each window and waited for, and all of its files are read', async () => {
	await using server = await startServer([
		regions,
		created('a', '2024-01-01'),
		created('b', '2024-01-03'),
		state('a', {state: 'running', files: null}, 2),
		state('a', {state: 'done', files: ['{{BASE}}/files/1', '{{BASE}}/files/2']}),
		state('b', {state: 'done', files: ['{{BASE}}/files/3']}),
		file('1', 'ID,Name\n1,x\n'),
		file('2', 'ID,Name\n2,y\n'),
		file('3', 'ID,Name\n3,z\n'),
	]);
	const {connector} = await stream(server.url);
	deepStrictEqual(connector.leftOut, []);
	const resource = connector.config.resources.find(({name}) => name === 'users');
	const said = connector.imported.flatMap(({differences}) => differences.map(({text}) => text));
	deepStrictEqual(
		connector.config.resources.map(({name, selected}) => [name, selected]),
		[
			['regions', false],
			['users_job', false],
			['users_status', false],
			['users', undefined],
		],
	);
	strictEqual(resource?.write_disposition, 'merge');
	ok(said.some(text => text.includes('a job that fails ends the run')));
	const {rows, waits} = await rowsOf(connector.config);
	deepStrictEqual(rows, [
		{id: '1', name: 'x', region: 'eu'},
		{id: '2', name: 'y', region: 'eu'},
		{id: '3', name: 'z', region: 'eu'},
	]);
	strictEqual(waits, 2, 'once for each answer that the job is running');
	deepStrictEqual(
		server.requests.filter(({method}) => method === 'POST').map(({json}) => (json as PlainObject).from),
		['2024-01-01', '2024-01-03'],
	);
});

test('a job that fails is the failure of the resource, with the state that the server names', async () => {
	await using server = await startServer([
		regions,
		created('a', '2024-01-01'),
		created('b', '2024-01-03'),
		state('a', {state: 'broken', files: null}),
		state('b', {state: 'broken', files: null}),
	]);
	const {connector} = await stream(server.url);
	await rejects(rowsOf(connector.config), /the job is broken/);
});

test('a job is left out where a request is missing, or an expression reads the answer in another way', async () => {
	const reasonOf = async (parts: object) => (await stream('https://api.example.com', parts)).reason;
	strictEqual(await reasonOf({polling_requester: undefined}), 'an async job: a request is missing');
	const odd = {
		type: 'HttpRequester',
		url_base: 'https://a.example',
		path: '{{ creation_response | length }}',
	};
	strictEqual(await reasonOf({polling_requester: odd}), 'an async job: an expression about an answer');
	const other = {type: 'HttpRequester', url_base: 'https://a.example', path: 'urls'};
	strictEqual(
		await reasonOf({download_target_requester: other}),
		'an async job: its URLs come from another request',
	);
});
