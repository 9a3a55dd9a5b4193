/** Loads the files in `plugins` of a config. */
import {createRequire} from 'node:module';
import {dirname, isAbsolute, join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {messageOf} from '../../core/stage.ts';
import {isPlugin, type Plugin} from '../../plugins/plugin.ts';
import type {Finding} from '../finding.ts';
import {isPlainObject, setIn} from '../tree.ts';
import {moduleAdvice} from './module-advice.ts';

/** The list of plugins, with paths resolved from the folder of `file`. */
export function fromFolderOf(file: string, plugins: unknown): unknown[] {
	return [plugins ?? []]
		.flat()
		.map(path => (typeof path === 'string' && /^\.\.?\//.test(path) ? resolve(dirname(file), path) : path));
}

/** Replaces the path of each file by its plugins, in the tree itself. */
export async function loadPlugins(tree: unknown, folder: string): Promise<Finding[]> {
	if (!isPlainObject(tree) || !Array.isArray(tree.plugins)) return [];
	const loaded: unknown[] = [];
	const found: Finding[] = [];
	for (const [index, given] of tree.plugins.entries()) {
		if (typeof given !== 'string') {
			loaded.push(given);
			continue;
		}
		const {plugins, problem} = await pluginsIn(given, folder);
		loaded.push(...plugins);
		if (problem !== undefined) found.push({path: ['plugins', index], message: problem});
	}
	setIn(tree, 'plugins', loaded);
	return found;
}

async function pluginsIn(path: string, folder: string): Promise<{plugins: Plugin[]; problem?: string}> {
	try {
		const exported: object = await import(specifierOf(path, folder));
		const plugins = [...new Set(Object.values(exported).flat())].filter(isPlugin);
		if (plugins.length > 0) return {plugins};
		return {plugins, problem: 'exports no plugin; export what definePaginator() or its like returns'};
	} catch (error) {
		return {plugins: [], problem: `cannot be loaded: ${messageOf(error)}${moduleAdvice(path, error)}`};
	}
}

function specifierOf(path: string, folder: string): string {
	if (isAbsolute(path)) return pathToFileURL(path).href;
	try {
		return pathToFileURL(createRequire(join(folder, 'config')).resolve(path)).href;
	} catch {
		// A package with only an `import` entry, which Node finds from here.
		return path;
	}
}
