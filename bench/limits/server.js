/**
 * An API that answers so many requests in a second and refuses the rest, and says so in headers. It counts what comes. Seconds are those of
 * its own clock (`window`), or the last one at any time (`rolling`).
 */
import {once} from 'node:events';
import {createServer} from 'node:http';
import {rowsText} from '../data.js';

const PAGE = 100;
const SECOND_MS = 1000;

/** @typedef {'window' | 'rolling'} Kind */

/** @param {{kind: Kind, most: number, rows: number, latencyMs: number}} options */
export async function startLimitedServer({kind, most, rows, latencyMs}) {
	/** @type {{at: number, isAllowed: boolean}[]} Since the last `take`. */
	let seen = [];
	/** @type {number[]} */
	let allowed = [];
	const startedAt = performance.now();

	const server = createServer((request, response) => {
		const at = performance.now() - startedAt;
		const windowAt = at - (at % SECOND_MS);
		allowed = allowed.filter(each => (kind === 'window' ? each >= windowAt : each > at - SECOND_MS));
		const isAllowed = allowed.length < most;
		if (isAllowed) allowed.push(at);
		seen.push({at, isAllowed});
		const remaining = most - allowed.length;
		const resetAt = kind === 'window' ? windowAt + SECOND_MS : (allowed[0] ?? at) + SECOND_MS;
		const resetSeconds = ((resetAt - at) / 1000).toFixed(3);
		response.setHeader('x-ratelimit-limit', most);
		response.setHeader('x-ratelimit-remaining', remaining);
		response.setHeader('x-ratelimit-reset-after', resetSeconds);
		setTimeout(() => {
			if (!isAllowed) return response.writeHead(429, {'retry-after': resetSeconds}).end();
			const offset = Number(new URL(request.url ?? '/', 'http://bench').searchParams.get('offset') ?? 0);
			const text = `{"data":[${rowsText(offset, Math.max(0, Math.min(PAGE, rows - offset)))}],"total":${rows}}`;
			response.writeHead(200, {'content-type': 'application/json'}).end(text);
		}, latencyMs);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		url: `http://127.0.0.1:${port}`,
		/** What has come since the last time. */
		take() {
			const taken = seen;
			seen = [];
			allowed = [];
			return taken;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
