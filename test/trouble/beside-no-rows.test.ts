/**
 * Answers without rows that say in words that they failed, under names that no table has, and others that are
 * only empty. And other signs at the end of a list: a changed answer, a 204, a total that counts one page.
 */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {Answer} from '../helpers/respond.ts';
import type {RecordedRequest} from '../helpers/server.ts';
import {ids, walk} from '../resource/walk.ts';

async function read(
	answer: (request: RecordedRequest) => Answer,
	paginator: unknown = singlePage(),
	selector: string | undefined = 'data',
) {
	const warnings: string[] = [];
	const {rows, message, requests} = await walk(
		{fn: request => answer(request)},
		{
			paginator: paginator as Paginator,
			...(selector && {selector}),
			onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
		},
		{retry: {maxRetries: 0}},
	);
	return {count: rows.length, message, warnings, requests: requests.length};
}

const failed: Readonly<Record<string, object>> = {
	'a fault of SOAP': {faultcode: 'Server.Timeout', faultstring: 'The backend timed out'},
	'an exception of .NET': {ExceptionMessage: 'Timeout expired.', ExceptionType: 'System.TimeoutException'},
	'a flag of an error': {isError: true},
	'a number as a flag': {is_failed: 1},
	'a list of errors under a name of its own': {errorList: [{msg: 'timeout'}]},
	'errors by field': {validationErrors: {page: ['bad']}},
	'a number of errors': {meta: {errors_count: 1}},
	'the state of a query': {queryStatus: 'CANCELLED'},
	'the state of a job': {job: {state: 'FAILED'}},
	'a list of messages': {messages: [{severity: 'ERROR', text: 'Query failed on node 2'}]},
	'alerts without a name for them': {alerts: ['Service degraded: results unavailable']},
	'a time to wait': {retry_after: 30},
	'a time to wait in camel case': {retryAfterMs: 3000},
	'no permission': {permission: false},
	'a session that is over': {session_expired: true},
	'a step that is required': {captcha_required: true},
	German: {fehler: 'Zeitüberschreitung'},
	French: {info: 'Trop de requêtes, réessayez plus tard'},
	Spanish: {exito: false, mensaje: 'Demasiadas solicitudes'},
	'points of GraphQL that are used up': {
		extensions: {cost: {throttleStatus: {maximumAvailable: 1000, currentlyAvailable: 0}}},
	},
};

for (const [what, around] of Object.entries(failed)) {
	test(`beside no rows, ${what} is told, on the first page and on a later one`, async () => {
		const first = await read(() => ({json: {...around, data: []}}));
		match(
			`${first.message} ${first.warnings.join()}`,
			/api-warning: the API says, at|with an error in the body/,
		);
		const pages = [{data: ids(0, 20)}, {...around, data: []}];
		const later = await read(
			({query}) => ({json: pages[Number(query.page?.[0])] ?? {data: []}}),
			pageNumber({basePage: 0, totalPath: null}),
		);
		match(`${later.message} ${later.warnings.join()}`, /api-warning|unlike-pages|with an error in the body/);
	});
}

const empty: Readonly<Record<string, object>> = {
	'a list of Stripe': {object: 'list', url: '/v1/customers', has_more: false},
	'errors that are none': {error: null, errors: [], error_code: 0, error_message: '', isError: false},
	'a word for none': {status: 'success', code: 200, message: 'No records found'},
	'filters that come back': {filters: {status: 'failed', error: true}, query: {state: 'expired'}},
	'levels of access': {access: 'full', level: 'info', health: 'green', permission: 'read'},
	'numbers that are 0': {total: 0, failed: 0, errors_count: 0, timeouts: 0, retry_after: 0},
	'a quota with something left': {quota_remaining: 299, rate: {limit: 60, remaining: 59}},
	'an account with a state of its own': {account: {id: 7, status: 'suspended', error: 'card expired'}},
	'places of documentation': {error_docs: 'https://x/errors', errors_url: '/errors'},
	'numbers of the client': {timeout_seconds: 30, max_retries: 3, retry_policy: {on_error: 'stop'}},
	'a title and a text about the rows': {title: 'Failed payments', description: 'Payments with an error'},
	'flags that are off': {success: true, failed: false, active: false, changed: false},
	'lists that are empty': {blocked: [], suspended: [], expired: null},
};

