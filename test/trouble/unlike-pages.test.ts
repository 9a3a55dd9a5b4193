/** Answers to failed requests with a status 200, which show by the pages before them alone. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {Answer} from '../helpers/respond.ts';
import {ids, walk} from '../resource/walk.ts';

interface Page {
	readonly rows: number;
	readonly around?: object;
	readonly headers?: Record<string, string>;
}

const full: Page = {rows: 20};

async function read(pages: readonly Page[], options: {ignoreMore?: true} = {}, by?: unknown) {
	let nth = 0;
	const warnings: string[] = [];
	const respond = (): Answer => {
		const {rows, around = {}, headers = {}} = pages[nth++] ?? {rows: 0};
		const from = nth * 100;
		return {json: {...around, data: ids(from, from + rows)}, headers};
	};
	const {message} = await walk(
		{fn: respond},
		{
			paginator: (by ?? pageNumber({basePage: 1, ...options})) as Paginator,
			selector: 'data',
			onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
		},
	);
	return {message, warnings};
}

const odd: Readonly<Record<string, object>> = {
	'a word in a new key': {Note: 'Thank you for using our API! Our call frequency is 5 calls per minute'},
	'a code in words': {code: 'RATE_LIMITED'},
	'a type of error': {type: 'error'},
	'a new flag': {authenticated: false},
	'another new flag': {maintenance: true},
	'a union type': {__typename: 'RateLimited'},
	'a state without a name for errors': {status: '0', message: 'NOTOK'},
	'an error about a part': {region_error: 'could not be reached'},
	'a word one level down': {info: {outcome: 'backend gone'}},
};

for (const [what, around] of Object.entries(odd)) {
	test(`an empty page with ${what} that no page before had is told`, async () => {
		const {message, warnings} = await read([full, full, {rows: 0, around}]);
		deepStrictEqual([message, warnings.length], ['', 1]);
		match(
			warnings[0] ?? '',
			/^(unlike-pages: a page of 0 rows is unlike the pages before it: ".*no page before|api-warning: .*(true|false|reached")\.)/,
		);
	});
}

test('a short page in mid-list is told by the same signs', async () => {
	for (const around of [{partial: true}, {truncated: true}, {items_left: 15}, {status: 'PARTIAL_CONTENT'}]) {
		const {warnings} = await read([full, {rows: 5, around}, full]);
		strictEqual(warnings.length, 1, JSON.stringify(around));
		match(warnings[0] ?? '', /^unlike-pages: a page of 5 rows/);
	}
});

test('a flag that says of each page but the last that it is cut is no sign', async () => {
	const {warnings, message} = await read([
		{rows: 20, around: {truncated: true}},
		{rows: 15, around: {truncated: true}},
		{rows: 7, around: {truncated: false}},
	]);
	deepStrictEqual([message, warnings], ['', []]);
});

test('a state that was the same on all pages, and is another one on an empty page, is told', async () => {
	const ok = {rows: 20, around: {status: 'ok', code: 0}};
	for (const around of [
		{status: 'queued', code: 0},
		{status: 'ok', code: 17},
	]) {
		const {warnings} = await read([ok, {rows: 0, around}]);
		match(warnings[0] ?? '', /and on the pages before it was ("ok"|0)/);
	}
});

test('an empty page that lacks the envelope of all pages before is told', async () => {
	const {warnings} = await read([{rows: 20, around: {status: 'ok', dataset: 'orders'}}, {rows: 0}]);
	match(warnings[0] ?? '', /it lacks "status", "dataset", which all pages before had/);
});

test('the full last page of a cursor is compared as well', async () => {
	const by = cursor({cursorPath: 'next', cursorParam: 'at'});
	const {warnings} = await read(
		[
			{rows: 20, around: {next: 'a'}},
			{rows: 20, around: {next: null, cursor_note: 'rate limit, try again'}},
		],
		{},
		by,
	);
	match(warnings[0] ?? '', /^unlike-pages: a page of 20 rows .*"cursor_note" is "rate limit/);
});

test('a total that is met, or ignore_more, settles it', async () => {
	const around = {Note: 'five calls a minute', total: 40};
	const met = await read([
		{rows: 20, around: {total: 40}},
		{rows: 20, around: {total: 40}},
		{rows: 0, around},
	]);
	deepStrictEqual([met.message, met.warnings], ['', []]);
	const ignored = await read([full, {rows: 0, around: {Note: 'five calls a minute'}}], {ignoreMore: true});
	deepStrictEqual([ignored.message, ignored.warnings], ['', []]);
});

const headers: Readonly<Record<string, string>> = {
	'retry-after': '30',
	'x-ratelimit-remaining': '0',
	'x-error': 'backend timeout',
	'x-error-message': 'over quota',
	status: '503 Service Unavailable',
	'grpc-status': '8',
	'x-amzn-errortype': 'ThrottlingException',
	'x-clickhouse-exception-code': '241',
	'x-ms-error-code': 'ServerBusy',
};

for (const [name, value] of Object.entries(headers)) {
	test(`the header ${name} beside an empty list in mid-list is told`, async () => {
		const {warnings} = await read([full, {rows: 0, headers: {[name]: value}}]);
		match(warnings[0] ?? '', new RegExp(`^api-warning: .*the header ${name}: ${value}`));
	});
}
