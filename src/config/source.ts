/** Reads a config file into a plain tree, and remembers where everything in it stands. */
import {readFile} from 'node:fs/promises';
import {extname} from 'node:path';
import {pathToFileURL} from 'node:url';
import {isScalar, LineCounter, parseAllDocuments, visit} from 'yaml';
import {ConfigError, type ConfigIssue} from '../core/errors.ts';
import {messageOf} from '../core/stage.ts';
import {type Locate, locator} from './locate.ts';
import {isPlainObject, mapLeaves} from './tree.ts';

export interface Source {
	/** Ours to change. */
	readonly tree: unknown;
	readonly locate: Locate;
}

/** `name` is how messages call the file. */
export async function readSource(path: string, name: string): Promise<Source> {
	const kind = extname(path).toLowerCase();
	if (['.yaml', '.yml', '.json'].includes(kind)) return parseText(await readText(path, name), name);
	if (kind === '.js' || kind === '.mjs') return {tree: await importConfig(path, name), locate: () => undefined};
	throw new ConfigError('a config is a .yaml, .yml, .json, .js or .mjs file', name);
}

async function readText(path: string, name: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		throw new ConfigError(code === 'ENOENT' ? `not found; looked for ${path}` : `cannot be read: ${messageOf(error)}`, name);
	}
}

// JSON is YAML too, so one parser gives positions for both.
function parseText(text: string, name: string): Source {
	const lines = new LineCounter();
	const parsed = parseAllDocuments(text, {lineCounter: lines, prettyErrors: false, merge: true});
	const [document, second] = 'empty' in parsed ? [] : parsed;
	if (!document || (document.contents === null && document.errors.length === 0)) throw new ConfigError('the file is empty', name);

	const issues: ConfigIssue[] = [];
	const report = (offset: number, message: string): void => {
		const {line, col} = lines.linePos(offset);
		issues.push({path: '', message, line, column: col});
	};
	for (const {pos, message} of [...document.errors, ...document.warnings]) report(pos[0], `cannot be read: ${message}`);
	if (second) report(second.range[0], 'a second document starts here; a config is one document');
	visit(document, {
		Scalar(_key, node) {
			if (isScalar(node) && Number.isInteger(node.value) && !Number.isSafeInteger(node.value))
				report(node.range?.[0] ?? 0, `the number ${node.source ?? ''} has too many digits to be exact; put it in quotes`);
		},
	});
	if (issues.length > 0) throw new ConfigError(issues, name);
	try {
		return {tree: document.toJS(), locate: locator(document, lines)};
	} catch (error) {
		throw new ConfigError(`cannot be read: ${messageOf(error)}`, name);
	}
}

async function importConfig(path: string, name: string): Promise<unknown> {
	let loaded: {default?: unknown};
	try {
		loaded = await import(pathToFileURL(path).href);
	} catch (error) {
		const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && !(await isFile(path));
		throw new ConfigError(missing ? `not found; looked for ${path}` : `cannot be loaded: ${messageOf(error)}`, name);
	}
	if (!isPlainObject(loaded.default)) throw new ConfigError('must export an object: export default defineConfig({…})', name);
	return mapLeaves(loaded.default, leaf => leaf);
}

async function isFile(path: string): Promise<boolean> {
	return readFile(path).then(
		() => true,
		() => false,
	);
}
