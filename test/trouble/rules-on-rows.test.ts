import assert from 'node:assert/strict';
import {test} from 'node:test';
import {csvDecoder} from '../../src/http/decode/csv.ts';
import {jsonlDecoder} from '../../src/http/decode/jsonl.ts';
import {answers, get, partsOf, serve, testClient} from '../http/server.ts';

for (const [name, decoder, body] of [
	['CSV', csvDecoder(), 'id\n1\n'],
	['JSON Lines', jsonlDecoder, '{"id": 1}\n'],
] as const) {
	test(`a rule about the status of a successful ${name} answer decides, with rows and without`, async t => {
		for (const early of ['', body]) {
			const {url, requests} = await serve(t, answers([202, early], [200, body]));
			const client = testClient(t, {baseUrl: url, responseActions: [{status: 202, action: 'rate_limited'}]});
			const parts = await partsOf(client, get(url), {decoder, keys: []});
			assert.equal(requests.length, 2);
			assert.equal(parts.at(-1)?.response.status, 200);
		}
	});

	test(`a rule about the headers of a successful ${name} answer decides`, async t => {
		const {url} = await serve(t, answers([200, body, {'x-state': 'pending'}]));
		const rule = {headers: {'x-state': /pending/}, action: 'fail'} as const;
		const client = testClient(t, {baseUrl: url, responseActions: [rule]});
		await assert.rejects(partsOf(client, get(url), {decoder, keys: []}), /answered 200/);
	});
}
