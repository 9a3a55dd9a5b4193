/**
 * Assembles one config from a file and those that it includes. Keys `x-…` at the top are for YAML anchors and
 * have no meaning.
 */
import {dirname, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {asObject, type ConfigPath, isPlainObject, type PlainObject, setIn, valueAt} from '../tree.ts';
import {fromFolderOf} from './plugins.ts';
import type {ConfigSource} from './source.ts';

export interface AssembleOptions {
	readonly file: string;
	readonly name: string;
	/** Reads another file. */
	read(file: string, name: string): Promise<ConfigSource>;
	/** The files that include this one. */
	readonly above?: readonly string[];
}

/**
 * The config with its includes. Objects are merged key by key. For other values, the file replaces those of
 * its includes, and a later include those of an earlier one. Paths start at the folder of the file that
 * contains them.
 */
export async function assembleConfig(
	source: ConfigSource,
	{file, name, read, above = []}: AssembleOptions,
): Promise<ConfigSource> {
	if (!isPlainObject(source.tree)) return source;
	const {include, ...rest} = source.tree;
	const own: PlainObject = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('x-')));
	if (own.plugins != null) own.plugins = fromFolderOf(file, own.plugins);
	const parts: (ConfigSource & {readonly name: string})[] = [];
	for (const path of pathsIn(include, name)) {
		const other = resolve(dirname(file), path);
		const files = [...above, file];
		if (files.includes(other)) throw new ConfigError(`${path} includes itself, by way of ${name}`, name);
		const part = await assembleConfig(await read(other, path), {file: other, name: path, read, above: files});
		parts.push({...part, name: path});
	}
	if (parts.length === 0) return {...source, tree: own};
	const tree = asObject([...parts.map(part => part.tree), own].reduce(merged, {}));
	const plugins = [own, ...parts.map(part => asObject(part.tree))].flatMap(each => each.plugins ?? []);
	if (plugins.length > 0) tree.plugins = plugins;
	const partWith = (path: ConfigPath) => {
		const isOwn = path.length === 0 || valueAt(own, path) !== undefined;
		return isOwn ? undefined : parts.findLast(part => valueAt(part.tree, path) !== undefined);
	};
	return {
		tree,
		locate: (path, atKey) => (partWith(path) ? undefined : source.locate(path, atKey)),
		originOf(path, atKey) {
			const part = partWith(path);
			const place = part?.locate(path, atKey);
			return (
				part &&
				(part.originOf?.(path, atKey) ?? [part.name, place?.line, place?.column].filter(Boolean).join(':'))
			);
		},
	};
}

function pathsIn(include: unknown, name: string): string[] {
	const paths = [include ?? []].flat();
	if (paths.every((path): path is string => typeof path === 'string' && path !== '')) return paths;
	throw new ConfigError('include: expected the path of a file, or a list of paths', name);
}

function merged(base: unknown, over: unknown): unknown {
	if (over === undefined) return base;
	if (!isPlainObject(base) || !isPlainObject(over)) return over;
	const made: PlainObject = {...base};
	for (const [key, value] of Object.entries(over)) setIn(made, key, merged(made[key], value));
	return made;
}
