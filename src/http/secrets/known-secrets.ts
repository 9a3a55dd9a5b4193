/** Finds secrets inside URLs by their values. */
import {holdsKnownSecret, isKnownSecret} from '../../core/secret.ts';
import {nameOf} from '../url.ts';

/**
 * The URL without parameters that hold a known secret, and without those for which `isSecret` returns true.
 * The rest stays byte for byte.
 */
export function withoutSecretParams(
	href: string,
	isSecret: (name: string, value: string) => boolean = (_name, value) => isKnownSecret(value),
): string {
	const [, head = href, query, hash = ''] = /^([^?#]*)\?([^#]*)(#.*)?$/s.exec(href) ?? [];
	if (query === undefined) return href;
	const parts = query.split('&');
	// A plus may be a space, or a plus that the server did not encode.
	const isCut = (part: string) =>
		[part, part.replaceAll('+', '%2B')]
			.map(paramValue)
			.some(value => isSecret(nameOf(part), value) || holdsKnownSecret(value));
	const kept = parts.filter(part => !isCut(part));
	if (kept.length === parts.length) return href;
	return `${head}${kept.length > 0 ? `?${kept.join('&')}` : ''}${hash}`;
}

/** The segments of the path that hold a known secret, in their spelling in the path. */
export function secretSegments({pathname}: URL): string[] {
	return pathname.split('/').filter(segment => [segment, decoded(segment)].some(holdsKnownSecret));
}

/** The decoded value of one `name=value` part of a query. */
export function paramValue(part: string): string {
	for (const value of new URLSearchParams(part).values()) return value;
	return '';
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
