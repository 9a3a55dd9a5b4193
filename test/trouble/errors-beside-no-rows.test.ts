/**
 * Answers in mid-list that have an empty list and say in their own words that the request failed, and totals
 * and flags under the names of particular APIs.
 */
import {match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {Answer} from '../helpers/respond.ts';
import {ids, walk} from '../resource/walk.ts';

const rows = ids(0, 20);
const none: unknown[] = [];

async function read(
	second: object | undefined,
	paginator: unknown,
	first: object = {data: rows},
	selector = 'data',
) {
	let nth = 0;
	const {rows: came, message} = await walk(
		{fn: (): Answer => ({json: nth++ === 0 || second === undefined ? first : second})},
		{paginator: paginator as Paginator, selector},
		{retry: {maxRetries: 0}},
	);
	return {count: came.length, message};
}

const pages = () => pageNumber({basePage: 1});

const failures: Readonly<Record<string, object>> = {
	'status false and a message': {status: false, message: 'Too many requests', data: none},
	err: {err: 'backend gone', data: none},
	error_msg: {error_msg: 'no session', data: none},
	'retCode and retMsg': {retCode: 10006, retMsg: 'Too many visits', data: none},
	'a code in a header': {header: {resultCode: 22, resultMsg: 'LIMITED NUMBER OF REQUESTS'}, data: none},
	'a state of maps': {status: 'OVER_QUERY_LIMIT', data: none},
	'a denied state': {status: 'REQUEST_DENIED', data: none},
	'a code in meta': {meta: {code: 429, errorType: 'rate_limit'}, data: none},
	'a code in status': {status: {code: 503, message: 'Service Unavailable'}, data: none},
	'a message about a limit': {message: 'API rate limit exceeded for 10.0.0.1', data: none},
	hasError: {hasError: true, data: none},
	'a note': {Note: 'Thank you for using our API! Please try again in a minute.', data: none},
	'success: no': {success: 'no', data: none},
	ack: {ack: 'Failure', data: none},
	'an error code in a status': {ResponseStatus: {ErrorCode: 'ServerBusy'}, data: none},
};

for (const [name, answer] of Object.entries(failures)) {
	test(`a second page without rows is no end: ${name}`, async () => {
		const {count, message} = await read(answer, pages());
		strictEqual(count, 20);
		match(message, /error|in a response that is no error by its status|answered/i);
	});
}

test('an error beside an empty list inside of a wrapper is no end either', async () => {
	for (const inner of [{status: 'error', message: 'busy'}, {success: false}, {code: 429, msg: 'slow down'}]) {
		const first = {response: {data: rows}};
		const {count, message} = await read({response: {...inner, data: none}}, pages(), first, 'response.data');
		strictEqual(count, 20);
		match(message, /response\./);
	}
});

const ends: Readonly<Record<string, object>> = {
	'status true': {status: true, message: 'ok', data: none},
	'a friendly message': {message: 'No more items', data: none},
	'a code of success': {meta: {code: 200, message: 'success'}, data: none},
	'a code 0': {retCode: 0, retMsg: 'OK', data: none},
	'an ack of success': {ack: 'Success', data: none},
	'no error': {err: null, error_msg: '', hasError: false, data: none},
	'a description': {description: 'All orders of a customer', data: none},
};

for (const [name, answer] of Object.entries(ends)) {
	test(`a second page without rows is the end: ${name}`, async () => {
		const {count, message} = await read(answer, pages());
		strictEqual(message, '');
		strictEqual(count, 20);
	});
}

const more: readonly object[] = [
	{found: 50},
	{nhits: 50},
	{numberMatched: 50},
	{iTotalRecords: 50},
	{hitCount: 50},
	{'opensearch:totalResults': 50},
	{exceededTransferLimit: true},
	{more_data_available: true},
	{areMoreResultsAvailable: true},
	{is_end: false},
	{jobComplete: false},
	{terminated_early: true},
];

for (const sign of more) {
	test(`one page is not all where ${JSON.stringify(sign)} stands beside it`, async () => {
		const {message} = await read(undefined, singlePage(), {...sign, data: rows});
		match(message, /50|more/);
	});
}

test('the same names with other values say nothing', async () => {
	const first = {found: 20, numberMatched: 20, exceededTransferLimit: false, is_end: true, data: rows};
	strictEqual((await read(undefined, singlePage(), first)).message, '');
});
