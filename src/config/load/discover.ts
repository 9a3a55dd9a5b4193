/** Finds the config file. */
import {stat} from 'node:fs/promises';
import {dirname, join, relative, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';

/** Names of config files, in the order of the search. */
export const configNames = [
	'sluice.config.yaml',
	'sluice.config.yml',
	'sluice.config.json',
	'sluice.config.js',
	'sluice.config.mjs',
	'sluice.config.ts',
	'sluice.config.mts',
	'sluice.yaml',
	'sluice.yml',
	'sluice.json',
];

/**
 * The first file with one of these names in `cwd`, or above it up to the first folder that has a package.json
 * or .git.
 */
export async function discover(cwd: string): Promise<string> {
	const searched: string[] = [];
	let folder = resolve(cwd);
	while (true) {
		for (const name of configNames) if (await isReadable(join(folder, name))) return join(folder, name);
		searched.push(folder);
		const above = dirname(folder);
		if (
			above === folder ||
			(await isReadable(join(folder, 'package.json'))) ||
			(await isReadable(join(folder, '.git')))
		)
			break;
		folder = above;
	}
	throw new ConfigError(
		`no config found; looked for ${configNames.join(', ')} in ${searched.join(', ')}. ` +
			'Name one with --config, or let sluice init URL write one',
	);
}

export async function isReadable(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

/** A path for display: relative if it is below `cwd`. */
export function shortPath(path: string, cwd: string): string {
	const short = relative(resolve(cwd), path);
	return short.startsWith('..') ? path : short;
}
