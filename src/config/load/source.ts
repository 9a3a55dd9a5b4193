/** Reads a config file into a plain tree, and keeps the position of each value. */
import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {extname} from 'node:path';
import {pathToFileURL} from 'node:url';
import {isScalar, LineCounter, parseAllDocuments, visit} from 'yaml';
import {ConfigError, type ConfigIssue} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';
import {type ConfigPath, formatPath, isPlainObject, mapLeaves} from '../tree.ts';
import {assembleConfig} from './assemble.ts';
import {inWords, pointedAt} from './broken-yaml.ts';
import {isReadable} from './discover.ts';
import {type Locate, locator} from './locate.ts';
import {moduleAdvice} from './module-advice.ts';

export interface ConfigSource {
	/** The tree. The caller may change it. */
	readonly tree: unknown;
	readonly locate: Locate;
	/** The included file of a value, with line and column; `undefined` for a value of the file itself. */
	readonly originOf?: (path: ConfigPath, atKey?: boolean) => string | undefined;
}

/** The argument of a config that is a function. */
export interface FunctionInput {
	readonly env: NodeJS.Dict<string>;
	/** The words of the command line. */
	readonly args: readonly string[];
}

/** Reads a file. `name` is its name in messages. `-` is stdin. The result contains the includes. */
export async function readSource(
	path: string,
	name: string,
	input: FunctionInput = {env: {}, args: []},
): Promise<ConfigSource> {
	const read = (file: string, called: string) => readOne(file, called, input);
	const source = name === '-' ? parseText(stdin(), 'stdin') : await read(path, name);
	return assembleConfig(source, {file: path, name, read});
}

/** Reads an object. The result contains the includes. */
export function objectSource(
	config: object,
	path: string,
	name: string,
	input: FunctionInput = {env: {}, args: []},
): Promise<ConfigSource> {
	const read = (file: string, called: string) => readOne(file, called, input);
	return assembleConfig({tree: plainTree(config, name), locate: () => undefined}, {file: path, name, read});
}

function stdin(): string {
	try {
		return readFileSync(0, 'utf8').replace(/^\uFEFF/, '');
	} catch (error) {
		throw new ConfigError(`cannot be read: ${messageOf(error)}`, 'stdin');
	}
}

async function readOne(path: string, name: string, input: FunctionInput): Promise<ConfigSource> {
	const kind = extname(path).toLowerCase();
	if (['.yaml', '.yml', '.json'].includes(kind)) return parseText(await readText(path, name), name);
	if (['.js', '.mjs', '.ts', '.mts'].includes(kind))
		return {tree: await importConfig(path, name, input), locate: () => undefined};
	throw new ConfigError('a config is a .yaml, .yml, .json, .js, .mjs, .ts or .mts file', name);
}

async function readText(path: string, name: string): Promise<string> {
	try {
		return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		throw new ConfigError(
			code === 'ENOENT' ? `not found; looked for ${path}` : `cannot be read: ${messageOf(error)}`,
			name,
		);
	}
}

// JSON is YAML too, so one parser finds the positions in both.
function parseText(text: string, name: string): ConfigSource {
	const lines = new LineCounter();
	const parsed = parseAllDocuments(text, {lineCounter: lines, prettyErrors: false, merge: true});
	const [document, second] = 'empty' in parsed ? [] : parsed;
	if (!document || (document.contents === null && document.errors.length === 0))
		throw new ConfigError('the file is empty', name);

	const issues: ConfigIssue[] = [];
	const report = (offset: number, message: string): void => {
		const {line, col} = lines.linePos(offset);
		issues.push({path: '', message, line, column: col});
	};
	// Only the first error: a parser's later errors follow from it.
	const [broken] = [...document.errors, ...document.warnings];
	if (broken) {
		const [at] = broken.pos;
		report(
			at,
			`cannot be read: ${inWords(broken.code, broken.message)}${advice(text, at)}${pointedAt(text, at)}`,
		);
	}
	if (second) report(second.range[0], 'a second document starts here; a config is one document');
	visit(document, {
		Scalar(_key, node) {
			if (isScalar(node) && Number.isInteger(node.value) && !Number.isSafeInteger(node.value))
				report(
					node.range?.[0] ?? 0,
					`the number ${node.source ?? ''} has too many digits to be exact; put it in quotes`,
				);
		},
		Alias(_key, node) {
			if (!node.resolve(document))
				report(node.range?.[0] ?? 0, `*${node.source} has no anchor &${node.source} above it`);
		},
	});
	if (issues.length > 0) throw new ConfigError(issues, name);
	try {
		return {tree: copy(document.toJS()), locate: locator(document, lines)};
	} catch (error) {
		throw new ConfigError(`cannot be read: ${messageOf(error)}`, name);
	}
}

function advice(text: string, offset: number): string {
	return text.charAt(offset - 1) === '$' ? `; inside { } and [ ], write "\${…}" with quotes` : '';
}

async function importConfig(path: string, name: string, input: FunctionInput): Promise<unknown> {
	let loaded: {default?: unknown};
	try {
		loaded = await import(pathToFileURL(path).href);
	} catch (error) {
		const missing =
			(error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && !(await isReadable(path));
		const why = `cannot be loaded: ${messageOf(error)}${moduleAdvice(path, error)}`;
		throw new ConfigError(missing ? `not found; looked for ${path}` : why, name);
	}
	const config =
		typeof loaded.default === 'function' ? await made(loaded.default, name, input) : loaded.default;
	if (!isPlainObject(config)) {
		const what = typeof loaded.default === 'function' ? 'its function must return' : 'must export';
		throw new ConfigError(`${what} an object: export default defineConfig({…})`, name);
	}
	return plainTree(config, name);
}

function plainTree(config: unknown, name: string): unknown {
	if (!isPlainObject(config)) throw new ConfigError('expected an object', name);
	const again = cycleIn(config);
	if (again) throw new ConfigError(`${formatPath(again)} holds itself; a config is a tree`, name);
	return copy(config);
}

async function made(make: unknown, name: string, input: FunctionInput): Promise<unknown> {
	try {
		return await (make as (given: FunctionInput) => unknown)(input);
	} catch (error) {
		throw new ConfigError(`its function failed: ${messageOf(error)}`, name);
	}
}

// The path at which an object contains itself.
function cycleIn(tree: unknown, at: ConfigPath = [], above: readonly unknown[] = []): ConfigPath | undefined {
	if (!Array.isArray(tree) && !isPlainObject(tree)) return undefined;
	if (above.includes(tree)) return at;
	for (const [key, item] of Object.entries(tree)) {
		const found = cycleIn(item, [...at, Array.isArray(tree) ? Number(key) : key], [...above, tree]);
		if (found) return found;
	}
	return undefined;
}

// Aliases and JavaScript share parts of the tree, but a change of one part must not reach another.
function copy(tree: unknown): unknown {
	return mapLeaves(tree, leaf => leaf);
}
