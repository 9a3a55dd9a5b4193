/** Paginators that follow a URL which the server gives: in the body, or in a Link header. */
import {PaginationError} from '../../core/errors.ts';
import {parsePath} from '../../core/path.ts';
import {linkTargets} from '../link-header.ts';
import {type LoopRules, loopRules} from '../loop-rules.ts';
import {
	type EndOptions,
	type EndRules,
	endOptions,
	type PageStart,
	type Paginator,
	type RequestDraft,
} from '../paginator.ts';
import {moreRule, shown} from '../stop.ts';

export interface JsonLinkOptions extends EndOptions, LoopRules {
	/** Where the body holds the URL of the next page, absolute or relative. @default 'next' */
	readonly nextUrlPath?: string;
	/** Where the body says whether there is more. */
	readonly hasMorePath?: string;
}

/** `{"next": "https://…?page=2"}`. Ends where there is no URL (missing, null or empty). */
export function jsonLink({
	nextUrlPath = 'next',
	hasMorePath,
	...options
}: JsonLinkOptions = {}): Paginator<string | null> {
	const nextPath = {option: 'next_url_path', path: nextUrlPath};
	const path = parsePath(nextUrlPath);
	const paginator = followUrl('json_link', {hasMorePath, nextPath, ...endOptions(options)}, ({body}) => {
		const value = path.first(body);
		if (value === undefined || value === null || value === '' || value === false) return undefined;
		if (typeof value === 'string') return value;
		throw new PaginationError(
			`next_url_path "${nextUrlPath}" is not a URL but ${shown(value)}; a cursor needs the paginator cursor`,
		);
	});
	return {...paginator, ...loopRules(options), reads: [nextUrlPath, hasMorePath]};
}

export interface HeaderLinkOptions extends EndOptions, LoopRules {
	/** The relation to follow. @default 'next' */
	readonly linksNextKey?: string;
	/** Where the body says whether there is more. */
	readonly hasMorePath?: string;
}

/** `Link: <https://…?page=2>; rel="next"` (RFC 8288). */
export function headerLink({
	linksNextKey = 'next',
	hasMorePath,
	...options
}: HeaderLinkOptions = {}): Paginator<string | null> {
	const paginator = followUrl(
		'header_link',
		{...endOptions(options), ...(hasMorePath !== undefined && {hasMorePath})},
		({headers}) => linkTargets(headers.link ?? '').get(linksNextKey.toLowerCase()) || undefined,
	);
	return {...paginator, ...loopRules(options)};
}

function followUrl(
	name: string,
	ends: EndRules,
	find: (answer: PageStart) => string | undefined,
): Paginator<string | null> {
	const {hasMorePath} = ends;
	const more = moreRule(hasMorePath);

	function next(answer: PageStart): string | undefined {
		const hasMore = more(answer.body);
		if (hasMore === false) return undefined;
		const link = find(answer);
		if (link === undefined && hasMore)
			throw new PaginationError(
				`has_more_path "${hasMorePath}" promises another page, but there is no link to it`,
			);
		if (link === undefined) return undefined;
		const target = URL.canParse(link, answer.url.href) ? new URL(link, answer.url) : undefined;
		if (target && /^https?:$/.test(target.protocol)) return target.href;
		throw new PaginationError(`the next link ${JSON.stringify(link)} is not a URL that can be followed`);
	}

	return {
		name,
		reads: [hasMorePath],
		first: null,
		// The URL says everything: the configured parameters are in it already, or are not wanted.
		request: (draft: RequestDraft, place) => (place === null ? draft : {...draft, path: place, params: {}}),
		next: (_place, answer) => next(answer),
		foresee: (_place, start) => start && next(start),
		ends: () => ends,
		describe: place => place ?? 'the first page',
	};
}
