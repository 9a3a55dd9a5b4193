import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {processing, resourceOf} from './imported.ts';

test('filters and fields become processing steps, in their order', async () => {
	const parts = {
		selector: {record_filter: {condition: "{{ record.status in ['open', 'new'] and record.n >= 2 }}"}},
		stream: {
			transformations: [
				{
					type: 'AddFields',
					fields: [
						{path: ['kind'], value: 'user {x}'},
						{path: ['city'], value: "{{ record['address']['city'] }}"},
						{path: ['label'], value: '{{ record.id }}-{{ record.name }}'},
					],
				},
				{type: 'RemoveFields', field_pointers: [['address'], ['a', 'b']]},
			],
		},
	};
	const steps = [
		{add: {kind: 'user {{x}}'}},
		{add: {city: {path: 'address.city'}}},
		{add: {label: '{id}-{name}'}},
		{remove: ['address', 'a.b']},
	];
	const filter = {filter: "((@.status == 'open' || @.status == 'new') && @.n >= 2)"};
	const {resource} = await resourceOf(parts);
	deepStrictEqual(resource.processing_steps, [filter, ...steps]);
	const {resource: after} = await resourceOf({
		...parts,
		selector: {...parts.selector, transform_before_filtering: true},
	});
	deepStrictEqual(after.processing_steps, [...steps, filter]);
});

const transformed = (...transformations: object[]) => resourceOf({stream: {transformations}});
const added = (value: unknown, more: object = {}) =>
	transformed({type: 'AddFields', fields: [{path: ['x'], value, ...more}]});

test('a field that is computed becomes an expression', async () => {
	const expression = async (value: string, more?: object) => {
		const {resource, reason} = await added(value, more);
		return (
			(resource.processing_steps as {add: {x: {expression: string}}}[] | undefined)?.[0]?.add.x.expression ??
			reason
		);
	};
	strictEqual(await expression('{{ record.a | int }}'), '{{ record.a | int }}');
	strictEqual(await expression("{{ [record['a'], 'b'] }}"), "{{ [record.a, 'b'] }}");
	// Python prints a time with a space.
	strictEqual(await expression('{{ now_utc() }}'), "{{ now_utc() ~ '' }}");
	strictEqual(await expression('{{ record.a + 1 }}', {value_type: 'string'}), "{{ record.a + 1 ~ '' }}");
	strictEqual(await expression('{{ stream_state.id }}'), 'added field: an expression');
	strictEqual(await expression('{{ stream_slice.parent_slice.id }}'), 'added field: an expression');
	const {said} = await added("{{ record.a | replace('x', '') }}");
	deepStrictEqual(said, ['a computed text that reads as a number, a list or an object stays a text']);
});

test('a field that is added under a condition keeps its value otherwise', async () => {
	const fields = [{path: ['query'], value: "{{ record['query'] }}", value_type: 'string'}];
	const condition = "{{ record.get('query', False) }}";
	const {resource, said} = await transformed({type: 'AddFields', fields, condition});
	deepStrictEqual(said, ['without a value, query is null, where Airbyte leaves it out']);
	deepStrictEqual(await processing(resource, {id: 1, query: 5}), {id: 1, query: '5'});
	deepStrictEqual(await processing(resource, {id: 1, query: 0}), {id: 1, query: 0});
	deepStrictEqual(await processing(resource, {id: 1}), {id: 1, query: null});
	const constant = {type: 'AddFields', fields: [{path: ['x'], value: 'new'}]};
	const isNew = await transformed({...constant, condition: '{{ record.id > 1 }}'});
	deepStrictEqual(await processing(isNew.resource, {id: 2}), {id: 2, x: 'new'});
	deepStrictEqual(await processing(isNew.resource, {id: 1, x: 'old'}), {id: 1, x: 'old'});
});

test('a filter without a condition of its own becomes an expression', async () => {
	const {resource} = await resourceOf({
		selector: {record_filter: {condition: '{{ record.a | length > 3 }}'}},
	});
	deepStrictEqual(resource.processing_steps, [{filter: '{{ record.a | length > 3 }}'}]);
});

test('values of the parent, the partition and the window reach the records', async () => {
	const parent = {
		type: 'DeclarativeStream',
		name: 'teams',
		retriever: {
			type: 'SimpleRetriever',
			requester: {type: 'HttpRequester', url_base: 'https://api.example.com', path: '/teams'},
			record_selector: {type: 'RecordSelector', extractor: {field_path: []}},
		},
	};
	const values = ['team', "get('team')", 'extra_fields.name', 'start_time', 'region'];
	const {resource, reason} = await resourceOf({
		others: [parent],
		requester: {
			path: '/{{ stream_partition.team }}/{{ stream_partition.region }}/users',
			request_parameters: {from: '{{ stream_interval.start_time }}'},
		},
		retriever: {
			partition_router: [
				{
					type: 'SubstreamPartitionRouter',
					parent_stream_configs: [
						{stream: parent, parent_key: 'id', partition_field: 'team', extra_fields: [['name']]},
					],
				},
				{type: 'ListPartitionRouter', values: ['eu', 'us'], cursor_field: 'region'},
			],
		},
		stream: {
			transformations: [
				{
					type: 'AddFields',
					fields: values.map((value, at) => ({path: [`f${at}`], value: `{{ stream_slice.${value} }}`})),
				},
			],
			incremental_sync: {
				type: 'DatetimeBasedCursor',
				cursor_field: 'updated',
				datetime_format: '%Y-%m-%d',
				start_datetime: '2024-01-01',
			},
		},
	});
	strictEqual(reason, undefined);
	deepStrictEqual(resource.processing_steps, [
		{add: {f0: {expression: '{{ resources.teams.id }}'}}},
		{add: {f1: {expression: '{{ resources.teams.id }}'}}},
		{add: {f2: {expression: '{{ resources.teams.name }}'}}},
		{add: {f3: {expression: '{{ incremental.start_value }}'}}},
		{add: {f4: {expression: '{{ partitions.region }}'}}},
	]);
});

