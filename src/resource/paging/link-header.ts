/**
 * Reads a Link header (RFC 8288 §3): returns the target of each relation, in lower case. The first target of
 * a relation wins.
 */
export function linkTargets(header: string): Map<string, string> {
	const targets = new Map<string, string>();
	link.lastIndex = 0;
	for (let found = link.exec(header); found; found = link.exec(header)) {
		const [, target = '', parameters = ''] = found;
		for (const relation of relations(parameters))
			if (!targets.has(relation)) targets.set(relation, target.trim());
	}
	return targets;
}

// A target in angle brackets, then parameters, whose quoted values may hold commas and semicolons.
const link = /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;
const parameter = /;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

// Where a link has several rel parameters, the first counts.
function relations(parameters: string): string[] {
	for (const [, name = '', quoted, token = ''] of parameters.matchAll(parameter)) {
		if (name.toLowerCase() === 'rel') return (quoted ?? token).toLowerCase().split(/\s+/).filter(Boolean);
	}
	return [];
}