for (const [what, around] of Object.entries(empty)) {
	test(`beside no rows, ${what} is no sign of a failure`, async () => {
		const {message, warnings} = await read(() => ({json: {...around, data: []}}));
		deepStrictEqual([message, warnings], ['', []]);
	});
}

const cut: Readonly<Record<string, object>> = {
	'a failure of a part': {partial_failure: true},
	'time that ran out': {timedOut: true},
	'a limit that was hit': {limitHit: true},
	'a limited set': {resultSetLimited: true},
	'a list that is not loaded': {all_loaded: false},
	'shards that failed': {failedShards: 1},
	'shards of a search': {shards: {total: 5, failed: 2}},
	'rows that are hidden from the reader': {redacted_count: 33},
	'a number of more rows': {moreRows: {count: 33}},
	'a text in a list of messages': {messages: [{type: 'info', text: 'Result truncated to 17 rows'}]},
	'a key of DynamoDB': {LastEvaluatedKey: {id: {N: '17'}}},
	'a total of Hydra': {'hydra:totalItems': 50},
	'a view of Hydra': {'hydra:view': {'@id': '/r?page=1', 'hydra:next': '/r?page=2'}},
	'a number of rows': {numRows: 50},
};

for (const [what, around] of Object.entries(cut)) {
	test(`beside rows, ${what} says that some are missing`, async () => {
		const {message, warnings} = await read(() => ({json: {...around, data: ids(0, 17)}}));
		match(
			`${message} ${warnings.join()}`,
			/api-warning|more rows follow|17 of 50 rows|with an error in the body/,
		);
	});
}

const untilLast: Readonly<Record<string, (isLast: boolean) => object>> = {
	'all_loaded: false': isLast => ({all_loaded: isLast}),
	'exhausted: false': isLast => ({exhausted: isLast}),
	'final: false': isLast => ({final: isLast}),
	'limit_hit: true': isLast => ({limit_hit: !isLast}),
	'a number of more rows': isLast => ({more: isLast ? null : {count: 7}}),
};

for (const [what, around] of Object.entries(untilLast)) {
	test(`beside a page in the middle, ${what} says that another page follows; beside the last, that rows are missing`, async () => {
		const paged = (isHonest: boolean) =>
			read(
				({query}) => {
					const page = Number(query.page?.[0]);
					const rows = ids(page * 20, Math.min(page * 20 + 20, 47));
					return {json: {data: rows, ...around(isHonest && page >= 2)}};
				},
				pageNumber({basePage: 0, totalPath: null}),
			);
		deepStrictEqual((await paged(true)).warnings, []);
		match((await paged(false)).warnings.join(), /^api-warning/);
	});
}

test('beside rows, flags of other things and of what the server can do are no signs', async () => {
	const around = {partial_refunds: true, partial_match: true, price_capped: true};
	const headers = {'x-request-timeout': '1', 'x-supports-partial-content': 'true', 'x-allow-stale': 'true'};
	const {message, warnings} = await read(() => ({json: {...around, data: ids(0, 17)}, headers}));
	deepStrictEqual([message, warnings], ['', []]);
});

test('a header that warns of an old version is no sign', async () => {
	const headers = {'x-shopify-api-version-warning': 'https://shopify.dev/concepts/about-apis/versioning'};
	deepStrictEqual((await read(() => ({json: {data: ids(0, 17)}, headers}))).warnings, []);
});

test('options of the request that come back are no signs', async () => {
	const around = {
		allow_partial: true,
		include_incomplete: true,
		limited_edition: true,
		missing_ok: true,
		messages: [{id: 1, text: 'The export failed, please try again'}],
	};
	const {message, warnings} = await read(() => ({json: {...around, data: ids(0, 17)}}));
	deepStrictEqual([message, warnings], ['', []]);
});

test('a header can say that rows are missing, and a Link header may have single quotes', async () => {
	for (const headers of [
		{'x-partial-content': 'true'},
		{'x-records': '50'},
		{link: "</r?page=2>;rel='next'"},
	]) {
		const {message, warnings} = await read(() => ({json: {data: ids(0, 17)}, headers}));
		match(`${message} ${warnings.join()}`, /api-warning|17 of 50 rows|more rows follow/);
	}
	const pages = [
		{json: {data: ids(0, 20)}},
		{json: {data: []}, headers: {'x-cache': 'Error from cloudfront'}},
	];
	const {warnings} = await read(
		({query}) => pages[Number(query.page?.[0])] ?? {json: {data: []}},
		pageNumber({basePage: 0, totalPath: null}),
	);
	match(warnings.join(), /api-warning.*x-cache/);
});

