/** The requests of a walk, made from its options and a place. */
import {ConfigError} from '../../core/errors.ts';
import {type JsonValue, stringify} from '../../core/json/json.ts';
import type {Path} from '../../core/path/path.ts';
import type {Client} from '../../http/client.ts';
import type {HttpRequest} from '../../http/request.ts';
import {isTrusted} from '../../http/secrets/origin.ts';
import {joinUrl, withQuery} from '../../http/url.ts';
import {onePage} from '../paging/one-page.ts';
import {withPageValues} from '../paging/page-values.ts';
import type {Paginator, RequestDraft} from '../paging/paginator.ts';
import {withNextRequest} from './next-request.ts';
import {secretLinks} from './secret-links.ts';
import type {WalkOptions} from './walk-options.ts';

export function requestKey({path, params, headers, body}: RequestDraft): string {
	return stringify([path, params, headers, body ?? null] as JsonValue);
}

export function draftRequest({
	name,
	path = name,
	method = 'GET',
	params = {},
	headers = {},
	body,
}: WalkOptions): RequestDraft {
	return {method, path, params, headers, ...(body && {body})};
}

export function originOfUrl(url: string, name: string): string {
	const origin = URL.canParse(url) ? new URL(url) : undefined;
	if (origin && /^https?:$/.test(origin.protocol)) return origin.origin;
	throw new ConfigError(`${name}: its path does not lead to an http(s) URL, but to ${JSON.stringify(url)}`);
}

export function toRequest(
	client: Client,
	request: RequestDraft,
	options: WalkOptions,
	trusted: readonly string[],
): HttpRequest {
	const {method, path, params, headers, body} = request;
	return {
		method,
		// A signature may cover every byte of a link.
		url:
			options.isLink && Object.keys(params).length === 0
				? new URL(path)
				: withQuery(joinUrl(client.baseUrl, path), params),
		headers,
		trustedOrigins: trusted,
		...(body && {body}),
		...(options.auth !== undefined && {auth: options.auth}),
	};
}

// Whether a path of the paginator may lead into the records. A streamed body keeps only the last record.
export function leadsInto(path: Path, keys: readonly string[]): boolean {
	const root = path.root(null);
	const inside = root[keys.length];
	const isToLast = inside !== undefined && 'index' in inside && inside.index === -1;
	const isInside = !isToLast && (path.steps === undefined || path.steps.length > keys.length);
	return (
		isInside &&
		root.every((step, depth) => depth >= keys.length || ('key' in step && step.key === keys[depth]))
	);
}

/** A paginator that does not send what it reads to other origins. */
export type TrustedPaginator = Paginator & Pick<ReturnType<typeof secretLinks>, 'storable'>;

/**
 * The paginator, changed so that it sends nothing it reads to other origins, and the origins that the walk
 * trusts.
 */
export function trustedPaginator(
	client: Client,
	options: WalkOptions,
	base: RequestDraft,
): {
	paginator: TrustedPaginator;
	ownOrigin: string;
	trusted: readonly string[];
} {
	const ownOrigin = originOfUrl(joinUrl(client.baseUrl, base.path), options.name);
	const trusted = options.isLink ? [] : [ownOrigin];
	const trustedHere = [
		...(client.baseUrl === '' ? [] : [client.baseUrl]),
		...trusted,
		...(client.trustedOrigins ?? []),
	];
	const filled = withPageValues(options.paginator ?? onePage, options.perPage);
	const paginator = secretLinks(withNextRequest(filled, options.nextRequest), {
		base,
		url: withQuery(joinUrl(client.baseUrl, base.path), base.params),
		secretParams: (options.auth === undefined ? client.secretParams : options.auth?.secretParams) ?? [],
		isRewritten: client.rewriteLinks === 'baseUrl',
		isTrusted: url => isTrusted(url, trustedHere),
	});
	return {paginator, ownOrigin, trusted};
}
