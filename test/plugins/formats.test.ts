/** A file format from a file of its own, as somebody outside of the package writes one. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {type Route, startServer} from '../helpers/server.ts';
import {config, withPackage} from './stranger.ts';

const tsv = `
	import {readFile} from 'node:fs/promises';
	import {choice, defineFormat} from 'sluice/plugin';

	export const tsv = defineFormat({
		type: 'tsv',
		summary: 'Fields with tabs between them.',
		fields: {end: choice(['lf', 'crlf'], {default: 'lf', doc: 'How lines end.'})},
		make: ({end}) => ({
			encoder(output) {
				const line = cells => cells.join('\\t') + (end === 'lf' ? '\\n' : '\\r\\n');
				let names;
				return {
					async write({records}) {
						if (records.length === 0) return;
						const isFirst = names === undefined;
						names ??= Object.keys(records[0]);
						const lines = [...records].map(record => line(names.map(name => JSON.stringify(record[name] ?? null))));
						await output.write(Buffer.from((isFirst ? line(names) : '') + lines.join('')));
					},
					async finish() {},
				};
			},
			async *rows(path) {
				const [header, ...lines] = (await readFile(path, 'utf8')).trimEnd().split(/\\r?\\n/);
				const names = header.split('\\t');
				yield lines.map(each => Object.fromEntries(each.split('\\t').map((cell, i) => [names[i], JSON.parse(cell)])));
			},
		}),
	});
`;

const pages: Route[] = [
	{path: '/rows', match: {query: {offset: '0'}}, respond: {json: {data: [{id: 1}, {id: 2}], total: 3}}},
	{path: '/rows', respond: {json: {data: [{id: 3}], total: 3}}},
];

const endpoint = '{data_selector: data, paginator: {type: offset, limit: 2, total_path: total}}';

async function textsIn(folder: string): Promise<string[]> {
	const names = (await readdir(folder)).filter(name => name.endsWith('.tsv')).sort();
	return Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
}

test('a run writes datasets in it, and verify counts their rows', async () => {
	await using server = await startServer(pages);
	await using place = await withPackage({
		'mine.js': tsv,
		'sluice.yaml': `${config(server.url, endpoint)}output: {format: tsv}\n`,
	});
	for (const _ of ['first', 'second']) strictEqual((await place.sluice(['run'])).code, 0);
	deepStrictEqual(await textsIn(join(place.path, 'out/rows')), ['id\n1\n2\n3\n', 'id\n1\n2\n3\n']);
	const {code, stdout} = await place.sluice(['verify']);
	strictEqual(code, 0);
	match(stdout, /rows: 2 files, 6 rows, all as committed/);
	await writeFile(join(place.path, 'mine.js'), tsv.replace('yield lines.map', 'yield lines.slice(1).map'));
	match((await place.sluice(['verify'])).stdout, /has 2 rows, where the log says 3/);
});

test('a run that broke off goes on', async () => {
	let isWell = false;
	const last = {json: {data: [{id: 3}], total: 3}};
	await using server = await startServer([
		pages[0] as Route,
		{path: '/rows', respond: {fn: () => (isWell ? last : {status: 400})}},
	]);
	await using place = await withPackage({
		'mine.js': tsv,
		'sluice.yaml': `${config(server.url, endpoint)}    primary_key: id\noutput: {format: tsv}\n`,
	});
	strictEqual((await place.sluice(['run'])).code, 3);
	isWell = true;
	const asked = server.requests.length;
	strictEqual((await place.sluice(['run'])).code, 0);
	// The page before its place, and the page that was missing.
	strictEqual(server.requests.length, asked + 2);
	deepStrictEqual((await textsIn(join(place.path, 'out/rows'))).sort(), ['id\n1\n2\n', 'id\n3\n']);
});

test('read writes it by its word, by the ending of a path, and in gzip', async () => {
	await using server = await startServer(pages);
	await using place = await withPackage({'mine.js': tsv, 'sluice.yaml': config(server.url, endpoint)});
	const whole = 'id\n1\n2\n3\n';
	strictEqual((await place.sluice(['read', 'rows', '-f', 'tsv'])).stdout, whole);
	await place.sluice(['read', 'rows', '-o', 'rows.tsv']);
	strictEqual(await readFile(join(place.path, 'rows.tsv'), 'utf8'), whole);
	await place.sluice(['read', 'rows', '-o', 'rows.tsv.gz']);
	strictEqual(gunzipSync(await readFile(join(place.path, 'rows.tsv.gz'))).toString(), whole);
	const {code, stderr} = await place.sluice(['read', 'rows', '-f', 'tvs']);
	strictEqual(code, 2);
	match(stderr, /no file format "tvs" \(did you mean "tsv"\?\); there are: parquet, .*, tsv, tsv\.gz/);
});

test('its options are checked, documented and used', async () => {
	await using server = await startServer(pages);
	const written = (format: string): string => `${config(server.url, endpoint)}output: {format: ${format}}\n`;
	await using place = await withPackage({
		'mine.js': tsv,
		'sluice.yaml': written('{type: tsv, end: crlf, compression: none}'),
		'wrong.yaml': written('{type: tsv, end: cr, endd: 1}'),
	});
	strictEqual((await place.sluice(['run'])).code, 0);
	deepStrictEqual(await textsIn(join(place.path, 'out/rows')), ['id\r\n1\r\n2\r\n3\r\n']);
	const {stderr} = await place.sluice(['check', '-c', 'wrong.yaml']);
	match(stderr, /output\.format\.end: expected lf or crlf, got "cr"/);
	match(stderr, /output\.format\.endd: unknown key \(did you mean "end"\?\)/);
	const {stdout} = await place.sluice(['schema', 'config', '-c', 'sluice.yaml']);
	strictEqual(stdout.includes('How lines end.'), true);
});

test('a merge says what the format lacks', async () => {
	await using place = await withPackage({
		'mine.js': tsv,
		'sluice.yaml':
			`${config('http://127.0.0.1:9', endpoint)}    primary_key: id\n    write_disposition: ` +
			'merge\noutput: {format: tsv}\n',
	});
	const {code, stderr} = await place.sluice(['run']);
	strictEqual(code, 2);
	match(
		stderr,
		/rows: the format tsv cannot take rows out of its files, as a merge does: give it a function without\(\)/,
	);
});
