/** Checks that each plugin of a config has a type of its own. */
import {isPlugin} from '../../plugins/plugin.ts';
import {builtIn, isTaken} from '../../plugins/registry.ts';
import type {Finding} from '../finding.ts';

export function checkPlugins(plugins: unknown): Finding[] {
	if (!Array.isArray(plugins)) return [];
	const known = [...builtIn.all];
	return plugins.flatMap((plugin, index): Finding[] => {
		if (!isPlugin(plugin)) return [];
		const isKnown = isTaken(plugin, known);
		known.push(plugin);
		const message =
			`brings the ${plugin.kind} ${JSON.stringify(plugin.type)}, which is there already; give it another ` +
			'type';
		return isKnown ? [{path: ['plugins', index], message}] : [];
	});
}
