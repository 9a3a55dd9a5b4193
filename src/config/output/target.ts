/** The options of a target in a config. */
import * as z from 'zod';
import type {Values} from '../../plugins/options.ts';
import type {Registry} from '../../plugins/registry.ts';
import {optionsIn, type PluginConfig, pluginObject} from '../schema/plugin.ts';
import {asObject} from '../tree.ts';

/** `output.target`. */
export function targetSchema(registry: Registry) {
	const [first, ...others] = registry.targets.map(plugin => pluginObject(plugin));
	if (!first) throw new TypeError('a kind of plugin has at least one');
	return z.discriminatedUnion('type', [first, ...others]);
}

/** The options of a target, by the names of its fields. */
export function targetOf(
	{targets}: Registry,
	given: PluginConfig,
): {readonly type: string; readonly options: Values} {
	const plugin = targets.find(({type}) => type === given.type);
	return {type: given.type, options: optionsIn(plugin?.fields ?? {}, asObject(given))};
}
