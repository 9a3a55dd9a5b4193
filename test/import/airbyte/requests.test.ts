import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {resourceOf, streamOf} from './imported.ts';

test('a request is folded: path, parameters, headers and bodies', async () => {
	const {endpoint, connector} = await resourceOf({
		requester: {
			http_method: 'post',
			path: "/{{ parameters['thing'] }}/search",
			$parameters: {thing: 'people'},
			request_parameters: {all: true, n: '50', none: '{{ none }}', text: '{"a": 1} {b}'},
			request_headers: {Accept: 'application/json'},
			request_body_json: {filter: {since: '{{ config.since }}'}, size: '{{ 10 + 5 }}'},
		},
		spec: {properties: {since: {type: 'string', default: '2024-01-01'}}},
	});
	deepStrictEqual(endpoint.method, 'POST');
	deepStrictEqual(endpoint.path, '/people/search');
	deepStrictEqual(endpoint.params, {all: 'True', n: 50, text: '{{"a": 1}} {{b}}'});
	deepStrictEqual(endpoint.headers, {Accept: 'application/json'});
	deepStrictEqual(endpoint.json, {filter: {since: '2024-01-01'}, size: 15});
	strictEqual(connector.config.client.base_url, 'https://api.example.com');
});

test('a list of partitions and rows of a parent become placeholders', async () => {
	const lists = await resourceOf({
		requester: {path: '/{{ stream_partition.region }}/users'},
		retriever: {
			partition_router: {
				type: 'ListPartitionRouter',
				cursor_field: 'region',
				values: ['eu', 'us'],
				request_option: {inject_into: 'request_parameter', field_name: 'r'},
			},
		},
	});
	deepStrictEqual(lists.resource.partitions, {region: ['eu', 'us']});
	deepStrictEqual(
		[lists.endpoint.path, lists.endpoint.params],
		['/{partitions.region}/users', {r: '{partitions.region}'}],
	);

	const parent = streamOf({stream: {name: 'teams'}, requester: {path: '/teams'}});
	const child = {
		stream: {name: 'members'},
		requester: {
			path: "/teams/{{ stream_slice['team'] }}/members",
			request_parameters: {o: '{{ stream_slice.extra_fields.org }}'},
		},
		retriever: {
			partition_router: {
				type: 'SubstreamPartitionRouter',
				parent_stream_configs: [
					{parent_key: 'id', partition_field: 'team', extra_fields: [['org']], stream: parent},
				],
			},
		},
	};
	const {endpoint, connector} = await resourceOf(child);
	deepStrictEqual(
		[endpoint.path, endpoint.params],
		['/teams/{resources.teams.id}/members', {o: '{resources.teams.org}'}],
	);
	deepStrictEqual(
		connector.imported.map(({name, isHelper}) => [name, isHelper]),
		[
			['teams', true],
			['members', false],
		],
	);
	strictEqual(connector.config.resources[0]?.selected, false);
	const both = await resourceOf({...child, others: [parent]});
	deepStrictEqual(
		both.connector.imported.map(({name, isHelper}) => [name, isHelper]),
		[
			['teams', false],
			['members', false],
		],
	);
});

test('rows are read once where no request names the partition, unless records name it', async () => {
	const retriever = {
		partition_router: {type: 'ListPartitionRouter', cursor_field: 'region', values: ['eu', 'us']},
	};
	const {resource, reason, said} = await resourceOf({retriever});
	strictEqual(reason, undefined);
	strictEqual(resource.partitions, undefined);
	deepStrictEqual(said, ['rows are read once, where Airbyte reads the same ones for each region']);
	const fields = [{path: ['region'], value: '{{ stream_partition.region }}'}];
	const named = await resourceOf({retriever, stream: {transformations: [{type: 'AddFields', fields}]}});
	strictEqual(named.reason, 'partition: not in the request');
});

test('a child of a stream that is left out is left out for the same reason', async () => {
	const parent = streamOf({stream: {name: 'teams'}, selector: {extractor: {class_name: 'a.B'}}});
	const {connector} = await resourceOf({
		requester: {path: '/{{ stream_slice.team }}'},
		retriever: {
			partition_router: {
				type: 'SubstreamPartitionRouter',
				parent_stream_configs: [{parent_key: 'id', partition_field: 'team', stream: parent}],
			},
		},
	});
	const [{reason, detail} = {reason: '', detail: ''}] = connector.leftOut;
	strictEqual(reason, 'Python: record extractor');
	match(detail ?? '', /^of its parent teams, a\.B/);
});

const window = {
	type: 'DatetimeBasedCursor',
	cursor_field: 'updated',
	datetime_format: '%Y-%m-%dT%H:%M:%SZ',
	start_datetime: {type: 'MinMaxDatetime', datetime: '2024-01-01', datetime_format: '%Y-%m-%d'},
	end_datetime: {type: 'MinMaxDatetime', datetime: "{{ now_utc().strftime('%Y-%m-%dT%H:%M:%SZ') }}"},
};

