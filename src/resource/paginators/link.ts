/** Paginators that follow a URL which the server gives: in the body, or in a Link header. */
import {PaginationError} from '../../core/errors.ts';
import {parsePath} from '../../core/path.ts';
import {linkTargets} from '../link-header.ts';
import type {PageAnswer, Paginator, RequestDraft} from '../paginator.ts';
import {shown} from '../stop.ts';

export interface JsonLinkOptions {
	/** Where the body holds the URL of the next page, absolute or relative. @default 'next' */
	readonly nextUrlPath?: string;
}

/** `{"next": "https://…?page=2"}`. Ends where there is no URL (missing, null or empty). */
export function jsonLink({nextUrlPath = 'next'}: JsonLinkOptions = {}): Paginator<string | null> {
	const path = parsePath(nextUrlPath);
	const paginator = followUrl('json_link', ({body}) => {
		const value = path.first(body);
		if (value === undefined || value === null || value === '' || value === false) return undefined;
		if (typeof value === 'string') return value;
		throw new PaginationError(
			`next_url_path "${nextUrlPath}" is not a URL but ${shown(value)}; a cursor needs the paginator cursor`,
		);
	});
	return {...paginator, reads: [nextUrlPath]};
}

export interface HeaderLinkOptions {
	/** The relation to follow. @default 'next' */
	readonly linksNextKey?: string;
}

/** `Link: <https://…?page=2>; rel="next"` (RFC 8288). */
export function headerLink({linksNextKey = 'next'}: HeaderLinkOptions = {}): Paginator<string | null> {
	return followUrl('header_link', ({headers}) => linkTargets(headers.link ?? '').get(linksNextKey.toLowerCase()) || undefined);
}

function followUrl(name: string, find: (answer: PageAnswer) => string | undefined): Paginator<string | null> {
	return {
		name,
		first: null,
		// The URL says everything: the configured parameters are in it already, or are not wanted.
		request: (draft: RequestDraft, place) => (place === null ? draft : {...draft, path: place, params: {}}),
		next(_place, answer) {
			const link = find(answer);
			if (link === undefined) return undefined;
			const next = URL.canParse(link, answer.url.href) ? new URL(link, answer.url) : undefined;
			if (next && /^https?:$/.test(next.protocol)) return next.href;
			throw new PaginationError(`the next link ${JSON.stringify(link)} is not a URL that can be followed`);
		},
		describe: place => place ?? 'the first page',
	};
}
