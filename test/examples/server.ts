/** The scripted server that behaves as a stub says. */
import {type RecordedRequest, type Route, type ScriptedServer, startServer} from '../helpers/server.ts';
import {answerOf, parameter, type StubAnswer} from './answer.ts';
import type {Row, Stub, StubRoute} from './stub.ts';

export interface StubServer extends AsyncDisposable {
	readonly server: ScriptedServer;
	/** Rows of each route that were sent since the last `change()`. */
	readonly sent: ReadonlyMap<StubRoute, ReadonlySet<Row>>;
	/** Whether a request was told to come later. */
	readonly wasBusy: () => boolean;
	/** Brings the rows of `later`. */
	change(): void;
}

export async function stubServer(stub: Stub): Promise<StubServer> {
	let isLater = false;
	let wasBusy = false;
	const sent = new Map<StubRoute, ReadonlySet<Row>>();
	let server: ScriptedServer | undefined;

	function answer(request: RecordedRequest): StubAnswer {
		const missing = Object.entries(stub.requires).find(([name, value]) => request.headers[name] !== value);
		if (missing !== undefined) return stub.refusal;
		if (stub.busy?.path === request.path && !wasBusy) {
			wasBusy = true;
			return {...stub.busy, headers: {...stub.busy.headers}};
		}
		const route = stub.routes.find(each => fits(each, request));
		if (!route) return {status: 404, json: {message: 'Not Found'}};
		const {sent: page, ...reply} = answerOf(route, rowsOf(route, isLater), request, server?.url ?? '');
		sent.set(route, new Set([...(sent.get(route) ?? []), ...page]));
		return reply;
	}

	const routes: Route[] = (stub.fixed ?? []).map(({method, path, form, headers, status, json}) => ({
		method,
		path,
		match: {...(form && {form}), ...(headers && {headers})},
		respond: {json, ...(status && {status})},
	}));
	for (const method of ['GET', 'POST'])
		for (const path of new Set(stub.routes.map(each => each.path)))
			routes.push({method, path, respond: {fn: answer}});
	server = await startServer(routes);
	return {
		server,
		sent,
		wasBusy: () => wasBusy,
		change() {
			isLater = true;
			sent.clear();
		},
		[Symbol.asyncDispose]: () => server.close(),
	};
}

function fits({method = 'GET', path, match = {}}: StubRoute, request: RecordedRequest): boolean {
	return (
		method === request.method &&
		path === request.path &&
		Object.entries(match).every(([name, value]) => isMet(parameter(request, name), value))
	);
}

/** Whether the value is the wanted one, or matches `/this pattern/`. */
function isMet(value: string | undefined, wanted: string): boolean {
	const [, pattern] = /^\/(.+)\/$/.exec(wanted) ?? [];
	return pattern === undefined ? value === wanted : new RegExp(pattern).test(value ?? '');
}

/** All rows, with or without the changes. A changed row takes the place of a new one. */
export function rowsOf(
	{rows, key = 'id', later = [], newest_first: isFirst}: StubRoute,
	isLater: boolean,
): readonly Row[] {
	if (!isLater) return rows;
	const changed = new Set<unknown>(later.map(row => row[key]).filter(id => id !== undefined));
	const stay = rows.filter(row => !changed.has(row[key]));
	return isFirst ? [...later, ...stay] : [...stay, ...later];
}
