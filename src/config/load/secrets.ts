/** Reads secrets, finds the secret parts of a config, and makes a copy without them. */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {ownValue} from '../../core/own.ts';
import {isSecretName, Secret, scrub} from '../../core/secret.ts';
import {messageOf} from '../../core/stage.ts';
import {fill, isTemplate} from '../placeholders/braces.ts';
import {isSecretPath} from '../secret-path.ts';
import {eachText, formatPath, isPlainObject, mapLeaves, valueAt} from '../tree.ts';

export interface Secrets {
	/** The secret named `a.b`, or `undefined`. */
	get(name: string): string | undefined;
	/**
	 * The places of the search, for messages: `A__B in the environment, a.b in secrets.toml or
	 * .dlt/secrets.toml`.
	 */
	places(name: string): string;
}

const files = ['secrets.toml', '.dlt/secrets.toml'];

/**
 * Secrets by name. The sources in their order are `given`, the environment, `secrets.toml` beside the config,
 * and dlt's own file.
 */
export async function readSecrets(
	folder: string,
	env: NodeJS.Dict<string>,
	given: Readonly<Record<string, string>> = {},
): Promise<Secrets> {
	const tables = await Promise.all(files.map(file => readToml(join(folder, file))));
	return {
		get(name) {
			const value = ownValue(given, name) ?? ownValue(env, variable(name));
			// An empty variable does not hide a secret.
			if (value) return value;
			for (const table of tables) {
				const found = table(name.split('.'));
				if (found !== undefined) return found;
			}
			return value;
		},
		places: name => `${variable(name)} in the environment, ${name} in ${files.join(' or ')}`,
	};
}

function variable(name: string): string {
	return name.toUpperCase().replaceAll('.', '__').replaceAll('-', '_');
}

/** The value at a path, as text. */
type Table = (path: readonly string[]) => string | undefined;

async function readToml(path: string): Promise<Table> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return () => undefined;
		throw new ConfigError(`cannot be read: ${messageOf(error)}`, path);
	}
	const {parse, TomlError, TomlDate} = await import('smol-toml');
	try {
		const tree = parse(text, {integersAsBigInt: 'asNeeded'});
		const spelled = spelledOut(text, parse);
		return keys => {
			const found: unknown = valueAt(tree, keys);
			if (found instanceof TomlDate || typeof found === 'number') {
				const text: unknown = valueAt(spelled, keys);
				if (typeof text === 'string') return text;
				return found instanceof TomlDate ? found.toISOString() : String(found);
			}
			return found === undefined || isPlainObject(found) || Array.isArray(found) ? undefined : String(found);
		};
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		// Only the first line of the message, as the rest shows the text around the fault, which has secrets.
		const [message = ''] = error.message.split('\n');
		throw new ConfigError([{path: '', message, line: error.line, column: error.column}], path);
	}
}

const bareValue = /^(\s*[\w."'-]+\s*=\s*)(\d[\dTtZz:.+\- ]*?)(\s*(?:#.*)?)$/gm;

// The same table with its dates and decimals in quotes, so that they keep their spelling: 1.10 is not 1.1.
// Lines of a long text may change in it.
function spelledOut(text: string, parse: (text: string) => unknown): unknown {
	try {
		return parse(text.replace(/\r$/gm, '').replace(bareValue, '$1"$2"$3'));
	} catch {
		return {};
	}
}

/**
 * Makes every message hide the values of secret names in the config, parameters inside a path included, and
 * passwords inside URLs, except for those at the paths in `except`.
 */
export function hideSecrets(tree: unknown, except: ReadonlySet<string> = new Set()): void {
	eachText(tree, (text, path) => {
		if (isSecretPath(path) && !except.has(formatPath(path))) {
			new Secret(text);
			if (isTemplate(path)) new Secret(fill(text));
		}
		if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) new Secret(text);
		const password = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*:([^/?#@]+)@/i.exec(text)?.[1];
		if (password) new Secret(password);
		for (const [, name = '', value = ''] of text.matchAll(/[?&]([^?&=#\s]+)=([^&#{}\s]+)/g)) {
			if (isSecretName(name) || name === 'key') new Secret(value);
		}
	});
}

/** A copy for printing, with `***` in place of each secret. `known` are the values of `${secrets.…}`. */
export function maskSecrets<T>(config: T, known: ReadonlySet<string>): T {
	const masked = mapLeaves(config, (value, path) => {
		if (typeof value === 'function') return '(a function)';
		// A custom authenticator may keep its secrets anywhere.
		if (typeof value === 'object' && value !== null) return `(${value.constructor?.name ?? 'an object'})`;
		if (typeof value !== 'string') return isSecretPath(path) && typeof value === 'number' ? '***' : value;
		return isSecretPath(path) || known.has(value) ? '***' : scrub(value);
	});
	return masked as T;
}
