/** The pages of the reference that are made from the code. `npm run docs:reference` writes them. */

import {common, definitions, flagsOf, type OptionDefinition} from '../../src/cli/manual/definitions.ts';
import {verbs} from '../../src/cli/verbs.ts';
import {configJsonSchema} from '../../src/config/schema/json-schema.ts';
import {cataloguePage} from './catalogue.ts';

interface Schema {
	readonly type?: string | readonly string[];
	readonly description?: string;
	readonly default?: unknown;
	readonly const?: unknown;
	readonly enum?: readonly unknown[];
	readonly $ref?: string;
	readonly anyOf?: readonly Schema[];
	readonly oneOf?: readonly Schema[];
	readonly items?: Schema;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: boolean | Schema;
	readonly not?: Schema;
	readonly $defs?: Readonly<Record<string, Schema>>;
}

const made = '<!-- Made by npm run docs:reference. Change the code, not this page. -->';

/** Text for a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
const code = (text: string): string => `\`${text}\``;
const isShown = ({type, not}: Schema): boolean => type !== 'null' && not === undefined;
const nameOf = ($ref: string): string => $ref.replace('#/$defs/', '');

/** Definitions with a section of their own. */
const sections: Readonly<Record<string, string>> = {
	auth: 'auth',
	paginator: 'paginator',
	endpoint: 'endpoint',
	incremental: 'incremental',
	sync: 'sync',
	response_actions: 'response_actions',
	body_format: 'format',
	columns: 'columns',
	column: 'columns',
	column_hints: 'columns',
	processing_step: 'processing_steps',
};

/** What a value may be, in words. */
function typeOf(schema: Schema): string {
	const {$ref, enum: words, const: word, anyOf, oneOf, items, type} = schema;
	if ($ref !== undefined) return referred(nameOf($ref));
	if (word !== undefined) return code(String(word));
	if (words) return words.map(each => code(String(each))).join(', ');
	const forms = anyOf ?? oneOf;
	if (forms) return [...new Set(forms.filter(isShown).map(typeOf))].filter(Boolean).join(' or ');
	if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`;
	if (type === 'string') return 'text';
	if (type === 'object') return 'object';
	return [type ?? []]
		.flat()
		.filter(each => each !== 'null')
		.join(' or ');
}

const referred = (name: string): string => {
	const section = sections[name];
	return section === undefined ? 'anything' : `[${section}](#${section})`;
};

/** Objects that a value may be, through lists and choices, but not through other sections. */
function objectsIn(schema: Schema): Schema[] {
	if (schema.properties) return [schema];
	const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])];
	return forms.flatMap(objectsIn);
}

/** Rows of a table: the keys of an object, and those of objects in it, by their path. */
function rowsOf({properties = {}, required = []}: Schema, before = ''): string[] {
	return Object.entries(properties).flatMap(([name, schema]) => {
		const path = `${before}${name}`;
		const {default: fallback, description = ''} = schema;
		const usual =
			fallback === undefined ? (required.includes(name) ? 'required' : '') : code(JSON.stringify(fallback));
		const row = `| ${code(path)} | ${cell(typeOf(schema))} | ${cell(usual)} | ${cell(description)} |`;
		return [row, ...objectsIn(schema).flatMap(inner => rowsOf(inner, `${path}.`))];
	});
}

const head = '| key | value | default | |\n| --- | --- | --- | --- |';

function table(schema: Schema): string {
	return [head, ...new Set(rowsOf(schema))].join('\n');
}

/** One table for each kind, such as each paginator; or one for the object. */
function section(title: string, schema: Schema): string {
	const objects = objectsIn(schema);
	const parts = objects.map(each => {
		const type = each.properties?.type;
		const kinds = type?.const !== undefined ? [type.const] : (type?.enum ?? []);
		const intro = objects.length > 1 && kinds.length > 0 ? `### ${kinds.join(', ')}\n\n` : '';
		return intro + table(each);
	});
	return `## ${title}\n\n${parts.join('\n\n')}`;
}

export function keysPage(): string {
	const schema = configJsonSchema() as Schema;
	const {client, resources, output, ...top} = schema.properties ?? {};
	const defs = Object.entries(sections).filter(([name]) => name !== 'columns' && name !== 'column');
	const pages = [
		section('The file', {
			...schema,
			properties: {...leaves(top), client: leaf(client), resources: leaf(resources)},
		}),
		section('client', client ?? {}),
		section('resources', resources ?? {}),
		...defs.map(([name, title]) => section(title, schema.$defs?.[name] ?? {})),
		section('output', output ?? {}),
	];
	return `# Every key\n\n${made}\n
All keys of a config as \`sluice check\` knows them, with the type of their value and their default. The same words
help you in an editor: \`sluice schema config > sluice.schema.json\`. [The config](config.md) explains them by topic.

${pages.join('\n\n')}\n`;
}

/** Without what is in it. */
function leaf({description = '', type}: Schema = {}): Schema {
	return {description, ...(type !== undefined && {type})};
}

const leaves = (properties: Readonly<Record<string, Schema>>): Record<string, Schema> =>
	Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, leaf(each)]));

const optionRow = (option: OptionDefinition): string => {
	const value = option.value === 'switch' ? '' : option.choices.map(code).join(', ') || option.value;
	return `| ${flagsOf(option).map(code).join(', ')} | ${value} | ${cell(option.describe)} |`;
};

const optionTable = (options: readonly OptionDefinition[]): string =>
	['| option | value | |', '| --- | --- | --- |', ...options.map(optionRow)].join('\n');

export function optionsPage(): string {
	const parts = definitions(verbs).map(({command, describe, positionals, options, examples, epilogues}) =>
		[
			`## sluice ${command}`,
			`${describe}.`,
			positionals.map(each => `- ${code(each.name)}: ${each.describe}`).join('\n'),
			options.length > 0 ? optionTable(options) : '',
			examples.length > 0
				? `\`\`\`sh\n${examples.map(({line, about}) => (about ? `# ${about}\n${line}` : line)).join('\n')}\n\`\`\``
				: '',
			...epilogues.map(text => `\`\`\`text\n${text}\n\`\`\``),
		]
			.filter(Boolean)
			.join('\n\n'),
	);
	return `# Every option\n\n${made}\n
The words of \`sluice COMMAND --help\`. [Commands](commands.md) has them on one page, with exit codes and events.

## Options of all commands

${optionTable(common)}

${parts.join('\n\n')}\n`;
}

export const generatedPages: Readonly<Record<string, () => string | Promise<string>>> = {
	'docs/how-to/catalogue.md': cataloguePage,
	'docs/reference/keys.md': keysPage,
	'docs/reference/options.md': optionsPage,
};
