/**
 * Reads resources that depend on one another from an API of lists: `{'users': [rows], 'u/1/posts': [rows]}`,
 * in pages of two rows.
 */
import {connection} from '../../../src/config/compile/compile.ts';
import {resolveResources} from '../../../src/config/compile/resolve.ts';
import type {JsonObject} from '../../../src/core/json/json.ts';
import type {Cursor, JsonRecord, Page} from '../../../src/core/page.ts';
import {countsOf} from '../../../src/core/stage.ts';
import {parseConfig} from '../../helpers/parse-config.ts';
import {type Route, type ScriptedServer, startServer} from '../../helpers/server.ts';

export type Api = {readonly [path: string]: readonly JsonRecord[]};

export interface ReadOptions {
	/** All by default, at once, as a run does; one resource alone where there is a cursor. */
	readonly names?: readonly string[];
	readonly concurrency?: number;
	/** Where one resource goes on, as it stands in a file. */
	readonly cursor?: Cursor;
	/** Where each goes on, of several. */
	readonly from?: {readonly [resource: string]: {readonly cursor: Cursor; readonly firstNumber: number}};
	readonly states?: {readonly [resource: string]: JsonObject};
}

export interface Read {
	readonly pages: {readonly [resource: string]: readonly Page[]};
	readonly rows: {readonly [resource: string]: readonly JsonRecord[]};
	readonly states: {readonly [resource: string]: JsonObject};
	readonly skipped: {readonly [resource: string]: number | undefined};
	/** Paths in order, each page on its own: `users`, `users?page=1`. */
	readonly asked: readonly string[];
}

const PAGE = 2;

export async function read(
	api: Api,
	resources: readonly object[],
	{names, concurrency = 1, cursor, from = {}, states = {}}: ReadOptions = {},
): Promise<Read> {
	await using server = await scripted(api);
	const endpoint = {data_selector: 'rows', paginator: {type: 'page_number', total_path: 'pages'}};
	const client = {base_url: server.url, concurrency, retry: {max_retries: 0}};
	const config = parseConfig({client, resource_defaults: {endpoint}, resources});
	const {extraction, extractions, families, close} = connection(config);
	const chosen = resolveResources(config).filter(({name}) => names?.includes(name) ?? true);
	const pages: {[resource: string]: Page[]} = {};
	const after: {[resource: string]: JsonObject} = {...states};
	const skipped: {[resource: string]: number | undefined} = {};
	const optionsOf = ({name}: {name: string}) => ({
		typed: false,
		...(states[name] && {state: states[name]}),
		...(cursor !== undefined && {cursor: JSON.parse(JSON.stringify(cursor)) as Cursor}),
		...from[name],
	});
	try {
		const together = cursor === undefined ? families(chosen) : chosen.map(one => [one]);
		for (const family of together) {
			const sources =
				cursor === undefined
					? extractions(family, optionsOf)
					: family.map(one => extraction(one, optionsOf(one)));
			const settled = await Promise.allSettled(
				sources.map(async ({source}, i) => {
					const name = family[i]?.name ?? '';
					pages[name] = [];
					for await (const page of source as AsyncIterable<Page>) {
						pages[name].push(page);
						if (page.state) after[name] = {...after[name], ...page.state};
					}
					skipped[name] = countsOf(source).skipped;
				}),
			);
			for (const result of settled) if (result.status === 'rejected') throw result.reason;
		}
	} finally {
		await close();
	}
	return {
		pages,
		rows: Object.fromEntries(
			Object.entries(pages).map(([name, all]) => [name, all.flatMap(({records}) => [...records])]),
		),
		states: after,
		skipped,
		asked: server.requests.map(({path, query}) => {
			const {page, ...others} = query;
			const params = Object.entries({...(page?.[0] !== '0' && {page}), ...others}).map(
				([key, values]) => `${key}=${values}`,
			);
			return [decodeURIComponent(path).slice(1), ...(params.length > 0 ? [params.join('&')] : [])].join('?');
		}),
	};
}

async function scripted(api: Api): Promise<ScriptedServer & AsyncDisposable> {
	const server = await startServer(Object.entries(api).map(([path, rows]) => route(path, rows)));
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

function route(path: string, rows: readonly JsonRecord[]): Route {
	return {
		path: `/${path}`,
		respond: {
			fn: ({query}) => {
				const start = Number(query.page?.[0] ?? 0) * PAGE;
				return {json: {rows: rows.slice(start, start + PAGE), pages: Math.ceil(rows.length / PAGE)}};
			},
		},
	};
}
