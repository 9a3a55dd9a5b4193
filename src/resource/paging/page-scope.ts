/** What an expression about a page reads: its answer, its size, and its last record. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import type {JsonRecord} from '../../core/page.ts';
import {linkParameters} from './link-header.ts';

/** A page that was read. */
export interface ReadPage {
	readonly body: JsonValue;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** The number of records that the server sent. */
	readonly size: number;
	readonly lastRecord: JsonRecord | undefined;
}

/** The names that an expression about a page reads. */
export const ofReadPage = ['response', 'headers', 'last_page_size', 'last_record'];

/** The values of these names. */
export function pageScope({body, headers, size, lastRecord}: ReadPage): {[name: string]: JsonValue} {
	return {
		response: body,
		headers: {...headers, link: linksIn(headers.link)},
		last_page_size: size,
		last_record: lastRecord ?? null,
	};
}

/** The links of a header by their relations: `{next: {url, rel, …}}`. */
function linksIn(header = ''): JsonObject {
	return Object.fromEntries(
		[...linkParameters(header)].map(([relation, {target, parameters}]) => [
			relation,
			{...parameters, url: target},
		]),
	);
}
