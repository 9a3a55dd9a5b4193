/** Checks the path of an endpoint: each placeholder has a value, and the URL is valid. */
import type {Registry} from '../../plugins/registry.ts';
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {fill, hasLoneBrace, likelyRoot, placeholders} from '../placeholders/braces.ts';
import {inNextPathOf, otherPlace, paginatorsFor} from '../placeholders/cursor-in-path.ts';
import {isExpressionName} from '../placeholders/expression-name.ts';
import {onlyPlaceholder} from '../placeholders/in-path.ts';
import {isRangeName} from '../placeholders/range.ts';
import {isReference} from '../placeholders/reference.ts';
import {userProblem} from '../schema/object.ts';
import {asObject, valueAt} from '../tree.ts';
import {LONE_BRACE} from './check-placeholders.ts';

export function checkPath(resource: Inherited, baseUrl: unknown, plugins: Registry): Finding[] {
	const {endpoint, path, paginator, at} = resource;
	if (!path) return [];
	const {text, values} = path;
	const here = at('endpoint', 'path');
	const found = placeholders(text).flatMap(name => {
		if (isReference(name) || isRangeName(name) || isExpressionName(name)) return [];
		if (values.some(one => one.name === name)) return [];
		if (valueAt(endpoint.params, [name]) != null) return [];
		return [{path: here, message: `{${name}} has no value; ${valueFor(name, plugins)}`}];
	});
	if (values.some(({name}) => name === 'cursor') && asObject(paginator).next_request != null)
		found.push({
			path: here,
			message: '{cursor} belongs into the path of next_request, as the first request has none',
		});
	const next = inNextPathOf(paginator, plugins);
	for (const value of next.length > 0 ? next : values) {
		const elsewhere = otherPlace(paginator, value);
		if (elsewhere)
			found.push({
				path: here,
				message: `{${value.name}} excludes ${elsewhere}: the ${value.name} is sent in one place`,
			});
	}
	if (hasLoneBrace(text)) found.push({path: here, message: LONE_BRACE});
	const problem = urlProblem(text);
	if (problem) found.push({path: here, message: problem});
	else if (baseUrl === '' && onlyPlaceholder(text) === undefined && !/^https?:\/\//i.test(text))
		found.push({
			path: here,
			message: `base_url is empty, so the path must be a whole URL, got ${JSON.stringify(text)}`,
		});
	return found;
}

function valueFor(name: string, plugins: Registry): string {
	const meant = likelyRoot(name);
	if (meant) return `did you mean ${meant}?`;
	const paginators = paginatorsFor(name, plugins);
	return (
		`add ${JSON.stringify(name)} to ` +
		`params${paginators.length > 0 ? `, or page by the paginator ${paginators.join(' or ')}` : ''}`
	);
}

function urlProblem(path: string): string | undefined {
	const url = fill(path, () => 'x');
	if (!/^[a-z][a-z\d+.-]*:\/\//i.test(url)) return undefined;
	if (/^https?:/i.test(url) && URL.canParse(url)) return userProblem(new URL(url));
	return `expected a path or an http(s) URL, got ${JSON.stringify(path)}`;
}