test('a status 203 is told, as a proxy has changed the rows', async () => {
	const {count, warnings} = await read(() => ({status: 203, json: {data: ids(0, 13)}}));
	strictEqual(count, 13);
	match(warnings.join(), /^api-warning: .*203/);
});

test('a status 206 in mid-walk, with fewer rows than the page before, is told', async () => {
	const pages: Answer[] = [{json: {data: ids(0, 20)}}, {status: 206, json: {data: ids(20, 25)}}];
	const {warnings} = await read(
		({query}) => pages[Number(query.page?.[0])] ?? {json: {data: []}},
		pageNumber({basePage: 0, totalPath: null}),
	);
	match(warnings.join(), /^api-warning: .*206/);
});

test('one 204 in mid-walk is passed over and told, and two in a row end the walk', async () => {
	const answer =
		(gone: number) =>
		({query}: RecordedRequest): Answer => {
			const page = Number(query.page?.[0]);
			const rows = ids(page * 17, Math.min(page * 17 + 17, 50));
			return page === gone || rows.length === 0 ? {status: 204} : {json: {data: rows}};
		};
	const paginator = pageNumber({basePage: 0, totalPath: null});
	const gap = await read(answer(1), paginator);
	strictEqual(gap.count, 33);
	match(gap.warnings.join(), /^no-content: status 204.*rows followed it at page 2/);
	const whole = await read(answer(9), paginator);
	deepStrictEqual([whole.count, whole.message, whole.warnings, whole.requests], [50, '', [], 5]);
});

test('auto asks for more where the total is the number of rows of a first page that looks full', async () => {
	const paged = await read(({query}) => {
		const from = (Number(query.page?.[0] ?? 1) - 1) * 20;
		const rows = ids(from, Math.min(from + 20, 50));
		return {json: {data: rows, total: rows.length}};
	}, auto());
	deepStrictEqual([paged.count, paged.message], [50, '']);
	const byIndex = await read(
		({query}) => {
			const start = Number(query.startIndex?.[0] ?? 1);
			const rows = ids(start - 1, Math.min(start + 19, 50));
			return {json: {totalResults: rows.length, itemsPerPage: 20, startIndex: start, Resources: rows}};
		},
		auto(),
		'',
	);
	deepStrictEqual([byIndex.count, byIndex.message], [50, '']);
	for (const second of [{json: {data: ids(0, 20), total: 20}}, {status: 400, json: {error: 'unknown'}}]) {
		const only = await read(
			({query}) => (query.page ? second : {json: {data: ids(0, 20), total: 20}}),
			auto(),
		);
		deepStrictEqual([only.count, only.message, only.warnings], [20, '', []]);
	}
});

test('auto fails where the second page has its rows in another list', async () => {
	const {message} = await read(
		({query}) => ({json: query.page ? {data: [], items: ids(20, 40)} : {data: ids(0, 20)}}),
		auto(),
	);
	match(message, /no rows at "data".*now there are rows at "items"/);
});

test('a guessed list of answers to several requests is searched for errors', async () => {
	for (const part of [
		{timed_out: true, hits: {hits: []}},
		{status: 500, body: {error: 'x'}},
	]) {
		const {message} = await read(
			() => ({json: {responses: [{status: 200, body: ids(0, 3)}, part]}}),
			auto(),
			'',
		);
		match(message, /with an error in the body: responses\[1\]\./);
	}
	const log = [{path: '/x', status: 404}];
	deepStrictEqual((await read(() => ({json: {requests: log}}), auto(), '')).message, '');
});

test('a scroll id that the server does not take is a sign of more', async () => {
	const {message} = await read(() => ({json: {data: ids(0, 17), scroll_id: 'DXF1ZXJ5'}}), auto());
	match(message, /more rows follow.*"scroll_id"/);
});

test('an offset reads on after a total that counts its pages', async () => {
	const {count} = await read(
		({query}) => {
			const from = Number(query.offset?.[0] ?? 0);
			return {json: {data: ids(from, Math.min(from + 20, 50)), total: 20}};
		},
		offset({limit: 20}),
	);
	strictEqual(count, 50);
});
