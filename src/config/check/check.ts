/**
 * Checks that the schema cannot make, as they involve several parts of the config: names are unique,
 * placeholders have values, a merge has a key. They read a tree that may be wrong anywhere, so that these
 * problems are reported along with all others.
 */
import {registryOf} from '../../plugins/registry.ts';
import {checkBody, checkSelector} from '../endpoint/check-body.ts';
import {checkHeaders} from '../endpoint/check-headers.ts';
import {checkOverlap} from '../endpoint/check-overlap.ts';
import {checkPageValues} from '../endpoint/check-page-values.ts';
import {checkPath} from '../endpoint/check-path.ts';
import {checkPlaceholders} from '../endpoint/check-placeholders.ts';
import {checkResponseActions} from '../endpoint/check-response-actions.ts';
import type {Finding} from '../finding.ts';
import {checkIncremental, unknownRangeNames} from '../incremental/check.ts';
import {checkSync} from '../incremental/check-sync.ts';
import {type Inherited, inherit} from '../inherit.ts';
import {checkRelations} from '../relations/check.ts';
import {checkKeepOfMerge, checkKeepOfTables, checkMergeKey} from '../rows/check.ts';
import {checkAdded} from '../rows/check-added.ts';
import {asObject, type ConfigPath} from '../tree.ts';
import {checkPlugins} from './plugins.ts';

export function check(tree: unknown): Finding[] {
	const config = asObject(tree);
	const client = asObject(config.client);
	const plugins = registryOf(config.plugins);
	const resources = inherit(tree);
	const endpoints: [endpoint: unknown, at: ConfigPath][] = [
		[asObject(config.resource_defaults).endpoint, ['resource_defaults', 'endpoint']],
		...list(config.resources).map((item, index): [unknown, ConfigPath] => [
			asObject(item).endpoint,
			['resources', index, 'endpoint'],
		]),
	];
	return once([
		...checkNames(resources),
		...endpoints.flatMap(([endpoint, at]) => checkPlaceholders(endpoint, at)),
		...resources.flatMap(resource => [
			...checkPath(resource, client.base_url, plugins),
			...checkPageValues(resource, plugins),
			...checkBody(resource),
			...checkSelector(resource),
			...checkMergeKey(resource),
			...checkKeepOfMerge(resource),
			...checkKeepOfTables(resource),
			...checkIncremental(resource),
			...checkSync(resource),
			...checkOverlap(resource),
		]),
		...endpoints
			.slice(0, 1)
			.flatMap(([endpoint, at]) => unknownRangeNames(asObject(endpoint), path => [...at, ...path])),
		...checkPlugins(config.plugins),
		...lostKeys(tree),
		...checkHeaders(config),
		...checkRelations(resources),
		...checkAdded(resources),
		...checkResponseActions(resources, client.response_actions),
	]);
}

function list(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

// A fault in the defaults is found once for each resource.
function once(findings: readonly Finding[]): Finding[] {
	return [...new Map(findings.map(finding => [JSON.stringify(finding), finding])).values()];
}

// Zod drops such a key from its output without an issue.
function lostKeys(tree: unknown, at: ConfigPath = []): Finding[] {
	if (Array.isArray(tree)) return tree.flatMap((item, index) => lostKeys(item, [...at, index]));
	return Object.entries(asObject(tree)).flatMap(([key, item]) => {
		const path = [...at, key];
		if (key !== '__proto__') return lostKeys(item, path);
		const advice = at.includes('columns')
			? 'write the columns as a list: {name: __proto__, …}'
			: 'choose another name';
		return [{path, message: `a key cannot be called __proto__ here; ${advice}`, atKey: true}];
	});
}

function checkNames(resources: readonly Inherited[]): Finding[] {
	const first = new Map<string, number>();
	return resources.flatMap(({name, at}, index) => {
		const earlier = first.get(name);
		if (earlier === undefined) first.set(name, index);
		return earlier === undefined || name === ''
			? []
			: [{path: at('name'), message: `resources[${earlier}] has the name ${JSON.stringify(name)} already`}];
	});
}
