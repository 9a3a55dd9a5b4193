/**
 * The scripted API server that tests talk to: routes tried in order, real HTTP on 127.0.0.1, every request on
 * record.
 */
import {createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {isDeepStrictEqual} from 'node:util';
import {type Answer, respond} from './respond.ts';

export interface Route {
	/** @default 'GET' */
	readonly method?: string;
	/** As it stands on the request line: undecoded, without the query. */
	readonly path: string;
	readonly match?: Match;
	/** How many requests this route answers; after that the next one that fits takes over. @default Infinity */
	readonly times?: number;
	readonly respond: Respond;
}

/** What a request must hold beside method and path; whatever is not named here may be anything. */
export interface Match {
	/** The parameter's full list of values, decoded; one text stands for a list of one. */
	readonly query?: Readonly<Record<string, string | readonly string[]>>;
	/** Names in any case. */
	readonly headers?: Readonly<Record<string, string>>;
	/** Dot path into the JSON body → its value. */
	readonly json?: Readonly<Record<string, unknown>>;
	/** Field of a form body → its value; a list for a field given several times. */
	readonly form?: Readonly<Record<string, string | readonly string[]>>;
}

/** An answer, or the function that makes one of the request. */
export type Respond = Answer | {readonly fn: (request: RecordedRequest) => Answer | Promise<Answer>};

export interface RecordedRequest {
	readonly method: string;
	/** Undecoded, without the query. */
	readonly path: string;
	/** Decoded, in the order sent. */
	readonly query: Record<string, string[]>;
	readonly headers: IncomingHttpHeaders;
	/** The body as text, empty without one. */
	readonly body: string;
	/** The body's value, where it is JSON. */
	readonly json?: unknown;
	/** The body's fields, where its content type is a form's. */
	readonly form?: Record<string, string[]>;
	/** Milliseconds on the clock of `performance.now()` when the request arrived. */
	readonly at: number;
	/** Aborted when the connection closes before the whole response is sent. */
	readonly signal: AbortSignal;
}

export interface ScriptedServer extends AsyncDisposable {
	/** `http://127.0.0.1:<port>`; stands for `{{BASE}}` in header values and bodies. */
	readonly url: string;
	readonly port: number;
	/** In order of arrival. */
	readonly requests: readonly RecordedRequest[];
	/** Stops at once: pauses end, open sockets are destroyed. */
	close(): Promise<void>;
}

/** Starts a server that answers by the first route that fits, and with 404 where none does. */
export async function startServer(routes: readonly Route[]): Promise<ScriptedServer> {
	const requests: RecordedRequest[] = [];
	const answered = new Map<Route, number>();
	const closing = new AbortController();

	async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const request = await record(incoming, closedEarly(response));
		requests.push(request);
		const route = routes.find(
			each => (answered.get(each) ?? 0) < (each.times ?? Infinity) && fits(each, request),
		);
		if (!route) {
			await respond(response, {status: 404, json: {error: 'no route'}}, {base, signal: closing.signal});
			return;
		}
		answered.set(route, (answered.get(route) ?? 0) + 1);
		const reply = 'fn' in route.respond ? await route.respond.fn(request) : route.respond;
		await respond(response, reply, {base, signal: closing.signal});
	}

	const server = createServer((incoming, response) => {
		answer(incoming, response).catch(error => fail(response, error));
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;
	const base = `http://127.0.0.1:${port}`;

	const close = (): Promise<void> =>
		new Promise(resolve => {
			closing.abort();
			server.close(() => resolve());
			server.closeAllConnections();
		});

	return {url: base, port, requests, close, [Symbol.asyncDispose]: close};
}

function closedEarly(response: ServerResponse): AbortSignal {
	const controller = new AbortController();
	response.once('close', () => {
		if (!response.writableFinished) controller.abort();
	});
	return controller.signal;
}

async function record(incoming: IncomingMessage, signal: AbortSignal): Promise<RecordedRequest> {
	const at = performance.now();
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk);
	const body = Buffer.concat(chunks).toString();
	const {method = 'GET', url = '/', headers} = incoming;
	const [path = '', ...search] = url.split('?');
	const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
	const json = parsed(body);
	return {
		method,
		path,
		query: fields(search.join('?')),
		headers,
		body,
		...(json !== undefined && {json}),
		...(isForm && {form: fields(body)}),
		at,
		signal,
	};
}

function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

function fields(text: string): Record<string, string[]> {
	const parameters = new URLSearchParams(text);
	return Object.fromEntries([...parameters.keys()].map(name => [name, parameters.getAll(name)]));
}

function fits({method = 'GET', path, match = {}}: Route, request: RecordedRequest): boolean {
	return (
		method === request.method &&
		path === request.path &&
		every(match.query, (name, value) => isDeepStrictEqual(request.query[name], [value].flat())) &&
		every(match.headers, (name, value) => request.headers[name.toLowerCase()] === value) &&
		every(match.json, (dots, value) => isDeepStrictEqual(valueAt(request.json, dots), value)) &&
		every(match.form, (name, value) => isDeepStrictEqual(request.form?.[name], [value].flat()))
	);
}

function every<T>(
	wanted: Readonly<Record<string, T>> = {},
	holds: (name: string, value: T) => boolean,
): boolean {
	return Object.entries(wanted).every(([name, value]) => holds(name, value));
}

function valueAt(json: unknown, dots: string): unknown {
	return dots
		.split('.')
		.reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], json);
}

// A mistake in the test's own script must be seen in the answer rather than look like a network failure.
function fail(response: ServerResponse, error: unknown): void {
	if (response.headersSent || response.destroyed) response.destroy();
	else
		response.writeHead(500, {'content-type': 'application/json'}).end(JSON.stringify({error: String(error)}));
}
