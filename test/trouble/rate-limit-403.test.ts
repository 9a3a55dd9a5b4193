import {strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {client} from '../../src/http/client.ts';
import {startServer} from '../helpers/server.ts';

for (const [answer, requests] of [
	[{status: 403, headers: {'retry-after': '1'}, text: 'no'}, 3],
	[{status: 403, headers: {'x-ratelimit-remaining': '0'}, text: 'no'}, 3],
	[{status: 403, text: '{"message":"You have exceeded a secondary rate limit."}'}, 3],
	[{status: 403, text: '{"error":"Quota exceeded"}'}, 3],
	[{status: 403, text: '{"error":"You may not read this"}'}, 1],
] as const) {
	test(`a 403 with ${JSON.stringify(answer)} is sent ${requests} times`, async () => {
		const server = await startServer([{path: '/r', respond: answer}]);
		const api = client({baseUrl: server.url, retry: {maxRetries: 2, delayMs: 1}, sleep: async () => {}});
		try {
			for await (const _ of api.send({method: 'GET', url: new URL(`${server.url}/r`), headers: {}}))
				strictEqual(0, 1);
		} catch (error) {
			strictEqual((error as {isRateLimit?: boolean}).isRateLimit, requests > 1);
		} finally {
			await api.close();
			await server.close();
		}
		strictEqual(server.requests.length, requests);
	});
}
