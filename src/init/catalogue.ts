/** The examples of the package: configs for public APIs, and the facts in the comment at their head. */
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {parse as parseYaml} from 'yaml';
import {didYouMean} from '../config/suggest.ts';
import {eachText} from '../config/tree.ts';
import {ConfigError} from '../core/errors.ts';
import {ignoreCodes} from '../core/files/durable.ts';
import {examplesFolder} from './package-files.ts';
import {variablesIn} from './project.ts';

export interface Example {
	/** The word for `sluice init --from`. */
	readonly name: string;
	/** The API. */
	readonly title: string;
	/** What it reads, in words. */
	readonly about: string;
	/** The address of the vendor's documentation. */
	readonly docs: string;
	/** The credentials that it needs. */
	readonly auth: string;
	/** What no source confirms. */
	readonly unchecked: readonly string[];
	readonly resources: readonly string[];
	/** Secrets that the config takes. */
	readonly secrets: readonly string[];
	/** Variables of the environment that the config takes and has no default for. */
	readonly variables: readonly string[];
	/** The text of its `sluice.yaml`. */
	readonly text: string;
}

/** All examples, by name. */
export async function examples(folder = examplesFolder()): Promise<Example[]> {
	const entries = await readdir(folder, {withFileTypes: true}).catch(
		error => ignoreCodes(error, 'ENOENT') ?? [],
	);
	const names = entries.filter(entry => entry.isDirectory()).map(({name}) => name);
	return Promise.all(
		names
			.sort()
			.map(async name => exampleOf(name, await readFile(join(folder, name, 'sluice.yaml'), 'utf8'))),
	);
}

/** The example with this name. Throws a `ConfigError` with the names of all. */
export async function exampleNamed(name: string): Promise<Example> {
	const all = await examples();
	const found = all.find(each => each.name === name);
	if (found) return found;
	const names = all.map(each => each.name);
	throw new ConfigError(
		`no example ${JSON.stringify(name)}${didYouMean(name, names)}; there are ${names.join(', ')}`,
	);
}

/** Reads the comment at the head: `# Title: about`, `# Docs: …`, `# Auth: …`, `# Unchecked:` and its list. */
export function exampleOf(name: string, text: string): Example {
	const [head = ''] = text.split(/^(?!#)/m, 1);
	const lines = head.split('\n').map(line => line.replace(/^# ?/, ''));
	const [, title = name, about = ''] = /^(.*?): (.*)$/.exec(lines[0] ?? '') ?? [];
	const fact = (word: string): string =>
		lines.find(line => line.startsWith(`${word}: `))?.slice(word.length + 2) ?? '';
	const config = parseYaml(text) as {resources: readonly {readonly name: string}[]};
	const secrets = new Set<string>();
	eachText(config, leaf => {
		for (const [, secret = ''] of leaf.matchAll(/\$\{secrets\.(\w+)\}/g)) secrets.add(secret);
	});
	return {
		name,
		title,
		about,
		docs: fact('Docs'),
		auth: fact('Auth'),
		unchecked: listed(lines.slice(lines.indexOf('Unchecked:') + 1)),
		resources: config.resources.map(each => each.name),
		secrets: [...secrets],
		variables: variablesIn(config),
		text,
	};
}

/** Items that begin with a dash. A line that is indented goes on with the one above. */
function listed(lines: readonly string[]): string[] {
	const items: string[] = [];
	for (const line of lines) {
		if (line.startsWith('- ')) items.push(line.slice(2));
		else if (line.startsWith('  ') && items.length > 0) items.push(`${items.pop()} ${line.trim()}`);
	}
	return items;
}