test('fields are removed by patterns and under a condition', async () => {
	const removed = async (step: object) => {
		const {resource, reason} = await transformed({type: 'RemoveFields', ...step});
		return resource.processing_steps ?? reason;
	};
	const condition = "{{ property|string == '' }}";
	deepStrictEqual(await removed({field_pointers: [['**']], condition}), [
		{remove: {fields: ['**'], when: "{{ value | string == '' }}"}},
	]);
	deepStrictEqual(
		await removed({
			field_pointers: [
				['**', 'id'],
				['lines', '*', 'x'],
			],
		}),
		[{remove: ['**.id', 'lines[*].x']}],
	);
	strictEqual(
		await removed({field_pointers: [['a']], condition}),
		'condition of a removed field: an expression',
	);
});

test('a filter that compares the cursor with the start is incremental', async () => {
	const {resource, endpoint} = await resourceOf({
		selector: {record_filter: {condition: "{{ record['updated'] >= stream_interval['start_time'] }}"}},
		stream: {
			incremental_sync: {
				type: 'DatetimeBasedCursor',
				cursor_field: 'updated',
				datetime_format: '%s',
				start_datetime: {type: 'MinMaxDatetime', datetime: '1700000000', datetime_format: '%s'},
			},
		},
	});
	strictEqual(resource.processing_steps, undefined);
	strictEqual((endpoint.incremental as {cursor_format: string}).cursor_format, 'epoch');
	strictEqual((endpoint.incremental as {initial_value: string}).initial_value, '2023-11-14T22:13:20Z');
});

test('a JSON Schema becomes columns; nothing is required unless that is asked for', async () => {
	const schema = {
		type: 'object',
		properties: {
			id: {type: 'integer'},
			at: {type: ['null', 'string'], format: 'date-time'},
			day: {type: ['null', 'string'], format: 'date'},
			tags: {type: ['null', 'array']},
			price: {type: ['null', 'number', 'integer']},
			any: {type: ['string', 'number']},
			open: {type: 'boolean'},
		},
	};
	const stream = {schema_loader: {type: 'InlineSchemaLoader', schema}};
	const {resource} = await resourceOf({stream});
	deepStrictEqual(resource.columns, {
		id: 'bigint',
		at: 'timestamp',
		day: 'date',
		tags: 'json',
		price: 'double',
		open: 'bool',
	});
	const {resource: strict} = await resourceOf({stream, options: {isStrict: true}});
	deepStrictEqual((strict.columns as {id: object}).id, {data_type: 'bigint', nullable: false});
});

test('response filters become response actions, each of its conditions a rule', async () => {
	const handled = async (handler: object) => {
		const {endpoint, reason} = await resourceOf({requester: {error_handler: handler}});
		return reason ?? endpoint.response_actions;
	};
	const filters = (...response_filters: object[]) => handled({type: 'DefaultErrorHandler', response_filters});
	deepStrictEqual(
		await filters(
			{http_codes: [403, 404], action: 'IGNORE'},
			{
				http_codes: [400],
				error_message_contains: 'bad token',
				action: 'FAIL',
				error_message: 'Check\n the token.',
			},
			{predicate: "{{ response.code == 'busy' }}", action: 'RETRY'},
			{predicate: "{{ response.a == 1 and response.b == 'x' }}", action: 'IGNORE'},
		),
		[
			{status_code: [403, 404], action: 'ignore'},
			{status_code: 400, action: 'fail', message: 'Check the token.'},
			{content: 'bad token', action: 'fail', message: 'Check the token.'},
			{json_path: 'code', json_value: 'busy', action: 'retry'},
			{json_path: "$[?(@ != null && ($.a == 1 && $.b == 'x'))]", action: 'ignore'},
		],
	);
	deepStrictEqual(
		await handled({
			type: 'DefaultErrorHandler',
			backoff_strategies: [{type: 'WaitTimeFromHeader', header: 'X-Wait'}],
		}),
		[{status_code: 429, action: 'rate_limited', wait_header: 'X-Wait'}],
	);
	strictEqual(
		await filters({http_codes: [400], action: 'RESET_PAGINATION'}),
		'response action: RESET_PAGINATION',
	);
});

test('the number of retries is that of the stream with the most', async () => {
	const {connector} = await resourceOf({
		requester: {error_handler: {type: 'DefaultErrorHandler', max_retries: 7}},
	});
	deepStrictEqual(connector.config.client.retry, {max_retries: 7});
});
