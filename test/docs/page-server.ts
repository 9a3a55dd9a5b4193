/** A server that answers as a page says. */
import {once} from 'node:events';
import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {type Exchange, fits, jsonOf, type Received} from './exchange.ts';

export interface PageServer extends AsyncDisposable {
	readonly url: string;
	/** Adds the exchanges of a block. They replace earlier ones with the same request. */
	add(exchanges: readonly Exchange[]): void;
	/** Requests that no exchange answers, and exchanges that nobody asked for. */
	problems(): string[];
}

const keyOf = ({request}: Exchange): string => JSON.stringify(request);

/** Starts it; `publicUrl` is its address in the texts of the page. */
export async function startPageServer(publicUrl: string): Promise<PageServer> {
	let exchanges: Exchange[] = [];
	const used = new Set<Exchange>();
	const strangers: string[] = [];
	let url = '';

	function answerTo(request: Received): Exchange['answer'] | undefined {
		const fitting = exchanges.filter(each => fits(each, request));
		// Of the same request in one block, each is answered in turn, and the last one from then on.
		const found = fitting.find(each => !used.has(each)) ?? fitting.at(-1);
		if (found) used.add(found);
		else strangers.push(`no answer for ${request.method} ${request.url} ${request.body}`);
		return found?.answer;
	}

	const server = createServer(async (incoming, response) => {
		const answer = answerTo(await received(incoming, here => here.replaceAll(url, publicUrl)));
		if (!answer) {
			response.writeHead(404, {'content-type': 'application/json'}).end('{"message": "not in the page"}');
			return;
		}
		const isJson = typeof jsonOf(answer.body) !== 'string';
		response.statusCode = Number.parseInt(answer.first, 10);
		if (isJson) response.setHeader('content-type', 'application/json');
		for (const [name, value] of Object.entries(answer.headers))
			response.setHeader(name, value.replaceAll(publicUrl, url));
		response.end(answer.body.replaceAll(publicUrl, url));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	return {
		url,
		add(more) {
			const replaced = new Set(more.map(keyOf));
			exchanges = [...exchanges.filter(each => !replaced.has(keyOf(each))), ...more];
		},
		problems: () => [
			...strangers,
			...exchanges.filter(each => !used.has(each)).map(({request}) => `nobody asked for ${request.first}`),
		],
		async [Symbol.asyncDispose]() {
			server.close();
			server.closeAllConnections();
		},
	};
}

/** The request, with the addresses of the page. */
async function received(incoming: IncomingMessage, told: (text: string) => string): Promise<Received> {
	const {method = 'GET', url = '/', headers} = incoming;
	const pairs = Object.entries(headers).map(([name, value]) => [name, told(String(value))]);
	return {method, url: told(url), headers: Object.fromEntries(pairs), body: told(await text(incoming))};
}
