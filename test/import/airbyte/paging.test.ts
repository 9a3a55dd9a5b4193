import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {resourceOf} from './imported.ts';

const param = (name: string) => ({type: 'RequestOption', inject_into: 'request_parameter', field_name: name});

function paged(
	strategy: object,
	{token = param('after') as object | null, size = undefined as object | undefined, ...more} = {},
) {
	return resourceOf({
		retriever: {
			paginator: {
				type: 'DefaultPaginator',
				pagination_strategy: strategy,
				...(token && {page_token_option: token}),
				...(size && {page_size_option: size}),
			},
		},
		...more,
	});
}

test('pages and offsets are counted, and the differences of their ends are said', async () => {
	const pages = await paged(
		{type: 'PageIncrement', start_from_page: 1, page_size: 50},
		{token: param('page'), size: param('size')},
	);
	deepStrictEqual(pages.endpoint.paginator, {
		type: 'page_number',
		base_page: 1,
		page_param: 'page',
		total_path: null,
	});
	deepStrictEqual(pages.endpoint.params, {size: 50});
	deepStrictEqual(pages.said, [
		'the first request names its page, 1, too',
		'a page with fewer than 50 rows is followed by one more request',
	]);
	const offsets = await paged(
		{type: 'OffsetIncrement', page_size: '{{ 10 * 10 }}'},
		{token: param('skip'), size: param('top')},
	);
	deepStrictEqual(offsets.endpoint.paginator, {
		type: 'offset',
		limit: 100,
		offset_param: 'skip',
		limit_param: 'top',
		total_path: null,
	});
});

test('a size among the parameters is the limit', async () => {
	const {endpoint} = await paged({type: 'OffsetIncrement', page_size: 100}, {
		token: param('skip'),
		requester: {request_parameters: {count: '100', sort: 'id'}},
	} as object);
	strictEqual((endpoint.paginator as {limit_param: string}).limit_param, 'count');
	deepStrictEqual(endpoint.params, {sort: 'id'});
});

test('a cursor is read where its expression leads, whatever stands in for a missing one', async () => {
	for (const [value, path] of [
		['{{ response.meta.next }}', 'meta.next'],
		["{{ response.get('meta', {}).get('next', '') }}", 'meta.next'],
		["{{ response['meta']['next'] if response['meta']['next'] else '' }}", 'meta.next'],
		["{{ response.meta.next or '' }}", 'meta.next'],
		["{{ response['@odata.nextLink'] }}", "['@odata.nextLink']"],
		["{{ last_record['id'] }}", 'data[-1].id'],
		['{{ response.data[-1].id }}', 'data[-1].id'],
		[
			"{{ response.get('meta', {}).get('next_page_url') or response.get('next_page_uri') }}",
			"$..['next_page_url','next_page_uri']",
		],
	] as const) {
		const {endpoint} = await paged({type: 'CursorPagination', cursor_value: value});
		const {type, cursor_path: found, cursor_param: sent} = endpoint.paginator as {[key: string]: string};
		deepStrictEqual([type, found, sent], ['cursor', path, 'after'], value);
	}
});

test('links are followed: in the body, in a header, or where a parameter is cut out of one', async () => {
	const link = await paged(
		{type: 'CursorPagination', cursor_value: '{{ response.next }}'},
		{token: {type: 'RequestPath'}},
	);
	deepStrictEqual(link.endpoint.paginator, {type: 'json_link', next_url_path: 'next'});
	const header = await paged(
		{type: 'CursorPagination', cursor_value: "{{ headers['link']['next']['url'] }}"},
		{token: {type: 'RequestPath'}},
	);
	deepStrictEqual(header.endpoint.paginator, {type: 'header_link'});
	const cut = await paged({
		type: 'CursorPagination',
		cursor_value: "{{ response.next.split('after=')[-1] }}",
	});
	deepStrictEqual(cut.endpoint.paginator, {type: 'json_link', next_url_path: 'next'});
	match(cut.said.join(), /the link at next is followed/);
});

