/**
 * Keeps credentials out of places: a server may copy the key of a request into its next link, and places are
 * stored and shown.
 */
import {PaginationError} from '../../core/errors.ts';
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import {isObject} from '../../core/path/path.ts';
import {holdsKnownSecret, isKnownSecret} from '../../core/secret.ts';
import {secretPart} from '../../http/secrets/foreign-secrets.ts';
import {paramValue, secretSegments, withoutSecretParams} from '../../http/secrets/known-secrets.ts';
import {nameOf} from '../../http/url.ts';
import type {Paginator, RequestDraft} from '../paging/paginator.ts';

export interface SecretLinksOptions {
	/** The request before the paginator changes it. */
	readonly base: RequestDraft;
	/** The URL of `base`. */
	readonly url: URL;
	/** Parameters that the authenticator sets. */
	readonly secretParams: readonly string[];
	/** Links to other origins are followed at the origin of `url`. @default false */
	readonly isRewritten?: boolean;
	/** Whether credentials may be sent to a URL. */
	readonly isTrusted: (url: URL) => boolean;
}

export interface SecretLinks extends Paginator {
	/** A link without secrets, which may be stored. Throws for a link to which no credentials may be sent. */
	storable(link: string): string;
}

/**
 * The same paginator with secrets cut out of each link that it follows. The authenticator puts its parameters
 * back when the request is sent; secrets of the config's query or path are put back here. A link to another
 * origin that holds a secret is refused.
 */
export function secretLinks(
	paginator: Paginator,
	{base, url, secretParams, isRewritten = false, isTrusted}: SecretLinksOptions,
): SecretLinks {
	const own = ownParams(url);
	const segments = secretSegments(url);
	const requestOf = rememberedRequest(paginator);

	function linkAt(place: Cursor): string | undefined {
		const {path} = requestOf(base, place);
		return path !== base.path && /^https?:\/\//i.test(path) && URL.canParse(path) ? path : undefined;
	}

	function storablePlace(place: Cursor | undefined): Cursor | undefined {
		const link = place == null ? undefined : linkAt(place);
		if (link === undefined) return place;
		const clean = cut(rewritten(link));
		return clean === link ? place : (replaced(place as JsonValue, link, clean) as Cursor);
	}

	function rewritten(link: string): string {
		return isRewritten ? link.replace(/^https?:\/\/[^/?#]*/i, url.origin) : link;
	}

	function storable(link: string): string {
		const found = rewritten(link);
		if (isTrusted(new URL(found))) return cut(found);
		throw new PaginationError(
			`the sync link leads to ${new URL(found).origin}, where no credentials go; name it in ` +
				'client.trusted_origins (trustedOrigins)',
		);
	}

	function cut(link: string): string {
		const target = new URL(link);
		if (isTrusted(target)) {
			// A short secret may be an ordinary word elsewhere, and every secret that is cut out has to be put
			// back.
			const isOwn = (name: string, value: string) =>
				own.some(param => param[0] === name && param[1] === value);
			const clean = withoutSecretParams(
				link,
				(name, value) => secretParams.includes(name) || isOwn(name, value),
			);
			return segments.reduce((text, segment, i) => text.replace(`/${segment}`, `/${standIn(i)}`), clean);
		}
		const part = secretPart({url: target});
		if (part !== undefined)
			throw new PaginationError(
				`the next link leads to ${target.origin} and has a secret of this config in its ${part}; it was ` +
					'not followed. If this origin may have it, list it in client.trusted_origins (trustedOrigins)',
			);
		return link;
	}

	const {foresee} = paginator;
	return {
		...paginator,
		request(draft, place) {
			const request = requestOf(draft, place);
			if (own.length + segments.length === 0 || request.path === draft.path) return request;
			const path = segments.reduce(
				(text, segment, i) => text.replace(standIn(i), () => segment),
				request.path,
			);
			if (!URL.canParse(path) || !isTrusted(new URL(path))) return request;
			const there = [...new URL(path).searchParams.keys()];
			const missing = own.filter(([name]) => !there.includes(name));
			return {...request, path, params: {...request.params, ...Object.fromEntries(missing)}};
		},
		storable,
		next: (place, answer) => storablePlace(paginator.next(place, answer)),
		...(foresee && {foresee: (place, start) => storablePlace(foresee(place, start))}),
	};
}

// A place is first searched for a link, and then requested.
function rememberedRequest(paginator: Paginator): Paginator['request'] {
	let last:
		| {readonly draft: RequestDraft; readonly place: Cursor; readonly request: RequestDraft}
		| undefined;
	return (draft, place) => {
		if (last?.draft !== draft || last.place !== place)
			last = {draft, place, request: paginator.request(draft, place)};
		return last.request;
	};
}

function standIn(index: number): string {
	return `{secret.${index}}`;
}

function ownParams({search}: URL): [name: string, value: string][] {
	const parts = search.slice(1).split('&').filter(Boolean);
	return parts
		.map((part): [string, string] => [nameOf(part), paramValue(part)])
		.filter(([, value]) => isKnownSecret(value) || holdsKnownSecret(value));
}

function replaced(tree: JsonValue, text: string, by: string): JsonValue {
	if (tree === text) return by;
	if (Array.isArray(tree)) return tree.map(item => replaced(item, text, by));
	if (!isObject(tree)) return tree;
	return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, replaced(value, text, by)]));
}
