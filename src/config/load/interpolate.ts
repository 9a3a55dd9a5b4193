/**
 * Fills in `${NAME}`, `${NAME:-default}`, `${secrets.name}` and `${file:path}` in the texts of a config.
 * `$${` is a literal `${`.
 */
import {parse} from 'yaml';
import {ownValue} from '../../core/own.ts';
import {PLACEHOLDER, Secret} from '../../core/secret.ts';
import type {Finding} from '../finding.ts';
import {doubled, isPath, isTemplate, template} from '../placeholders/braces.ts';
import {isSecretPath} from '../secret-path.ts';
import {type ConfigPath, isPlainObject, mapLeaves, type PlainObject, setIn} from '../tree.ts';
import {readSecretFile} from './secret-file.ts';
import type {Secrets} from './secrets.ts';

export interface Interpolated {
	readonly tree: unknown;
	/** Names without a value, and files that cannot be read. Their texts stay as they are. */
	readonly problems: readonly Finding[];
	/** Values that came from `${secrets.…}` and `${file:…}`. */
	readonly secrets: ReadonlySet<string>;
	/**
	 * Values that consist of one `${NAME}`, parsed as YAML. A variable is text; if the schema requires a number
	 * or true/false, it gets this value instead.
	 */
	readonly alternatives: readonly {readonly path: ConfigPath; readonly value: unknown}[];
}

export interface InterpolateSources {
	readonly env: NodeJS.Dict<string>;
	readonly secrets: Secrets;
	/** The folder of the config, from which relative paths of `${file:…}` start. */
	readonly folder?: string;
	/** Whether a placeholder replaces each secret that is not set. @default false */
	readonly withoutSecrets?: boolean | undefined;
}

const PLACEHOLDER_URL = `https://${PLACEHOLDER}.invalid`;
/** Keys whose value has to be a URL. */
const isUrl = /(^|_)ur[li]$|^(https?_)?proxy$/;

const reference = /\$\$\{[^{}]*\}|\$\$\{|\$\{([^{}]*)\}|\$\{/g;
const content = /^(?:secrets\.([\w-]+(?:\.[\w-]+)*)|([A-Za-z_]\w*))(?::-(.*))?$/s;
const file = /^file:(.+?)(?::-(.*))?$/s;
// Marks the place of a reference: a code point that is no character, and occurs in no text.
const HOLE = '\uffff';
const wholeVariable = /^\$\{(?!secrets\.|file:)[^{}]*\}$/;

export function interpolate(
	tree: unknown,
	{env, secrets, folder = '.', withoutSecrets = false}: InterpolateSources,
): Interpolated {
	const problems: Finding[] = [];
	const used = new Set<string>();
	const alternatives: {path: ConfigPath; value: unknown}[] = [];

	const secretly = (value: string, path: ConfigPath): string => {
		const inserted = isTemplate(path) ? doubled(value) : value;
		for (const spelling of [value, inserted]) {
			used.add(spelling);
			new Secret(spelling);
		}
		return inserted;
	};

	// Inside a URL, as its host or its user, a secret is no URL itself.
	const placeholder = (path: ConfigPath, isFirst: boolean): string =>
		secretly(isFirst && isUrl.test(String(path.at(-1))) ? PLACEHOLDER_URL : PLACEHOLDER, path);

	const resolve = (inner: string | undefined, path: ConfigPath, isFirst: boolean): string | undefined => {
		const report = (message: string): undefined => {
			problems.push({path, message});
		};
		const [, given, instead] = file.exec(inner ?? '') ?? [];
		if (given !== undefined) {
			const read = readSecretFile(folder, given);
			if ('text' in read) return secretly(read.text, path);
			if (withoutSecrets && instead === undefined) return placeholder(path, isFirst);
			return read.isAbsent && instead !== undefined ? instead : report(read.problem);
		}
		const found = inner === undefined ? null : content.exec(inner);
		if (!found) return report(inner === undefined ? unclosed : `cannot read \${${inner}}; ${usage}`);
		const [, secret, name = '', fallback] = found;
		const value = secret === undefined ? ownValue(env, name) : secrets.get(secret);
		// As in a shell, `:-` also applies to an empty value.
		// An import writes the names of secrets with empty values, to be filled in.
		const isToBeFilled = withoutSecrets && secret !== undefined;
		if (value === undefined || (value === '' && (fallback !== undefined || isToBeFilled))) {
			if (fallback !== undefined) return fallback;
			if (withoutSecrets && (secret !== undefined || isSecretPath(path))) return placeholder(path, isFirst);
			if (secret !== undefined)
				return report(`\${secrets.${secret}} is not set; looked for ${secrets.places(secret)}`);
			return report(`\${${name}} is not set in the environment; set it, or write \${${name}:-default}`);
		}
		return secret !== undefined ? secretly(value, path) : isTemplate(path) ? doubled(value) : value;
	};

	const replaced = mapLeaves(tree, (leaf, path) => {
		if (typeof leaf !== 'string') return leaf;
		// Without this check, the text itself would be sent.
		if (/^file:\S*\//.test(leaf) && isSecretPath(path)) {
			problems.push({
				path,
				message: `is not read from that file; write \${file:${leaf.slice(5).replace(/^\/\/\//, '/')}}`,
			});
			return leaf;
		}
		if (!leaf.includes('${')) return leaf;
		const values: string[] = [];
		const shape = leaf.replace(reference, (match, inner: string | undefined, at: number) => {
			// Its braces are not a placeholder of a request either.
			if (match.startsWith('$$')) {
				values.push(isTemplate(path) ? doubled(match.slice(1)) : match.slice(1));
				return HOLE;
			}
			values.push(resolve(inner, path, at === 0) ?? match);
			return HOLE;
		});
		// The author's text decides which braces are literal, not the values in it.
		const frame = isTemplate(path) ? template(shape, isPath(path) ? [] : undefined) : shape;
		const text = frame.replaceAll(HOLE, () => values.shift() ?? HOLE);
		if (wholeVariable.test(leaf) && text !== leaf) alternatives.push({path, value: scalar(text)});
		return text;
	});
	return {tree: literalKeys(replaced, problems), problems, secrets: used, alternatives};
}

// References are filled in only in values, not in keys.
function literalKeys(tree: unknown, problems: Finding[], at: ConfigPath = []): unknown {
	if (Array.isArray(tree)) return tree.map((item, index) => literalKeys(item, problems, [...at, index]));
	if (!isPlainObject(tree)) return tree;
	const made: PlainObject = {};
	for (const [key, item] of Object.entries(tree)) {
		const path = [...at, key];
		const found = /(?<!\$)\$\{[^{}]*\}/.exec(key)?.[0];
		if (found !== undefined)
			problems.push({
				path,
				message: `${found} in a key is not filled in; it goes into values, and $${found} is itself`,
				atKey: true,
			});
		setIn(made, key.replaceAll('$${', '${'), literalKeys(item, problems, path));
	}
	return made;
}

const usage = `write \${NAME}, \${NAME:-default}, \${secrets.name} or \${file:path}, and $\${ for a literal \${`;
const unclosed = `"\${" without its "}"; ${usage}`;

function scalar(text: string): unknown {
	try {
		const value: unknown = parse(text);
		return typeof value === 'number' || typeof value === 'boolean' ? value : text;
	} catch {
		return text;
	}
}
