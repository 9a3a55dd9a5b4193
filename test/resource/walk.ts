/** Walks a resource of a server that answers by one function, and says all that came of it. */

import type {JsonRecord, Page} from '../../src/core/page.ts';
import {pipeline, type RunSummary} from '../../src/core/pipeline.ts';
import {sink} from '../../src/core/stage.ts';
import {client} from '../../src/http/client.ts';
import type {ClientOptions} from '../../src/http/client-options.ts';
import {type ResourceOptions, resource} from '../../src/resource/resource.ts';
import {type RecordedRequest, type Respond, startServer} from '../helpers/server.ts';

export interface Walked {
	readonly pages: readonly Page[];
	readonly rows: JsonRecord[];
	/** Empty when nothing failed. */
	readonly message: string;
	readonly summary: RunSummary | undefined;
	readonly requests: readonly RecordedRequest[];
}

export async function walk(
	respond: Respond,
	options: Partial<ResourceOptions> = {},
	clientOptions: Partial<ClientOptions> = {},
): Promise<Walked> {
	const server = await startServer([{path: '/r', method: options.method ?? 'GET', respond}]);
	try {
		return {...(await walkAt(server.url, options, clientOptions)), requests: server.requests};
	} finally {
		await server.close();
	}
}

/** The same with a server that is there already. */
export async function walkAt(
	url: string,
	options: Partial<ResourceOptions>,
	clientOptions: Partial<ClientOptions> = {},
): Promise<Omit<Walked, 'requests'>> {
	const pages: Page[] = [];
	let message = '';
	let summary: RunSummary | undefined;
	const collect = sink({
		name: 'collect',
		write(page) {
			pages.push(page);
		},
		async close() {},
	});
	await using api = client({baseUrl: url, retry: {maxRetries: 0}, ...clientOptions});
	try {
		summary = await pipeline(resource(api, {name: 'r', ...options}), collect);
	} catch (error) {
		message = (error as Error).message;
	}
	return {pages, rows: pages.flatMap(page => [...page.records]), message, summary};
}

export const ids = (from: number, to: number) =>
	Array.from({length: Math.max(0, to - from)}, (_, i) => ({id: from + i}));
