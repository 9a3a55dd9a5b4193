/** The page about a run: what a browser shows of it, and what it must not. */
import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, rows, server, single} from '../cli/config.ts';
import {type Ran, type Workspace, workspace} from '../helpers/binary.ts';
import {findChromium, type Opened, openInChromium} from '../helpers/chromium.ts';
import type {Route} from '../helpers/server.ts';

const main = join(import.meta.dirname, '../../../dist/src/cli/main.js');
const chromium = await findChromium();
const withBrowser = chromium === undefined ? {skip: 'there is no Chromium'} : {};

/** The built command line: only its page has a script and a style. */
function built(place: Workspace, words: string): Promise<Ran> {
	return place.shell(`'${process.execPath}' '${main}' ${words}`);
}

function open(place: Workspace, file: string): Promise<Opened> {
	return openInChromium(chromium ?? '', join(place.path, file));
}

/** The cells under these titles, by row, of one section. */
function cells(page: string, section: string, ...titles: string[]): string[][] {
	const [, body = ''] = new RegExp(`<section id="${section}">([\\s\\S]*?)</section>`).exec(page) ?? [];
	return [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)]
		.map(([, row = '']) => titles.map(title => text(row, `data-column="${title}">`)))
		.filter(row => row.some(Boolean));
}

function text(html: string, before: string): string {
	const [, inside = ''] = html.split(before);
	const [cell = ''] = inside.split(/<\/t[dr]>|<\/dd>|<\/figcaption>/);
	return cell
		.replace(/<[^>]+>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
}

const events: Route = {
	path: '/events',
	respond: {
		fn: ({query: {offset}}) => {
			const from = Number(offset?.[0] ?? 0);
			const data = [0, 1].map(i => ({id: from + i, at: i === 1 && from === 2 ? 'x' : 1}));
			return {json: {total: 6, data: from < 6 ? data : []}};
		},
	},
};
const resource = {
	name: 'events',
	columns: {at: {data_type: 'bigint'}},
	schema_contract: {data_type: 'discard_row'},
	endpoint: {
		path: 'events',
		data_selector: 'data',
		paginator: {type: 'offset', limit: 2, total_path: 'total'},
	},
};

test('a browser shows the figures of a run, and draws its charts', withBrowser, async () => {
	const busy: Route = {path: '/events', times: 1, respond: {status: 503, json: {}}};
	await using api = await server(busy, events, rows('teams', [{id: 1}]), {
		path: '/gone',
		respond: {status: 404, json: {}},
	});
	await using place = await workspace({
		'sluice.json': config(api.url, [resource, single('teams'), single('gone')], {
			client: {retry: {max_retries: 1, delay: 0.01, max_delay: 0.01}, concurrency: 1},
		}),
	});
	equal((await built(place, 'run -f jsonl --report page.html')).code, 5);
	const {html, console} = await open(place, 'page.html');
	deepEqual(console, []);
	deepEqual(cells(html, 'resources', 'resource', 'state', 'rows', 'stated', 'rejected', 'pages', 'retries'), [
		['events', 'done', '5', '6', '1', '3', '1'],
		['teams', 'done', '1', '', '0', '1', '0'],
		['gone', cells(html, 'resources', 'state')[2]?.[0] ?? '', '0', '', '0', '0', '0'],
	]);
	match(cells(html, 'resources', 'state')[2]?.[0] ?? '', /^failed gone: .*404/);
	deepEqual(cells(html, 'statuses', 'status', 'requests'), [
		['503', '1'],
		['200', '4'],
		['404', '1'],
	]);
	deepEqual(cells(html, 'retries', 'resource', 'reason', 'times'), [['events', 'answered 503', '1']]);
	const [rejected = []] = cells(html, 'rejects', 'resource', 'column', 'rows', 'samples');
	deepEqual(rejected.slice(0, 3), ['events', 'at', '1']);
	match(rejected[3] ?? '', /"id":3,"at":"x"/);
	const files = cells(html, 'files', 'kind', 'rows');
	deepEqual(
		files.sort(),
		[
			['rejects', '1'],
			['rows', '1'],
			['rows', '5'],
		].sort(),
	);
	equal(text(html, 'id="total-rows">'), '6');
	equal(text(html, 'id="total-requests">'), '6');
	// What the script has drawn, by the sums of what it gave to the charts.
	const captions = html
		.split('<figcaption>')
		.slice(1)
		.map(part => part.split('</figcaption>')[0]);
	deepEqual(captions, ['4 × 2xx, 1 × 4xx, 1 × 5xx', '6 rows', '6 requests']);
	equal(html.split('<canvas').length - 1, 3);
});

test('the report of the last run is there any time later, also of one that was stopped', async () => {
	await using api = await server({path: '/teams', respond: {delay_ms: 60_000, json: {data: []}}});
	await using place = await workspace({'sluice.json': config(api.url, [single('teams')])});
	const missing = await place.sluice(['report']);
	equal(missing.code, 2);
	match(missing.stderr, /no run has written to out.*Run sluice run first/);
	equal((await place.sluice(['run', '--max-duration', '0.2s'])).code, 75);
	const {code, stderr} = await place.sluice(['report', 'late.html']);
	deepEqual([code, /late\.html: about the run of \d{4}-/.test(stderr)], [0, true]);
	const page = await place.read('late.html');
	deepEqual(cells(page, 'resources', 'resource', 'state'), [['teams', 'broken off']]);
	match(page, /<p class="error">.*0\.2/);
	equal((await stat(join(place.path, 'out/.sluice/runs/report'))).mode & 0o077, 0);
});

test('a report that has no place is refused before the run', async () => {
	await using api = await server(rows('teams', [{id: 1}]));
	await using place = await workspace({'sluice.json': config(api.url, [single('teams')])});
	const {code, stderr} = await place.sluice(['run', '--report', 'nowhere/page.html']);
	deepEqual([code, api.requests.length], [2, 0]);
	match(stderr, /--report nowhere\/page\.html: there is no folder nowhere; make it first/);
});

const hostile = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">&lt;\u202e`;

test('no text of an API or a config becomes part of the page', withBrowser, async () => {
	await using api = await server(rows('teams', [{id: hostile}, {id: 1, [hostile]: 1}]), {
		path: '/gone',
		respond: {status: 400, json: {message: hostile}},
	});
	await using place = await workspace({
		'sluice.json': config(api.url, [
			single('teams', {columns: {id: {data_type: 'bigint'}}, schema_contract: {data_type: 'discard_row'}}),
			single('gone', {endpoint: {params: {q: hostile}}}),
		]),
	});
	await built(place, 'run -f jsonl --report page.html');
	const {html, console} = await open(place, 'page.html');
	deepEqual(console, []);
	match(html, /<title>Sluice: sluice\.json<\/title>/);
	doesNotMatch(html, /<img|\u202e/);
	equal((await place.read('page.html')).split('<script').length - 1, 2);
	match(cells(html, 'rejects', 'samples')[0]?.[0] ?? '', /&lt;\/script&gt;/);
});

test('a script that got into the page does not run', withBrowser, async () => {
	await using api = await server(rows('teams', [{id: 1}]));
	await using place = await workspace({'sluice.json': config(api.url, [single('teams')])});
	await built(place, 'run --report page.html');
	const path = join(place.path, 'page.html');
	const page = await readFile(path, 'utf8');
	const strange = `<script>document.title='owned'</script><img src="${api.url}/pixel">`;
	await writeFile(path, page.replace('<main>', `<main>${strange}`));
	const asked = api.requests.length;
	const {html, console} = await open(place, 'page.html');
	doesNotMatch(html, /<title>owned/);
	ok(console.some(line => line.includes('Content Security Policy')));
	equal(api.requests.length, asked);
});

test('secrets are in neither the record nor the page', async () => {
	await using api = await server({path: '/teams', respond: {json: {data: [{id: 'hush-hush-1234'}]}}});
	await using place = await workspace({
		'sluice.json': config(
			api.url,
			[single('teams', {columns: {id: {data_type: 'bigint'}}, schema_contract: {data_type: 'discard_row'}})],
			{client: {auth: {type: 'bearer', token: `\${TOKEN}`}}},
		),
	});
	await place.sluice(['run', '-f', 'jsonl', '--report', 'page.html'], {env: {TOKEN: 'hush-hush-1234'}});
	const page = await place.read('page.html');
	match(page, /token: &quot;\*\*\*&quot;|token: &#39;\*\*\*&#39;|token: \*\*\*/);
	for (const text of [page, await place.read('out/.sluice/runs/report')]) doesNotMatch(text, /hush-hush/);
});
