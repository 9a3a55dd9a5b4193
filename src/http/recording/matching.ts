/** Matches a request to a recorded exchange, by method, URL and body, without their secret parts. */
import {isSecretName} from '../../core/secret.ts';
import {paramValue} from '../secrets/known-secrets.ts';
import {nameOf} from '../url.ts';
import {cleanBody, cleanUrl, isSecretParam} from './clean-request.ts';
import {HIDDEN, type RecordedRequest} from './format.ts';

export interface Asked {
	readonly method: string;
	readonly url: string | URL;
	readonly body?: string | undefined;
}

/** A key that is equal for equal requests. */
export function requestKey({method, url, body}: Asked): string {
	return `${method} ${comparableUrl(url)}\n${body === undefined ? '' : comparableBody(body)}`;
}

// An authenticator may put its parameters anywhere, and a replay has no authenticator, so secret parameters
// are ignored.
function comparableUrl(url: string | URL): string {
	const [, head = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(cleanUrl(url)) ?? [];
	const kept = query.split('&').filter(pair => pair !== '' && !isHidden(pair));
	return kept.length > 0 ? `${head}?${kept.join('&')}` : head;
}

function isHidden(pair: string): boolean {
	return isSecretParam(nameOf(pair)) || paramValue(pair).includes(HIDDEN);
}

function comparableBody(body: string): string {
	return cleanBody(body)
		.split('&')
		.filter(pair => !(isSecretName(nameOf(pair)) && paramValue(pair) === HIDDEN))
		.join('&');
}

/** A pattern for a key with `***` in it, which stands for any text. */
export function patternOf(key: string): RegExp {
	const parts = key.split(HIDDEN).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${parts.join('[^/?&\\n]+?')}$`);
}

/** The recorded request that is most similar to this one. */
export function mostAlike(asked: Asked, recorded: Iterable<RecordedRequest>): RecordedRequest | undefined {
	let best: RecordedRequest | undefined;
	let most = 0;
	const wanted = partsOf(asked);
	for (const request of recorded) {
		const parts = partsOf(request);
		const shared = [...wanted].filter(part => parts.has(part)).length;
		const score = shared / Math.max(wanted.size, parts.size);
		if (score > most) [best, most] = [request, score];
	}
	return best;
}

// The method, the host, each step of the path, each parameter, and each line or word of the body.
function partsOf({method, url, body}: Asked): Set<string> {
	const {host, pathname, search} = new URL(comparableUrl(url));
	const parts = [`method ${method}`, `host ${host}`];
	for (const [i, step] of pathname.split('/').entries()) parts.push(`path ${i} ${step}`);
	for (const pair of search.slice(1).split('&')) parts.push(`name ${nameOf(pair)}`, `query ${pair}`);
	if (body !== undefined)
		for (const piece of comparableBody(body).split(/[,&\n]/)) parts.push(`body ${piece}`);
	return new Set(parts);
}
