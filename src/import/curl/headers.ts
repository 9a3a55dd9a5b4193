/** Decides which headers of a copied command matter for the request, and which only the browser needed. */
import type {Pair} from '../imported-request.ts';

const ofBrowsers =
	/^(sec-.*|dnt|upgrade-insecure-requests|priority|pragma|cache-control|te|x-client-data|if-none-match|if-modified-since|if-match|if-unmodified-since|if-range)$/i;
/** The client sends these headers itself. */
const ofClient =
	/^(:.*|host|content-length|connection|keep-alive|transfer-encoding|accept-encoding|expect)$/i;

export interface Headers {
	readonly headers: readonly Pair[];
	readonly contentType?: string;
	readonly notes: readonly string[];
}

export function headersOf(given: readonly Pair[]): Headers {
	const headers: Pair[] = [];
	const left: string[] = [];
	let contentType: string | undefined;
	for (const [name, value] of given) {
		if (/^content-type$/i.test(name)) contentType = value;
		else if (ofBrowsers.test(name)) left.push(name);
		// A header without a value makes curl remove its own header of that name.
		else if (!ofClient.test(name) && value !== '') headers.push([name, value]);
	}
	return {
		headers,
		...(contentType !== undefined && {contentType}),
		notes:
			left.length === 0
				? []
				: [`left out, as only browsers and caches send them: ${[...new Set(left)].join(', ')}`],
	};
}
