/** Files of the installed package for a new project: the schema of configs, and examples. */
import {readdir, readFile} from 'node:fs/promises';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {didYouMean} from '../config/suggest.ts';
import {ConfigError} from '../core/errors.ts';
import {ignoreCodes} from '../core/files/durable.ts';
import {isThere, type NewFile} from './files.ts';

const root = (): string => dirname(fileURLToPath(import.meta.resolve('sluice/package.json')));

/**
 * The address of the schema for a file in this folder: a path below `node_modules` if the package is
 * installed there, else its URL.
 */
export async function schemaFor(folder: string): Promise<string> {
	for (let above = resolve(folder); ; above = dirname(above)) {
		const path = join(above, 'node_modules/sluice/schema.json');
		if (await isThere(path))
			return `./${relative(resolve(folder), path)}`.replaceAll('\\', '/').replace(/^\.\/\.\./, '..');
		if (above === dirname(above)) break;
	}
	return pathToFileURL(join(root(), 'schema.json')).href;
}

/** The files of the example with this name. Throws a `ConfigError` with the available names. */
export async function exampleFiles(name: string, examples = join(root(), 'examples')): Promise<NewFile[]> {
	const entries = await readdir(examples, {withFileTypes: true}).catch(
		error => ignoreCodes(error, 'ENOENT') ?? [],
	);
	const names = new Map<string, () => Promise<NewFile[]>>();
	for (const entry of entries) {
		const path = join(examples, entry.name);
		if (entry.isDirectory()) {
			if (await isThere(join(path, 'sluice.yaml'))) names.set(entry.name, () => filesBelow(path));
		} else if (entry.name.endsWith('.yaml'))
			names.set(entry.name.slice(0, -5), async () => [{path: 'sluice.yaml', content: await readFile(path)}]);
	}
	const found = names.get(name);
	if (found) return found();
	const all = [...names.keys()].sort();
	const there = all.length === 0 ? 'this version has none' : `there are ${all.join(', ')}`;
	throw new ConfigError(`no example ${JSON.stringify(name)}${didYouMean(name, all)}; ${there}`);
}

async function filesBelow(folder: string): Promise<NewFile[]> {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile());
	return Promise.all(
		files.map(async ({parentPath, name}) => {
			const path = join(parentPath, name);
			return {path: relative(folder, path), content: await readFile(path)};
		}),
	);
}
