/** Writes a config as commented YAML, and the secrets that it needs. */
import {Document, isMap, isScalar, type Pair, type Scalar, type YAMLMap} from 'yaml';
import type {Connection} from './connection.ts';
import type {Connector, ImportedStream, LeftOutStream} from './connector.ts';
import type {Difference} from './outcome.ts';

/** The sources of a resource's keys, in the words of the manifest. */
const origins: {readonly [key: string]: string} = {
	path: 'requester: url_base, path',
	method: 'requester: http_method',
	params: 'requester: request_parameters, and what paging and windows add',
	headers: 'requester: request_headers',
	json: 'requester: request_body',
	data: 'requester: request_body',
	auth: 'requester: authenticator',
	data_selector: 'record_selector: extractor',
	paginator: 'paginator: pagination_strategy',
	incremental: 'incremental_sync',
	response_actions: 'requester: error_handler',
	format: 'decoder',
	partitions: 'partition_router',
	batch: 'partition_router: group_size',
	processing_steps: 'record_filter, transformations',
	columns: 'schema_loader',
	missing_rows: 'as in Airbyte, an answer without the list has no rows',
};

const kinds: {readonly [kind in Difference['kind']]: string} = {
	requests: 'Other requests',
	choice: 'A choice',
	rows: 'Other rows',
	failure: 'A failure',
};

export interface Written {
	readonly yaml: string;
	/** The text of `secrets.toml`; empty if there are no secrets. */
	readonly secrets: string;
	/** Names of the secrets, and of the environment variables. */
	readonly secretNames: readonly string[];
	readonly variables: readonly string[];
}

export function written(
	name: string,
	{config, imported, leftOut}: Connector,
	connection: Connection,
): Written {
	const document = new Document(config);
	const text = JSON.stringify(config);
	const secretNames = namesIn(text, /\$\{secrets\.([\w.-]+)\}/g);
	const variables = namesIn(text, /\$\{([A-Za-z_]\w*)\}/g);
	document.commentBefore = comment([
		`Imported from ${name} by sluice import airbyte.`,
		...(secretNames.length > 0
			? [`Secrets, in secrets.toml beside this file: ${secretNames.join(', ')}.`]
			: []),
		...(variables.length > 0 ? [`Variables of the environment: ${variables.join(', ')}.`] : []),
		...connection.choices.map(choice => `A choice: ${choice}.`),
	]);
	const defaults = document.get('resource_defaults');
	if (isMap(defaults)) comments(defaults as YAMLMap<Scalar, unknown>);
	const resources = document.get('resources') as {items: unknown[]};
	for (const [index, stream] of imported.entries()) {
		const node = resources.items[index];
		if (isMap(node)) describe(node as YAMLMap<Scalar, unknown>, stream);
	}
	document.comment = leftOut.length > 0 ? comment(['', 'Left out:', ...leftOut.map(asLine)]) : null;
	return {
		yaml: document.toString({lineWidth: 110}),
		secrets: secretsText(secretNames, connection),
		secretNames,
		variables,
	};
}

function describe(
	resource: YAMLMap<Scalar, unknown>,
	{stream, name, differences, isHelper}: ImportedStream,
): void {
	const lines = [
		...(isHelper
			? [
					'Read for its children ' +
						`alone${stream === name ? '' : `, as ${stream} is there with other requests`}.`,
				]
			: []),
		...differences.map(({kind, text}) => `${kinds[kind]}: ${text}.`),
	];
	if (lines.length > 0) resource.commentBefore = comment(lines);
	comments(resource);
}

function comments(map: YAMLMap<Scalar, unknown>): void {
	for (const pair of map.items as Pair<Scalar, unknown>[]) {
		const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
		if (key === 'endpoint' && isMap(pair.value)) comments(pair.value as YAMLMap<Scalar, unknown>);
		const origin = origins[key];
		if (origin === undefined) continue;
		if (isScalar(pair.value)) pair.value.comment = ` ${origin}`;
		else if (pair.value !== null && typeof pair.value === 'object')
			Object.assign(pair.value, {commentBefore: ` ${origin}`});
	}
}

function asLine({name, reason, detail}: LeftOutStream): string {
	return `- ${name}: ${reason}${detail ? ` (${detail.replace(/\s+/g, ' ').slice(0, 160)})` : ''}`;
}

function comment(lines: readonly string[]): string {
	return lines.map(line => (line === '' ? '' : ` ${line.replace(/\s+/g, ' ')}`)).join('\n');
}

function namesIn(text: string, pattern: RegExp): string[] {
	return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort();
}

function secretsText(names: readonly string[], {secrets}: Connection): string {
	return names.map(name => `${name} = ${JSON.stringify(secrets.get(name) ?? '')}\n`).join('');
}
