/** Messages whose advice works. */
import {equal, match, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {selector} from '../../src/core/path/selector.ts';
import {orderOf} from '../../src/resource/incremental/order.ts';
import {config, server} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import type {Route} from '../helpers/server.ts';

test('versions at the cursor are refused without the advice to compare them as texts', () => {
	const {compare} = orderOf('max');
	throws(
		() => compare('1.10.0', '1.9.0'),
		/these look like versions.* name a time in cursor_path, or leave incremental out/,
	);
	throws(() => compare('12/31/2024', '01/02/2025'), /say in cursor_format how the times are written/);
});

test('an object keyed by dates is refused with both ways to read it', () => {
	const body = {data: {'2024-01-01': {a: 1}, '2024-01-02': {a: 2}}};
	throws(
		() => selector('data').select(body),
		/data_selector: "data\.\*"; .*in a column id: rows: \{from: object, key: id\}/,
	);
});

test('a line for Excel before the header of a CSV is told as what it is', async () => {
	const csv: Route = {
		path: '/r',
		respond: {text: 'sep=;\na;b\n1;2\n', headers: {'content-type': 'text/csv'}},
	};
	await using api = await server(csv);
	const resource = (more: object) => ({
		name: 'r',
		endpoint: {path: 'r', format: {type: 'csv', delimiter: ';', ...more}},
	});
	await using place = await workspace({
		'sluice.json': config(api.url, [resource({})]),
		'skips.json': config(api.url, [resource({skip_rows: 1})]),
	});
	match(
		(await place.sluice(['run'])).stderr,
		/this line tells Excel the delimiter; skip_rows: 1 leaves it out/,
	);
	equal((await place.sluice(['read', 'r', '-c', 'skips.json'])).stdout, '{"a":"1","b":"2"}\n');
});

test('slashes that convert puts into a date part the path', async () => {
	await using api = await server({path: '/days/2024/01/05', respond: {json: [{at: '2024-01-05'}]}});
	const incremental = `{cursor_path: 'at', initial_value: '2024-01-05', convert: value => value.replaceAll('-', '/')}`;
	const endpoint =
		"{path: 'days/{incremental.start_value}', data_selector: '$', paginator: 'single_page', incremental: " +
		`${incremental}}`;
	await using place = await workspace({
		'sluice.config.mjs': `export default {client: {base_url: '${api.url}'}, resources: [{name: 'r', endpoint: ${endpoint}}]};`,
	});
	equal((await place.sluice(['read', 'r', '-c', 'sluice.config.mjs'])).stdout, '{"at":"2024-01-05"}\n');
});

test('a link to another host that cannot be reached is told in whole sentences', async () => {
	const next = 'https://127.0.0.1:9/r';
	await using api = await server({path: '/r', respond: {json: {data: [{id: 1}], next}}});
	const endpoint = {path: 'r', data_selector: 'data', paginator: {type: 'json_link', next_url_path: 'next'}};
	await using place = await workspace({'sluice.json': config(api.url, [{name: 'r', endpoint}])});
	const {stderr} = await place.sluice(['run']);
	match(
		stderr,
		/is the port right\? A link or a redirect from .* leads there\. If this origin may have credentials, list it/,
	);
});
