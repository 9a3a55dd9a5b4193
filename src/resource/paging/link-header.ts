/**
 * Reads a Link header (RFC 8288 §3): returns the target of each relation, in lower case. The first target of
 * a relation wins.
 */
export function linkTargets(header: string): Map<string, string> {
	return new Map([...linkParameters(header)].map(([relation, {target}]) => [relation, target]));
}

/** The same with the parameters of each link: `rel`, and those of the server. */
export function linkParameters(
	header: string,
): Map<string, {readonly target: string; readonly parameters: {readonly [name: string]: string}}> {
	const links = new Map<string, {target: string; parameters: {[name: string]: string}}>();
	for (const [, target = '', parameters = ''] of header.matchAll(link))
		for (const relation of relations(parameters)) {
			if (links.has(relation)) continue;
			const pairs = [...parameters.matchAll(parameter)].map(
				([, name = '', quoted, token = '']) => [name, quoted ?? token] as const,
			);
			links.set(relation, {target: target.trim(), parameters: Object.fromEntries(pairs)});
		}
	return links;
}

// A target in angle brackets, then parameters, whose quoted values may hold commas and semicolons.
const link = /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;
const parameter = /;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

// Where a link has several rel parameters, the first counts. Some servers write single quotes.
function relations(parameters: string): string[] {
	for (const [, name = '', quoted, token = ''] of parameters.matchAll(parameter)) {
		if (name.toLowerCase() === 'rel')
			return (quoted ?? token.replace(/^'(.*)'$/, '$1')).toLowerCase().split(/\s+/).filter(Boolean);
	}
	return [];
}
