/** Writes an imported config as YAML, with its remarks as comments. */
import {Document, isMap, type Pair, type Scalar, stringify, type YAMLMap} from 'yaml';
import {
	configOf,
	type ImportedConfig,
	type ImportedResource,
	secretNamesIn,
	variablesIn,
} from './imported-config.ts';

const WIDEST = 96;

export interface CommentOptions {
	/** The file or URL that was imported. */
	readonly from: string;
	/** The word of `sluice import`: `openapi`. */
	readonly source: string;
	/** Where values of a key come from, in the words of the source: `columns: the schema of the response`. */
	readonly origins?: {readonly [key: string]: string};
}

/** The text of `sluice.yaml`. */
export function commented(imported: ImportedConfig, {from, source, origins = {}}: CommentOptions): string {
	const config = configOf(imported);
	const document = new Document(config);
	const secrets = secretNamesIn(config);
	const variables = variablesIn(config);
	document.commentBefore = comment([
		`Imported from ${from} by sluice import ${source}.`,
		...(secrets.length > 0 ? [`Secrets, in secrets.toml beside this file: ${secrets.join(', ')}.`] : []),
		...(variables.length > 0 ? [`Variables of the environment: ${variables.join(', ')}.`] : []),
		...imported.remarks.map(remark => `${remark}.`),
	]);
	const resources = document.get('resources') as {items: unknown[]};
	for (const [index, each] of imported.resources.entries()) {
		const node = resources.items[index];
		if (isMap(node)) describe(node as YAMLMap<Scalar, unknown>, each, origins);
	}
	const {leftOut} = imported;
	document.comment =
		leftOut.length === 0
			? null
			: comment(['', 'Left out:', ...leftOut.map(({name, reason}) => `- ${name}: ${reason}`)]);
	return document.toString({lineWidth: 110});
}

function describe(
	node: YAMLMap<Scalar, unknown>,
	{remarks, suggestion}: ImportedResource,
	origins: {readonly [key: string]: string},
): void {
	if (remarks.length > 0) node.commentBefore = comment(remarks.map(remark => `${remark}.`));
	sources(node, origins);
	if (!suggestion) return;
	const {text, keys} = suggestion;
	const endpoint = node.get('endpoint');
	const owner = isMap(endpoint) ? endpoint : node;
	owner.comment = [
		comment([`${text}:`]),
		...stringify(keys)
			.trimEnd()
			.split('\n')
			.map(line => ` ${line}`),
	].join('\n');
}

function sources(map: YAMLMap<Scalar, unknown>, origins: {readonly [key: string]: string}): void {
	for (const {key, value} of map.items as Pair<Scalar, unknown>[]) {
		const name = String(key.value);
		if (name === 'endpoint' && isMap(value)) sources(value as YAMLMap<Scalar, unknown>, origins);
		const origin = Object.hasOwn(origins, name) ? origins[name] : undefined;
		if (origin === undefined || value === null || typeof value !== 'object') continue;
		if ('items' in value) Object.assign(value, {commentBefore: ` ${origin}`});
		else Object.assign(value, {comment: ` ${origin}`});
	}
}

/** Lines of a comment. A line break in a text of the source would end it. */
function comment(lines: readonly string[]): string {
	return lines
		.flatMap(line => folded(line.replace(/\s+/g, ' ')).map(part => (part === '' ? '' : ` ${part}`)))
		.join('\n');
}

function folded(text: string): string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last === undefined || last.length + word.length > WIDEST) lines.push(word);
		else lines[lines.length - 1] = `${last} ${word}`;
	}
	return lines;
}

/** The text of `secrets.toml`: a line for each secret, empty if its value is not known. */
export function secretsText(names: readonly string[], values: ReadonlyMap<string, string>): string {
	return names.map(name => `${name} = ${JSON.stringify(values.get(name) ?? '')}\n`).join('');
}