test('a window becomes incremental, in the form that the request wants', async () => {
	const {endpoint} = await resourceOf({
		stream: {
			incremental_sync: {
				...window,
				step: 'P30D',
				lookback_window: 'P2D',
				start_time_option: {inject_into: 'request_parameter', field_name: 'since'},
			},
		},
	});
	deepStrictEqual(endpoint.params, {since: '{incremental.start_value}'});
	deepStrictEqual(endpoint.incremental, {
		cursor_path: 'updated',
		initial_value: '2024-01-01',
		step: 'P30D',
		lag: 'P2D',
		format: '%Y-%m-%dT%H:%M:%SZ',
		cursor_format: 'iso',
		on_cursor_value_missing: 'include',
	});
	const {endpoint: seconds} = await resourceOf({
		stream: {incremental_sync: window},
		requester: {request_parameters: {q: "updated>{{ format_datetime(stream_interval.start_time, '%s') }}"}},
	});
	deepStrictEqual(seconds.params, {q: 'updated>{incremental.start_value}'});
	strictEqual((seconds.incremental as {format: string}).format, 'epoch');
});

test('a start by the clock is written in words, also one that is the later of two', async () => {
	const start = (datetime: string, more = {}) =>
		resourceOf({
			stream: {
				incremental_sync: {
					...window,
					start_datetime: {type: 'MinMaxDatetime', datetime, ...more},
					start_time_option: {inject_into: 'request_parameter', field_name: 'since'},
				},
			},
		});
	for (const [text, bound] of [
		["{{ day_delta(-30, '%Y-%m-%dT%H:%M:%SZ') }}", '-P30D'],
		["{{ (now_utc() - duration('P1Y')).strftime('%Y-%m-%dT%H:%M:%SZ') }}", '-P12M'],
		['{{ today_utc() }}', 'today'],
		["{{ max('2024-01-01', day_delta(-9, '%Y-%m-%d')) }}", 'max(2024-01-01, -P9D)'],
		[
			"{{ '2024-01-01' if '2024-01-01' > day_delta(-9, '%Y-%m-%d') else day_delta(-9, '%Y-%m-%d') }}",
			'max(2024-01-01, -P9D)',
		],
	] as const)
		strictEqual(((await start(text)).endpoint.incremental as {initial_value: string}).initial_value, bound);
	const between = await start('2024-01-01', {
		min_datetime: "{{ day_delta(-9, '%Y-%m-%d') }}",
		max_datetime: '{{ now_utc() }}',
	});
	const {initial_value: held} = between.endpoint.incremental as {initial_value: string};
	strictEqual(held, 'min(max(2024-01-01, -P9D), now)');
	const sum = "{{ day_delta(-9, '%Y-%m-%d') + '!' }}";
	strictEqual((await start(sum)).reason, 'clock: the start');
});

test('a value of the connection goes before what the clock would stand in for', async () => {
	const {endpoint} = await resourceOf({
		stream: {
			incremental_sync: {
				...window,
				end_datetime: {
					type: 'MinMaxDatetime',
					datetime: "{{ config.get('end', today_utc()) }}",
					datetime_format: '%Y-%m-%d',
				},
				start_time_option: {inject_into: 'request_parameter', field_name: 'since'},
			},
		},
		spec: {properties: {end: {type: 'string', default: '2024-06-30'}}},
	});
	strictEqual((endpoint.incremental as {end_value: string}).end_value, '2024-06-30');
});

test('a cursor that no request names is left out, and that is said', async () => {
	const {endpoint, said} = await resourceOf({stream: {incremental_sync: window}});
	strictEqual(endpoint.incremental, undefined);
	match(said.join(), /each run reads all rows/);
	const own = await resourceOf({stream: {incremental_sync: {...window, is_client_side_incremental: true}}});
	strictEqual((own.endpoint.incremental as {initial_value: string}).initial_value, '2024-01-01');
});

test('records may have times of several formats, and requests only of one', async () => {
	const several = await resourceOf({
		stream: {
			incremental_sync: {
				...window,
				cursor_datetime_formats: ['%s', '%Y-%m-%d'],
				is_client_side_incremental: true,
			},
		},
	});
	strictEqual((several.endpoint.incremental as {cursor_format: string}).cursor_format, 'epoch | iso');
	const sent = await resourceOf({
		stream: {incremental_sync: window},
		requester: {
			request_parameters: {
				a: '{{ stream_slice.start_time }}',
				b: "{{ format_datetime(stream_slice.end_time, '%s') }}",
			},
		},
	});
	strictEqual(sent.reason, 'several formats of the window');
});

test('what no placeholder says goes into a request as an expression', async () => {
	const asked = async (requester: {[key: string]: unknown}) => {
		const {endpoint, reason} = await resourceOf({
			requester,
			retriever: {
				partition_router: {type: 'ListPartitionRouter', values: ['a-b', 'c'], cursor_field: 'kind'},
			},
		});
		return reason ?? {params: endpoint.params, json: endpoint.json, expressions: endpoint.expressions};
	};
	const request_parameters = {
		q: "x {{ stream_slice.kind.split('-')[0] }} y {{ stream_slice['kind'] | upper }}",
		day: '{{ today_utc() }}',
	};
	deepStrictEqual(await asked({request_parameters, request_body_json: {at: '{{ now_utc() }}'}}), {
		params: {q: 'x {expressions.q} y {expressions.q_2}', day: '{expressions.day}'},
		json: {at: '{expressions.at}'},
		expressions: {
			q: "{{ partitions.kind.split('-')[0] }}",
			q_2: '{{ partitions.kind | upper }}',
			day: '{{ today_utc() }}',
			at: "{{ now_utc() ~ '' }}",
		},
	});
	const {reason} = await resourceOf({requester: {request_parameters: {x: '{{ next_page_token.a | int }}'}}});
	strictEqual(reason, 'parameter: an expression');
});
