/**
 * The API to measure against, in a process of its own. `/rows?offset=&limit=` gives `{"data":[…],"total":n}` from pages
 * that were serialized beforehand (of more than a million rows as they are asked for); `/huge` is one body of hundreds of megabytes, written at the pace of its reader.
 * By hand: `node bench/server.js --rows 200000 --page 100 --latency 0 --port 8081`.
 */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {pipeline} from 'node:stream/promises';
import {setTimeout as pause} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {rowsText} from './data.js';

/**
 * @typedef {object} BenchServerOptions
 * @property {number} [rows] Default 200,000.
 * @property {number} [page] Rows in a page; the `limit` of a request is capped at it. Default 100.
 * @property {number} [latencyMs] Wait before every answer. Default 0.
 * @property {number} [hugeBytes] Least size of the `/huge` body. Default 300 MB.
 * @property {number} [port] Default 0, a free one.
 */

/** Starts the server in a child process, which ends with this one. @param {BenchServerOptions} [options] */
export async function startBenchServer({
	rows = 200_000,
	page = 100,
	latencyMs = 0,
	hugeBytes = 300e6,
	port = 0,
} = {}) {
	const settings = {rows, page, latency: latencyMs, huge: hugeBytes, port};
	const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const child = fork(import.meta.filename, flags, {stdio: ['ignore', 'ignore', 'inherit', 'ipc']});
	const ended = once(child, 'exit');
	const url = await Promise.race([
		once(child, 'message').then(([message]) => /** @type {string} */ (message.url)),
		ended.then(([code]) => {
			throw new Error(`the bench server ended before it began, with exit code ${code}`);
		}),
	]);
	return {
		url,
		async close() {
			child.kill();
			await ended;
		},
	};
}

// Of a row 370 bytes.
const MOST_HELD = 1_000_000;

/** @type {(options: Required<BenchServerOptions>) => Promise<string>} Its address. */
async function serve({rows, page, latencyMs, hugeBytes, port}) {
	/** @type {(first: number) => Buffer} */
	const made = first =>
		Buffer.from(`{"data":[${rowsText(first, Math.min(page, rows - first))}],"total":${rows}}`);
	const isHeld = rows <= MOST_HELD;
	/** @type {Buffer[]} */
	const pages = [];
	for (let first = 0; isHeld && first < rows; first += page) pages.push(made(first));
	const empty = Buffer.from(`{"data":[],"total":${rows}}`);
	/** @type {(offset: number) => Buffer} */
	const pageAt = offset => (offset >= rows ? empty : (pages[offset / page] ?? made(offset)));

	const server = createServer(async (request, response) => {
		const {pathname, searchParams} = new URL(request.url ?? '/', 'http://bench');
		if (latencyMs > 0) await pause(latencyMs);
		response.setHeader('content-type', 'application/json');
		if (pathname === '/huge') {
			await pipeline(hugeBody(hugeBytes), response).catch(() => {}); // The reader may stop early.
			return;
		}
		const offset = Number(searchParams.get('offset') ?? 0);
		const limit = Number(searchParams.get('limit') ?? page);
		// Anything else would need a page made on the spot, and the server would be measured too.
		const isAligned = pathname === '/rows' && offset % page === 0 && limit >= page;
		const body = isAligned
			? pageAt(offset)
			: Buffer.from(
					JSON.stringify({
						error: `ask for /rows with a limit of ${page} or more and an offset divisible by ${page}`,
					}),
				);
		response.writeHead(isAligned ? 200 : 400, {'content-length': body.length}).end(body);
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/** All rows differ; they are made while they are sent. @type {(bytes: number) => Generator<Buffer>} */
function* hugeBody(bytes) {
	const step = 200;
	let sent = 0;
	let rows = 0;
	for (; sent < bytes; rows += step) {
		const piece = Buffer.from((rows === 0 ? '{"data":[' : ',') + rowsText(rows, step));
		sent += piece.length;
		yield piece;
	}
	yield Buffer.from(`],"total":${rows}}`);
}

if (process.argv[1] === import.meta.filename) {
	const {values} = parseArgs({
		options: {
			rows: {type: 'string', default: '200000'},
			page: {type: 'string', default: '100'},
			latency: {type: 'string', default: '0'},
			huge: {type: 'string', default: '300000000'},
			port: {type: 'string', default: '8081'},
		},
	});
	const url = await serve({
		rows: Number(values.rows),
		page: Number(values.page),
		latencyMs: Number(values.latency),
		hugeBytes: Number(values.huge),
		port: Number(values.port),
	});
	process.once('disconnect', () => process.exit());
	if (process.send) process.send({url});
	else process.stdout.write(`${url}\n`);
}
