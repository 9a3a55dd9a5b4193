/** Writes a draft as YAML, with its remarks as comments. */
import {Document, isMap, type Pair, type Scalar, stringify, type YAMLMap} from 'yaml';
import type {ConfigPath} from '../config/tree.ts';
import {plural} from '../core/quantity.ts';
import {schemaToJson} from '../core/schema/schema-file.ts';
import type {Draft, Remark} from './draft.ts';
import type {Findings} from './findings.ts';

const MOST_COLUMNS = 100;
const WIDEST = 96;

export interface TextOptions {
	/** The schema for the editor: a path or a URL. */
	readonly schema: string;
	/** Lines at the top of the file. */
	readonly head: readonly string[];
	/** Names of secrets. */
	readonly secrets: readonly string[];
	readonly findings?: Findings | undefined;
}

export function yamlOf({config, remarks}: Draft, {schema, head, secrets, findings}: TextOptions): string {
	const document = new Document(config);
	document.commentBefore = [` yaml-language-server: $schema=${schema}`, ...head.map(line => ` ${line}`)].join(
		'\n',
	);
	if (secrets.length > 0)
		before(
			document,
			['client'],
			[
				`secrets.toml has ${secrets.join(' and ')}; ` +
					`${secrets.map(name => name.toUpperCase()).join(' and ')} in the environment goes before it`,
			],
		);
	for (const {path, text, suggestion} of remarks)
		if (suggestion === undefined && path) before(document, path, folded(text));
	const resource = ['resources', 0];
	after(
		document,
		[...resource, 'endpoint'],
		remarks.filter(({path, suggestion}) => suggestion && path).flatMap(suggested),
	);
	const loose = remarks.filter(({path}) => !path);
	after(document, resource, [
		...loose.flatMap(remark => (remark.suggestion ? suggested(remark) : folded(remark.text))),
		...columnsOf(findings),
	]);
	const resources = isMap(document.contents) ? document.contents.items.at(-1) : undefined;
	if (resources) (resources.key as Scalar).spaceBefore = true;
	return document.toString({lineWidth: 0});
}

function suggested({text, suggestion}: Remark): string[] {
	return [...folded(text), ...stringify(suggestion).trimEnd().split('\n')];
}

/** The words in lines that fit the width of an editor. */
function folded(text: string): string[] {
	const lines: string[] = [];
	for (const word of text.split(/\s+/)) {
		const last = lines.at(-1);
		if (last === undefined || last.length + word.length > WIDEST) lines.push(word);
		else lines[lines.length - 1] = `${last} ${word}`;
	}
	return lines;
}

function before(document: Document, path: ConfigPath, lines: readonly string[]): void {
	const owner = document.getIn(path.slice(0, -1), true);
	const last = path.at(-1);
	if (!isMap(owner)) return;
	const pair = (owner.items as Pair<Scalar, unknown>[]).find(({key}) => key.value === last);
	if (!pair) return;
	const earlier = pair.key.commentBefore;
	pair.key.commentBefore = [...(earlier ? [earlier] : []), ...lines.map(inComment)].join('\n');
}

function after(document: Document, path: ConfigPath, lines: readonly string[]): void {
	if (lines.length === 0) return;
	(document.getIn(path, true) as YAMLMap).comment = lines.map(inComment).join('\n');
}

// A line break in the API's own text would end the comment.
function inComment(line: string): string {
	return ` ${line.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ')}`;
}

function columnsOf(findings: Findings | undefined): string[] {
	if (!findings || findings.columns.length === 0) return [];
	const {columns, rows, filled} = findings;
	const hints = schemaToJson({columns}).columns as {[name: string]: {[hint: string]: unknown}};
	const lines = Object.entries(hints)
		.slice(0, MOST_COLUMNS)
		.map(([name, {nullable: _, ...hint}]) => {
			const all = {...hint, ...(filled.has(name) && {nullable: false})};
			return `  ${oneLine(name, all)}${hint.data_type === undefined ? '  # no value so far' : ''}`;
		});
	const more = columns.length - lines.length;
	return [
		`The columns of ${plural(rows, 'row')}, with those that had a value in each. In force, they decide ` +
			'the types:',
		'columns:',
		...lines,
		...(more > 0 ? [`  # and ${more} more`] : []),
	];
}

function oneLine(name: string, hints: object): string {
	const document = new Document({[name]: hints});
	const value = document.getIn([name], true);
	if (isMap(value)) value.flow = true;
	return document.toString({lineWidth: 0, flowCollectionPadding: false}).trimEnd();
}
