/** `target` of a resource: a place of its own for its dataset. */
import * as z from 'zod';
import type {Values} from '../../plugins/options.ts';
import type {Registry} from '../../plugins/registry.ts';
import {text} from '../schema/object.ts';
import {type PluginConfig, pluginObject} from '../schema/plugin.ts';
import {asObject} from '../tree.ts';
import {targetOf} from './target.ts';

export interface ResourceTarget {
	/** The address, or a folder: as the config has it. */
	readonly path: string;
	/** The options of the target, where they are not those of `output.target`. */
	readonly options?: {readonly type: string; readonly options: Values};
}

export function resourceTarget(registry: Registry) {
	const more = () => ({path: text().describe('The address of the target.')});
	const [first, ...others] = registry.targets.map(plugin => pluginObject(plugin, {more}));
	if (!first) throw new TypeError('a kind of plugin has at least one');
	const object = z.discriminatedUnion('type', [first, ...others]).transform(
		(given: PluginConfig): ResourceTarget => ({
			path: String(asObject(given).path),
			options: targetOf(registry, given),
		}),
	);
	return z.union([text().transform((path): ResourceTarget => ({path})), object]);
}
