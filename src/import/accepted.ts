/** Keeps the part of an imported config that `sluice check` accepts. */
import {asObject} from '../config/tree.ts';
import {problemsOf} from './airbyte/checked.ts';
import {configOf, type ImportedConfig, type LeftOutPart, variablesIn} from './imported-config.ts';

/**
 * The same config without the resources that the check refuses. Each of them is left out with the message of
 * the check. A problem of the config as a whole concerns all its resources.
 */
export async function accepted(imported: ImportedConfig): Promise<ImportedConfig> {
	let kept = imported;
	while (kept.resources.length > 0) {
		const {resources} = kept;
		const problems = await problemsOf(configOf(kept), examplesFor(kept));
		if (problems.length === 0) break;
		const refused = new Map<string, LeftOutPart>();
		for (const {index, message} of problems) {
			const about = index === undefined ? resources : resources.slice(index, index + 1);
			for (const {resource} of about)
				if (!refused.has(resource.name))
					refused.set(resource.name, {name: resource.name, reason: `the check refuses it: ${message}`});
		}
		kept = {
			...kept,
			resources: resources.filter(({resource}) => !refused.has(resource.name)),
			leftOut: [...kept.leftOut, ...refused.values()],
		};
	}
	return kept;
}

/** A value of each variable, for the check alone: a URL where the config needs one. */
function examplesFor(imported: ImportedConfig): Map<string, string> {
	const config = configOf(imported);
	const inUrls = new Set(variablesIn({a: beginning(asObject(config.client).base_url)}));
	return new Map(variablesIn(config).map(name => [name, inUrls.has(name) ? 'https://api.example.com' : '1']));
}

function beginning(url: unknown): string {
	return /^\$\{[^}]*\}/.exec(String(url))?.[0] ?? '';
}

/** Keeps the resources with these names, and their parents. Names that there are not are returned too. */
export function chosen(
	imported: ImportedConfig,
	names: readonly string[] | undefined,
): {readonly config: ImportedConfig; readonly unknown: readonly string[]} {
	if (!names) return {config: imported, unknown: []};
	const byName = new Map(imported.resources.map(each => [each.resource.name, each]));
	const wanted = new Set<string>();
	const want = (name: string): void => {
		const found = byName.get(name);
		if (!found || wanted.has(name)) return;
		wanted.add(name);
		const text = JSON.stringify(found.resource);
		for (const [, parent = ''] of text.matchAll(/\{resources\.([\w-]+)\./g)) want(parent);
	};
	for (const name of names) want(name);
	const leftOut = imported.leftOut.filter(({name}) => names.includes(name));
	return {
		config: {
			...imported,
			resources: imported.resources.filter(({resource}) => wanted.has(resource.name)),
			leftOut,
		},
		unknown: names.filter(name => !byName.has(name) && !leftOut.some(each => each.name === name)),
	};
}
