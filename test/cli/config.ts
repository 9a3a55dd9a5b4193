/** Configs and APIs of the shapes that the tests of the command line need again and again. */
import {type Route, type ScriptedServer, startServer} from '../helpers/server.ts';

/** The text of a config for `sluice.json`: no waits between retries. */
export function config(
	url: string,
	resources: readonly unknown[],
	{client = {}, ...rest}: {client?: object; [key: string]: unknown} = {},
): string {
	return JSON.stringify({client: {base_url: url, retry: {max_retries: 0}, ...client}, ...rest, resources});
}

/** A resource whose one answer holds all its rows under `data`. */
export function single(name: string, more: {endpoint?: object; [key: string]: unknown} = {}): object {
	return {
		name,
		...more,
		endpoint: {path: `/${name}`, data_selector: 'data', paginator: 'single_page', ...more.endpoint},
	};
}

/** Pages of `limit` rows without an end: `{data: [{id: 0}, …]}`. */
export function endless(name: string, limit: number, more: object = {}): {resource: object; route: Route} {
	return {
		resource: {
			name,
			endpoint: {
				path: `/${name}`,
				data_selector: 'data',
				paginator: {type: 'offset', limit, total_path: null},
			},
		},
		route: {
			path: `/${name}`,
			respond: {
				fn: ({query}) => {
					const offset = Number(query.offset?.[0] ?? 0);
					return {
						json: {
							data: Array.from({length: limit}, (_, i) => ({id: offset + i, name: `row ${offset + i}`})),
						},
						...more,
					};
				},
			},
		},
	};
}

/** A route that answers with rows under `data`. */
export function rows(name: string, data: readonly unknown[]): Route {
	return {path: `/${name}`, respond: {json: {data}}};
}

/** A server that is closed at the end of its block. */
export async function server(...routes: readonly Route[]): Promise<ScriptedServer & AsyncDisposable> {
	const started = await startServer(routes);
	return {...started, [Symbol.asyncDispose]: () => started.close()};
}
