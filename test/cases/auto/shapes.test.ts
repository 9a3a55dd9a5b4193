/** The default paginator never ends in silence: each shape comes whole, or fails with the lines to write. */
import {match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {startServer} from '../../helpers/server.ts';
import {replayShape, type Verdict} from './replay.ts';
import {closed, type Shape, silent, telling} from './shapes.ts';

async function verdictOn(name: string, fn: Shape): Promise<Verdict> {
	const server = await startServer([{path: `/${name}`, respond: {fn}}]);
	try {
		return await replayShape(server.url, name);
	} finally {
		await server.close();
	}
}

for (const [name, shape] of Object.entries({...telling, ...silent})) {
	test(`all rows come of ${name}`, async () => {
		const verdict = await verdictOn(name, shape);
		strictEqual(verdict.kind, 'complete', 'message' in verdict ? verdict.message : name);
	});
}

for (const [name, shape] of Object.entries(closed)) {
	test(`${name} fails, and the error holds the paginator to write`, async () => {
		const verdict = await verdictOn(name, shape);
		strictEqual(verdict.kind, 'advised');
		match(
			'message' in verdict ? verdict.message : '',
			/the first page: .*paginator: \{type: (offset|page_number)/,
		);
	});
}
