import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

test('--strict makes a total that was not reached, and that changed on the way, a failure, and commits no end', async () => {
	const page = {
		fn: ({query}: {query: Record<string, string[]>}) => ({json: query.offset?.[0] === '0' ? some : none}),
	};
	const some = {data: [{id: 1}, {id: 2}], meta: {total: 2}};
	const none = {data: [], meta: {total: 9}};
	const server = await startServer([{path: '/rows', respond: page}]);
	await using place = await workspace({
		'sluice.yaml': `
client: {base_url: "${server.url}", paginator: {type: offset, limit: 2, total_path: null}}
resources: [{name: rows, endpoint: {data_selector: data}}]
output: {format: jsonl}
`,
	});
	const lenient = await place.sluice(['run', '-o', 'lenient']);
	equal(lenient.code, 0);
	match(
		lenient.stderr,
		/^sluice: rows: 2 of 9 rows that the API stated \("meta\.total"\); it changed while/m,
	);
	const strict = await place.sluice(['run', '-o', 'strict', '--strict']);
	equal(strict.code, 1);
	match(
		strict.stderr,
		/rows: 2 of 9 rows that the API stated .* \(total-not-reached; --strict makes it a failure\)/,
	);
	const told = await place.sluice(['run', '-o', 'json', '--log', 'json']);
	const warnings = told.stderr.split('\n').filter(line => line.includes('"warning"'));
	deepEqual(
		warnings.map(line => JSON.parse(line).code),
		['total-not-reached'],
	);
	await server.close();
});

test('--strict makes nulls among the records a failure', async () => {
	const server = await startServer([{path: '/rows', respond: {json: [{id: 1}, null]}}]);
	await using place = await workspace({
		'sluice.yaml': `
client: {base_url: "${server.url}", paginator: single_page}
resources: [rows]
`,
	});
	const {code, stderr} = await place.sluice(['read', 'rows', '--strict']);
	equal(code, 1);
	match(stderr, /rows: 1 null among the records left out \(nulls-left-out/);
	await server.close();
});
