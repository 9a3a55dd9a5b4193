/** The base URL of a document. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import type {Spec} from './spec.ts';

/** The base URL, or `undefined` if the document has none. `from` is the URL of the document, if it has one. */
export function serverOf(
	spec: Spec,
	owner: PlainObject,
	from: string,
	remarks: string[],
): string | undefined {
	if (spec.isSwagger) return swaggerServer(owner, from);
	const servers = spec.list(owner.servers);
	const [first] = servers.filter(({url}) => typeof url === 'string');
	if (!first) return undefined;
	const variables = asObject(first.variables);
	const url = String(first.url).replace(/\{([^{}]+)\}/g, (_whole, name: string) => {
		const value = asObject(variables[name]).default;
		remarks.push(`a choice: {${name}} of the base URL is ${String(value)}, the default of the document`);
		return String(value ?? name);
	});
	if (servers.length > 1)
		remarks.push(`a choice: the first of ${servers.length} servers of the document is the base URL`);
	return absolute(url, from);
}

function swaggerServer({host, basePath = '', schemes}: PlainObject, from: string): string | undefined {
	const known = [schemes].flat().filter(scheme => typeof scheme === 'string');
	const scheme = known.includes('https') || known.length === 0 ? 'https' : known[0];
	if (typeof host === 'string') return trimmed(`${scheme}://${host}${String(basePath)}`);
	return basePath === '' ? undefined : absolute(String(basePath), from);
}

function absolute(url: string, from: string): string | undefined {
	if (/^https?:\/\//i.test(url)) return trimmed(url);
	return URL.canParse(url, from) && /^https?:/i.test(from) ? trimmed(new URL(url, from).href) : undefined;
}

function trimmed(url: string): string {
	return url.replace(/\/+$/, '');
}
