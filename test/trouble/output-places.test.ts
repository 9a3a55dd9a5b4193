import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const addresses = ['hdfs://host/x', 'gcs://bucket', 'postgress://me:pw@host/db', 'ftp://box/x'];

test('an address that no target answers for is refused before anything is asked for or written', async () => {
	const api = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	try {
		for (const output of addresses) {
			const config = {client: {base_url: api.url}, resources: ['rows']};
			await using place = await workspace({
				'sluice.json': JSON.stringify(config),
				'own.json': JSON.stringify({...config, output: {path: output}}),
			});
			for (const words of [
				['run', '-o', output],
				['run', '-c', 'own.json'],
				['ls', '-o', output],
			]) {
				const {code, stderr} = await place.sluice(words);
				equal(code, 2, stderr);
				match(stderr, /: \w+: is not supported/);
				equal(stderr.includes('pw'), false);
			}
			deepEqual(await place.list(), ['own.json', 'sluice.json']);
		}
		equal(api.requests.length, 0);
	} finally {
		await api.close();
	}
});

test('a table_name that leads into the folder of Sluice, or out of the output folder, is refused', async () => {
	for (const table_name of ['.sluice', '.sluice/rows', 'a/../b', '..', 'a/../../b', '.Sluice-x']) {
		const config = {client: {base_url: 'http://127.0.0.1:9'}, resources: [{name: 'rows', table_name}]};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 2, `${table_name}: ${stderr}`);
		match(stderr, /Give it another table_name/);
	}
});

test('https to a server that speaks http only is not retried', async () => {
	const api = await startServer([]);
	try {
		const config = {client: {base_url: api.url.replace('http:', 'https:')}, resources: ['rows']};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 3, stderr);
		match(stderr, /does not speak TLS \(\w+\)\. Is it http instead of https\?/);
	} finally {
		await api.close();
	}
});

test('output.path is relative to the config, --output to the present folder, and data at the old place is pointed at', async () => {
	const api = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	try {
		const config = {client: {base_url: api.url}, resources: ['rows'], output: {path: 'out', format: 'jsonl'}};
		await using place = await workspace({'my/sluice.json': JSON.stringify(config)});
		equal((await place.sluice(['run', '-c', 'my/sluice.json', '-o', 'out'])).code, 0);
		const {code, stderr} = await place.sluice(['run', '-c', 'my/sluice.json']);
		equal(code, 0, stderr);
		match(stderr, /this run writes to my\/out\/\. Earlier ones wrote to out\/ here: .* --output out/);
		const parts = (await place.visible()).filter(name => name.endsWith('.jsonl'));
		deepEqual(
			parts.map(name => name.replace(/rows\/.*/, 'rows')),
			['my/out/rows', 'out/rows'],
		);
		match((await place.sluice(['ls', '-c', 'my/sluice.json'])).stdout, /rows/);
	} finally {
		await api.close();
	}
});
