/** Lists that end in an error or a summary, and answers whose rows are none. */
import {deepEqual, match} from 'node:assert/strict';
import {test} from 'node:test';
import {csvDecoder} from '../../src/http/decode/csv.ts';
import {jsonlDecoder} from '../../src/http/decode/jsonl.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import {ids, walk} from '../resource/walk.ts';

const rows = ids(0, 5).map(({id}) => ({id, name: `n${id}`}));

async function read(body: unknown[] | string, options: Partial<ResourceOptions> = {}) {
	const warned: string[] = [];
	const answer = typeof body === 'string' ? {text: body} : {json: {data: body}};
	const read = {...(typeof body !== 'string' && {selector: 'data'}), ...options};
	const {message, rows: came} = await walk(answer, {...read, onWarning: ({code}) => warned.push(code)});
	return {message, warned, count: came.length};
}

const csv = (...last: string[]) =>
	['id,name', ...rows.map(({id, name}) => `${id},${name}`), ...last].join('\n');
const jsonl = (...last: object[]) => [...rows, ...last].map(row => JSON.stringify(row)).join('\n');
const [asCsv, asLines] = [{decoder: csvDecoder()}, {decoder: jsonlDecoder}];

const failures: [what: string, body: unknown[] | string, options: Partial<ResourceOptions>, said: RegExp][] =
	[
		['an error among records', [...rows, {error: {message: 'no more'}}], {}, /last row is an error.*no more/],
		['a line of type error', jsonl({type: 'error', text: 'gone'}), asLines, /last row is an error.*gone/],
		['a line that says aborted', jsonl({status: 'aborted', rows: 5}), asLines, /aborted/],
		['an error in the columns of CSV', csv('ERROR,query timed out'), asCsv, /query timed out/],
		['an exception in CSV of one column', 'id\n1\n2\nDB::Exception: Memory limit\n', asCsv, /Memory limit/],
		['CSV that has an error alone', 'error,message\nRATE_LIMIT,Too many\n', asCsv, /RATE_LIMIT/],
		[
			'a sentence in place of CSV',
			'Rate limit exceeded. Try again later.\n',
			asCsv,
			/sentence in place of the header/,
		],
		[
			'a sentence with a comma',
			'Request failed, please wait a minute\n',
			asCsv,
			/sentence in place of the header/,
		],
	];
for (const [what, body, options, said] of failures)
	test(`a list is not whole with ${what}`, async () => {
		match((await read(body, options)).message, said);
	});

const doubts: [what: string, body: unknown[] | string, options: Partial<ResourceOptions>, code: string][] = [
	['a line with a summary', jsonl({summary: {total: 50, sent: 5}}), asLines, 'odd-row'],
	['a line with a token', jsonl({next_cursor: 'c5'}), asLines, 'odd-row'],
	['a line of numbers before the rows', [{meta: {total: 50}}, ...rows], {}, 'odd-row'],
	['a last record of nulls', [...rows, {id: null, name: null}], {}, 'odd-row'],
	['dots in place of the other rows of CSV', csv('... truncated,'), asCsv, 'odd-row'],
	['a comment in CSV', csv('# 5 of 50 rows shown,'), asCsv, 'odd-row'],
	['records without fields', [...rows, {}, {}], {}, 'empty-records'],
];
for (const [what, body, options, code] of doubts)
	test(`a list is told of with ${what}`, async () => {
		deepEqual((await read(body, options)).warned, [code]);
	});

const fine: [what: string, body: unknown[] | string, options: Partial<ResourceOptions>][] = [
	['rows with errors of their own', rows.map(row => ({...row, error: 'E', status: 'failed'})), {}],
	[
		'rows of a log',
		[
			{type: 'info', text: 'a'},
			{type: 'error', text: 'b'},
		],
		{},
	],
	[
		'rows with fields of their own',
		[
			{id: 1, a: 1},
			{id: 2, b: 1},
		],
		{},
	],
	['a record with one value', [rows[0], {id: 7, name: null}], {}],
	['words in a column of numbers', csv('N/A,unknown'), asCsv],
	['errors in a column of words', 'name,state\na,ok\nb,error\n', asCsv],
	['a header alone', 'id,number of open cases\n', asCsv],
	['an error as a row, with error_path: null', [...rows, {error: 'x'}], {errorPath: null}],
];
for (const [what, body, options] of fine)
	test(`a list is whole with ${what}`, async () => {
		const {message, warned} = await read(body, options);
		deepEqual({message, warned}, {message: '', warned: []});
	});