test('a stop condition is implied by a missing cursor, or names a flag or an empty page', async () => {
	const stopped = async (stop: string) => {
		const {endpoint, reason} = await paged({
			type: 'CursorPagination',
			cursor_value: '{{ response.meta.next }}',
			stop_condition: stop,
		});
		const {has_more_path: flag, stop_after_empty_page: empty} = (endpoint.paginator ?? {}) as {
			[key: string]: unknown;
		};
		return reason ?? {...(flag !== undefined && {flag}), ...(empty !== undefined && {empty})};
	};
	for (const text of [
		'{{ not response.meta.next }}',
		'{{ not response.meta }}',
		"{{ response.get('meta', {}).get('next') is none }}",
		"{{ 'next' not in response.meta }}",
		"{{ response.meta is not defined or response.meta.next == '' }}",
		'{{ false }}',
	])
		deepStrictEqual(await stopped(text), {}, text);
	for (const text of [
		"{{ not response.get('more', False) }}",
		'{{ response.more == false }}',
		'{{ response.more is false }}',
	])
		deepStrictEqual(await stopped(text), {flag: 'more'}, text);
	for (const text of [
		'{{ last_page_size == 0 }}',
		'{{ not response.data }}',
		'{{ response.data | length == 0 }}',
	])
		deepStrictEqual(await stopped(text), {empty: true}, text);
});

test('a token that a template puts into the request goes there by the paginator', async () => {
	const strategy = {type: 'CursorPagination', cursor_value: '{{ response.next }}'};
	const token = "{{ next_page_token['next_page_token'] }}";
	const at = (requester: object) => paged(strategy, {token: null, requester} as object);
	const {endpoint: query} = await at({request_parameters: {from: token, sort: 'id'}});
	deepStrictEqual(
		[query.params, (query.paginator as {cursor_param: string}).cursor_param],
		[{sort: 'id'}, 'from'],
	);
	const {endpoint: body} = await at({
		http_method: 'POST',
		request_body_json: {page: {after: token, size: 5}},
	});
	deepStrictEqual(
		[body.json, (body.paginator as {cursor_body_path: string}).cursor_body_path],
		[{page: {size: 5}}, 'page.after'],
	);
	const {endpoint: inside} = await at({request_parameters: {from: `${token},50`}});
	deepStrictEqual(
		[inside.params, inside.paginator],
		[{from: '{cursor},50'}, {type: 'cursor', cursor_path: 'next'}],
	);
});

test('a token that a template computes with becomes an expression that reads the place of the page', async () => {
	const at = (strategy: object, from: string) =>
		paged(strategy, {token: null, requester: {request_parameters: {from}}} as object);
	const token = 'next_page_token.next_page_token';
	const {endpoint: offset} = await at({type: 'OffsetIncrement'}, `FROM {{ (${token} or 0) + 1 }} MAX 200`);
	deepStrictEqual(
		[offset.params, offset.expressions, offset.paginator],
		[
			{from: 'FROM {expressions.from} MAX 200'},
			{from: '{{ offset + 1 }}'},
			{type: 'offset', limit: null, total_path: null},
		],
	);
	const {endpoint: page} = await at(
		{type: 'PageIncrement', start_from_page: 1},
		`{{ ${token} * 2 if ${token} else 'first' }}`,
	);
	deepStrictEqual(page.expressions, {
		from: "{{ (page if page != 1 else none) * 2 if (page if page != 1 else none) else 'first' }}",
	});
	const {endpoint: cursor} = await at(
		{type: 'CursorPagination', cursor_value: '{{ response.page + 1 }}'},
		`{{ ${token} or 'first' }}`,
	);
	deepStrictEqual(
		[cursor.expressions, cursor.paginator],
		[{from: "{{ cursor or 'first' }}"}, {type: 'cursor', cursor_value: '{{ response.page + 1 }}'}],
	);
});

