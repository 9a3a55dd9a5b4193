/** Files of the installed package for a new project: the schema of configs, and the folder of examples. */
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {isThere} from './files.ts';

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

/** The folder of examples in the package. */
export const examplesFolder = (): string => join(root(), 'examples');
