/** For cases whose measured result is a defect: what Sluice does instead, said to the machine. */
import type {Expected, ExpectedRun, ExpectedTables} from './case.ts';

type Want = {
	readonly expect?: Expected;
	readonly error?: RegExp;
	readonly runs?: readonly ExpectedTables[];
	readonly reads?: readonly ExpectedRun[];
};

const page = (path: string, query?: Record<string, string[]>) => ({
	method: 'GET',
	path,
	...(query && {query}),
});
const ids = (...values: number[]) => values.map(id => ({id}));

export const wants: Readonly<Record<string, Want>> = {
	'inc-no-initial': {expect: {requests: [page('/r')]}},
	// The start of a parent is its own.
	'inc-child-two-pages': {
		expect: {
			requests: [
				page('/parents', {page: ['1']}),
				page('/p/1/kids', {since: ['5']}),
				page('/p/2/kids', {since: ['5']}),
				page('/parents', {page: ['2']}),
				page('/p/3/kids', {since: ['5']}),
				page('/p/4/kids', {since: ['5']}),
			],
			rows: {
				kids: [
					{pid: 1, u: 50},
					{pid: 2, u: 60},
					{pid: 3, u: 7},
					{pid: 4, u: 8},
				],
			},
		},
	},
	// A row that changed comes through, with a primary key too.
	'incr-boundary-dedup-pk': {
		reads: [
			{
				rows: {r: [{id: 1, u: '2024-01-05', v: 'a'}]},
				state_after: {u: {last_value: '2024-01-05', unique_hashes: 1}},
			},
			{
				rows: {
					r: [
						{id: 1, u: '2024-01-05', v: 'b'},
						{id: 2, u: '2024-01-05', v: 'c'},
					],
				},
				state_after: {u: {last_value: '2024-01-05', unique_hashes: 2}},
			},
		],
	},
	// What a row was before it changed is not known any more: should it change back, it comes through again.
	'incr-boundary-changed-row': {
		reads: [
			{state_after: {u: {last_value: '2024-01-05', unique_hashes: 1}}},
			{
				requests: [page('/r', {since: ['2024-01-05']})],
				rows: {r: [{id: 1, u: '2024-01-05', v: 'b'}]},
				state_after: {u: {last_value: '2024-01-05', unique_hashes: 1}},
			},
		],
	},
	// Only an empty page ends an offset without a total; the server of the case has none.
	'pag-offset-seed-no-total': {
		expect: {
			requests: ['0', '2', '3'].map(offset => page('/r', {offset: [offset], limit: ['2']})),
			rows: {r: ids(0, 1, 2)},
		},
		error: /offset=3.* answered 404/,
	},
	// An empty page is no end while the server promises more.
	'pag-offset-has-more-empty-page': {
		expect: {requests: ['0', '2'].map(offset => page('/r', {offset: [offset], limit: ['2']}))},
		error: /offset=2.* answered 404/,
	},
	// Nor is it before the last of the stated pages.
	'sel-auto-sticks': {
		expect: {requests: ['1', '2'].map(number => page('/r', {page: [number]})), rows: {r: []}},
		error: /no list of records, though the server has stated a total/,
	},
	'pag-offset-null-total': {
		expect: {
			requests: [page('/r', {offset: ['0'], limit: ['2']}), page('/r', {offset: ['2'], limit: ['2']})],
			rows: {r: ids(0, 1)},
		},
	},
	'pag-cursor-has-more-true-null-cursor': {
		expect: {requests: [page('/r')], rows: {r: ids(0, 1)}},
		error: /promises another page/,
	},
	'pag-cursor-same-cursor': {
		expect: {requests: [page('/r'), page('/r', {cursor: ['same']})]},
		error: /the same as for|leads back/,
	},
	'pag-json-link-empty-string': {expect: {requests: [page('/r')], rows: {r: ids(0, 1)}}},
	'auto-odata': {expect: {requests: [page('/r'), page('/r', {p: ['2']})], rows: {r: ids(0, 1, 2)}}},
	'auto-single': {
		expect: {requests: [page('/r'), page('/r', {offset: ['2'], limit: ['2']})]},
		error: /the same as for/,
	},
	'sel-auto-nested-before': {expect: {rows: {r: ids(0, 1)}}},
	'sel-auto-object-with-list': {expect: {rows: {r: [{id: 1, tags: ['a', 'b']}]}}},
	'sel-auto-dotted-key': {expect: {rows: {r: ids(0, 1)}}},
	'sel-auto-spaced-key': {expect: {rows: {r: ids(0, 1)}}},
	'sel-204': {expect: {requests: [page('/r')], rows: {r: []}}},
	'req-param-types': {
		expect: {requests: [page('/r', {a: ['true'], c: ['1', '2'], d: ['1.5'], e: ['x y&z'], f: ['']})]},
	},
	'auth-api-key-query-next-link': {
		expect: {
			requests: [page('/r', {api_key: ['K']}), page('/r', {page: ['2'], api_key: ['K']})],
			rows: {r: ids(0, 1)},
		},
	},
	'auth-api-key-cookie': {
		expect: {requests: [{...page('/r'), headers: {cookie: 'sid=K'}}], rows: {r: ids(0)}},
	},
	'auth-oauth2-per-resource': {
		expect: {
			requests: [
				{
					method: 'POST',
					path: '/token',
					form: 'client_id=cid&client_secret=sec&grant_type=client_credentials&scope=read',
				},
				{...page('/a'), headers: {authorization: 'Bearer T1'}},
				{...page('/b'), headers: {authorization: 'Bearer T1'}},
				{...page('/c'), headers: {authorization: 'Bearer T1'}},
			],
		},
	},
	'auth-oauth2-401': {
		expect: {
			requests: [
				{
					method: 'POST',
					path: '/token',
					form: 'client_id=cid&client_secret=sec&grant_type=client_credentials&scope=read',
				},
				{...page('/r'), headers: {authorization: 'Bearer T1'}},
				{
					method: 'POST',
					path: '/token',
					form: 'client_id=cid&client_secret=sec&grant_type=client_credentials&scope=read',
				},
				{...page('/r'), headers: {authorization: 'Bearer T2'}},
			],
			rows: {r: ids(0)},
		},
	},
	// The config is taken; the server of the case then has no token to give.
	'auth-seed-oauth2': {
		expect: {
			requests: [
				{method: 'POST', path: '/token', form: 'client_id=a&client_secret=b&grant_type=client_credentials'},
			],
		},
		error: /token/,
	},
	'auth-secret-leak': {expect: {requests: [page('/r', {appid: ['SECRET']})]}, error: /^(?!.*SECRET).*403/s},
	'ra-string-status': {expect: {requests: [page('/r')], rows: {r: []}}},
	'retry-after-capped': {expect: {requests: [page('/r'), page('/r')], rows: {r: ids(0)}, waits_s: [900]}},
	'retry-after-zero': {
		expect: {requests: [page('/r'), page('/r'), page('/r'), page('/r'), page('/r')], waits_s: [1, 2, 4, 8]},
		error: /429/,
	},
	'retry-not-408': {
		expect: {requests: [page('/r'), page('/r'), page('/r'), page('/r'), page('/r')], waits_s: [1, 2, 4, 8]},
		error: /408/,
	},
	'def-headers-replaced': {
		expect: {
			requests: [
				{...page('/a'), headers: {'x-r': '1', 'x-d': '1'}},
				{...page('/b'), headers: {'x-r': null, 'x-d': '1'}},
			],
		},
	},
	'val-no-base-url': {expect: {requests: []}, error: /client\.base_url/},
	'val-no-name': {expect: {requests: []}, error: /resources\[0\]\.name/},
	'val-method-lower': {expect: {requests: [{method: 'POST', path: '/a'}]}, error: /404/},
	'val-params-null': {expect: {requests: [page('/a')]}, error: /404/},
	'val-defaults-endpoint-string': {expect: {requests: []}, error: /resource_defaults\.endpoint/},
	'val-bad-jsonpath': {expect: {requests: []}, error: /data_selector/},
	'rel-include-dotted': {
		expect: {
			requests: [page('/parents', {page: ['1']}), page('/p/1/kids')],
			rows: {kids: [{pid: 1, u: 10, _parents_n__a: 5}]},
		},
	},
	'rel-null-field': {
		expect: {requests: [page('/parents', {page: ['1']})]},
		error: /record 1 of page 1: no value for/,
	},
	// Once a parent, unless the config says distinct.
	'rel-duplicates': {
		expect: {
			requests: [page('/parents', {page: ['1']}), page('/p/1/kids'), page('/p/1/kids')],
			rows: {
				kids: [
					{pid: 1, u: 10},
					{pid: 1, u: 10},
				],
			},
		},
	},
	// Children take their turns in the order of the config.
	'rel-two-children': {
		expect: {
			requests: [
				page('/parents', {page: ['1']}),
				page('/p/1/kids'),
				page('/p/2/kids'),
				page('/q/1'),
				page('/q/2'),
			],
			rows: {
				a: [
					{pid: 1, u: 10},
					{pid: 2, u: 20},
				],
				b: [{q: 1}, {q: 2}],
			},
		},
	},
	// One row for each key; within a run the first one stays, unless the config says keep: last.
	'disp-merge-files': {
		runs: [
			{tables_on_disk_after: {items: [{id: 1, v: 'b'}]}},
			{
				tables_on_disk_after: {
					items: [
						{id: 1, v: 'c'},
						{id: 2, v: 'd'},
					],
				},
			},
		],
	},
	'norm-null-only': {
		runs: [
			{
				tables_on_disk_after: {
					items: [
						{id: 1, n: null},
						{id: 2, n: null},
					],
				},
				columns: {items: {id: {data_type: 'bigint', nullable: true}, n: {data_type: 'text', nullable: true}}},
			},
		],
	},
	// Neither is a word true or false beyond doubt, in a column that nobody declared.
	'norm-bool-int': {
		runs: [
			{
				tables_on_disk_after: {
					items: [{x: true}, {x__v_bigint: 2}, {x: false}, {x__v_text: 'yes'}, {x__v_text: 'maybe'}],
				},
				columns: {
					items: {
						x: {data_type: 'bool', nullable: true},
						x__v_bigint: {data_type: 'bigint', nullable: true},
						x__v_text: {data_type: 'text', nullable: true},
					},
				},
			},
		],
	},
	'norm-big-int-over': {runs: [{columns: {items: {a: {data_type: 'decimal', nullable: true}}}}]},
	'norm-naming-collision': {
		runs: [
			{
				tables_on_disk_after: {items: [{user_id: 1, user_id__2: 2}]},
				columns: {
					items: {
						user_id: {data_type: 'bigint', nullable: true},
						user_id__2: {data_type: 'bigint', nullable: true},
					},
				},
			},
		],
	},
	'norm-hint-decimal-float': {
		runs: [{tables_on_disk_after: {items: [{p: '1.1'}]}, columns: {items: {p: {data_type: 'decimal'}}}}],
	},
};