test('a cursor inside the variables of a GraphQL query goes to its place there', async () => {
	const variables = {type: 'RequestOption', inject_into: 'body_json', field_name: 'variables'};
	const {endpoint, said} = await paged(
		{
			type: 'CursorPagination',
			cursor_value:
				'{{ \'{"page": {"first": 5, "after": "\' + response.info.end + \'"}}\' if response.info.end ' +
				'else "" }}',
			stop_condition: '{{ response.info.more is false }}',
		},
		{
			token: variables,
			requester: {http_method: 'POST', request_body_json: {query: 'query($page: P) { a }'}},
		} as object,
	);
	deepStrictEqual(endpoint.paginator, {
		type: 'cursor',
		cursor_path: 'info.end',
		cursor_body_path: 'variables.page.after',
		has_more_path: 'info.more',
	});
	deepStrictEqual(endpoint.json, {query: 'query($page: P) {{ a }}', variables: {page: {first: 5}}});
	match(said.join(), /the first request sends variables\.page\.first too/);
});

test('where the last record is the cursor, a page without rows is an end too', async () => {
	const {endpoint, said} = await paged({
		type: 'CursorPagination',
		cursor_value: '{{ last_record.id }}',
		stop_condition: '{{ response.links.next is none }}',
	});
	deepStrictEqual(endpoint.paginator, {
		type: 'cursor',
		cursor_path: 'data[-1].id',
		cursor_param: 'after',
		stop_after_empty_page: true,
	});
	match(said.join(), /one more request/);
});

test('a stop condition that no paginator knows becomes an expression', async () => {
	const stopWhen = async (stop_condition: string, cursor_value = '{{ response.next }}') => {
		const pagination_strategy = {type: 'CursorPagination', cursor_value, stop_condition};
		const page_token_option = {type: 'RequestOption', inject_into: 'request_parameter', field_name: 'after'};
		const {endpoint, reason} = await resourceOf({
			retriever: {paginator: {type: 'DefaultPaginator', pagination_strategy, page_token_option}},
		});
		return reason ?? endpoint.stop_when;
	};
	strictEqual(await stopWhen("{{ response.get('done', False) }}"), "{{ response.get('done', false) }}");
	strictEqual(
		await stopWhen("{{ headers['Link']['next']['results'] == 'false' }}"),
		"{{ headers.link.next.results == 'false' }}",
	);
	strictEqual(await stopWhen('{{ not response.has_more }}'), undefined);
	strictEqual(await stopWhen('{{ stream_state.x }}'), 'stop condition: an expression');
});

test('a link keeps the parameters of the endpoint, as in Airbyte', async () => {
	const options = {
		token: {type: 'RequestPath'},
		requester: {request_parameters: {limit: '50'}},
	} as object;
	const link = await paged({type: 'CursorPagination', cursor_value: '{{ response.next }}'}, options);
	deepStrictEqual(link.endpoint.paginator, {type: 'json_link', next_url_path: 'next', keep_params: true});
	deepStrictEqual(link.said, ['of a parameter that a link has too, only the value in the link is sent']);
	const value = "{{ headers['link']['next']['url'] }}";
	const header = await paged({type: 'CursorPagination', cursor_value: value}, options);
	deepStrictEqual(header.endpoint.paginator, {type: 'header_link', keep_params: true});
});

test('a link that an expression computes is below the base URL, and its values are encoded', async () => {
	const {endpoint, reason} = await paged(
		{
			type: 'CursorPagination',
			cursor_value:
				"{{ response['next'] if response['next'] is not none else ('v5/users?since=' ~ last_record.at) }}",
			stop_condition: "{{ not response['data'] or response['data'] | length < 1000 }}",
		},
		{
			token: {type: 'RequestPath'},
			requester: {
				request_parameters: {order: "{{ 'at' if 'since' in next_page_token.next_page_token }}"},
			},
		} as object,
	);
	strictEqual(reason, undefined);
	deepStrictEqual(endpoint.paginator, {
		type: 'cursor',
		cursor_value:
			"{{ response.next if response.next is not none else 'https://api.example.com/v5/users?since=' ~ " +
			'last_record.at | urlencode }}',
		keep_params: true,
	});
	strictEqual(endpoint.stop_when, '{{ not response.data or response.data | length < 1000 }}');
	const counted = await paged(
		{type: 'CursorPagination', cursor_value: "{{ response['num'] + 1 }}/info.json"},
		{token: {type: 'RequestPath'}},
	);
	deepStrictEqual(counted.endpoint.paginator, {
		type: 'cursor',
		cursor_value: 'https://api.example.com/{{ response.num + 1 }}/info.json',
		keep_params: true,
	});
});
