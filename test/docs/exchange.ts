/**
 * Exchanges as a page shows them. A block of language `http` holds one or several, with `###` between them:
 * the request line, headers that the request must have, a body if there is one, then the status, headers and
 * the body of the answer.
 */
import {isDeepStrictEqual} from 'node:util';

/** A request as it came. */
export interface Received {
	readonly method: string;
	/** With its query. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly body: string;
}

interface Part {
	readonly first: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

export interface Exchange {
	readonly request: Part;
	readonly answer: Part;
}

function partOf(text: string): Part {
	const [head = '', ...rest] = text.trim().split('\n\n');
	const [first = '', ...lines] = head.split('\n');
	const pairs = lines.map(line => {
		const [name = '', ...value] = line.split(':');
		return [name.trim().toLowerCase(), value.join(':').trim()] as const;
	});
	return {first, headers: Object.fromEntries(pairs), body: rest.join('\n\n')};
}

export function exchangesOf(text: string): Exchange[] {
	return text.split(/^###.*\n/m).map(each => {
		const [, request = '', answer = ''] = /^([\s\S]*?)^(\d{3} [\s\S]*)$/m.exec(each) ?? [];
		if (answer === '') throw new Error(`no status line, such as "200 OK", in: ${each}`);
		return {request: partOf(request), answer: partOf(answer)};
	});
}

export const jsonOf = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
};

/** `*` stands for any value, such as the time of the run. */
function isLike(wanted: string, got: string | undefined): boolean {
	return got !== undefined && (wanted === got || (wanted.includes('*') && wildcard(wanted).test(got)));
}

const wildcard = (text: string): RegExp =>
	new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);

/** Path and query as they are meant, whatever the encoding. */
function target(text: string): string {
	const url = new URL(text, 'http://page');
	const pairs = [...url.searchParams].map(([name, value]) => `${name}=${value}`).sort();
	return [url.pathname, ...pairs].join('&');
}

/** Whether it is the request of this exchange. */
export function fits({request: {first, headers, body}}: Exchange, request: Received): boolean {
	const [method, path = ''] = first.split(' ');
	return (
		method === request.method &&
		isLike(target(path), target(request.url)) &&
		Object.entries(headers).every(([name, value]) => isLike(value, String(request.headers[name]))) &&
		(body === '' ||
			isLike(body.trim(), request.body) ||
			isDeepStrictEqual(jsonOf(body), jsonOf(request.body)))
	);
}
