import assert from 'node:assert/strict';
import {test} from 'node:test';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {readConfig} from '../helpers/read-config.ts';
import {startServer} from '../helpers/server.ts';

const parse = (endpoint: object, defaults: object = {}) =>
	parseConfig({
		client: {base_url: 'http://127.0.0.1'},
		resource_defaults: {endpoint: defaults},
		resources: [{name: 'r', endpoint}],
	});

test('a format is a word, or CSV or XML with options', () => {
	const format = (value: unknown) => resolveResources(parse({format: value}))[0]?.endpoint.format;
	assert.deepEqual(format('jsonl'), {type: 'jsonl'});
	assert.deepEqual(format('csv'), {type: 'csv', delimiter: ',', header: true});
	assert.deepEqual(format({type: 'csv', delimiter: ';', header: ['a']}), {
		type: 'csv',
		delimiter: ';',
		header: ['a'],
	});
	assert.deepEqual(format('xml'), {type: 'xml', attribute_prefix: '@', lists: []});
	assert.deepEqual(format({type: 'xml', lists: ['tag']}), {
		type: 'xml',
		attribute_prefix: '@',
		lists: ['tag'],
	});
	assert.equal(format(null), undefined);
});

test('what cannot be a format is refused with its place', () => {
	assert.throws(() => parse({format: 'yaml'}), /resources\[0\]\.endpoint\.format/);
	assert.throws(
		() => parse({format: {type: 'csv', delimiter: '||'}}),
		/format\.delimiter: expected one character/,
	);
	assert.throws(
		() => parse({format: {type: 'xml', attribute_prefix: ''}}),
		/format\.attribute_prefix: must not be empty/,
	);
	assert.throws(
		() => parse({format: {type: 'xlm'}}),
		/format.type: expected json, jsonl, csv, xml or auto, got "xlm" \(did you mean "xml"\?\)/,
	);
	assert.throws(
		() => parse({format: {type: 'csv', header: ['a', 'a']}}),
		/format\.header: two columns named "a"/,
	);
});

test('a body of nothing but rows has no selector', () => {
	assert.throws(
		() => parse({format: 'csv', data_selector: 'data'}),
		/data_selector: a body in csv is nothing but rows; leave it out/,
	);
	assert.throws(
		() => parse({format: {type: 'csv'}}, {data_selector: 'data'}),
		/write data_selector: '\$' here/,
	);
	parse({format: 'jsonl', data_selector: '$'}, {data_selector: 'data'});
	parse({format: 'auto', data_selector: 'data'});
});

test('pages of CSV and JSON Lines follow links and offsets', async () => {
	const server = await startServer([
		{
			path: '/a',
			match: {query: {page: '2'}},
			respond: {text: 'id\n3\n', headers: {'content-type': 'text/csv'}},
		},
		{
			path: '/a',
			respond: {
				text: 'id\n1\n2\n',
				headers: {'content-type': 'text/csv', link: '<{{BASE}}/a?page=2>; rel="next"'},
			},
		},
		{path: '/b', match: {query: {offset: '0'}}, respond: {text: '{"id":1}\n{"id":2}\n'}},
		{path: '/b', match: {query: {offset: '2'}}, respond: {text: '{"id":3}\n'}},
		{path: '/b', match: {query: {offset: '3'}}, respond: {text: ''}},
	]);
	try {
		const rows = await readConfig({
			client: {base_url: server.url, concurrency: 1},
			resources: [
				{name: 'a', endpoint: {format: 'auto'}},
				{name: 'b', endpoint: {format: 'jsonl', paginator: {type: 'offset', limit: 2}}},
			],
		});
		assert.deepEqual(rows, {a: [{id: '1'}, {id: '2'}, {id: '3'}], b: [{id: 1}, {id: 2}, {id: 3}]});
		assert.equal(server.requests.length, 5);
	} finally {
		await server.close();
	}
});
