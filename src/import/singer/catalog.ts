/** Makes the skeleton of a config from the catalog of a Singer tap: its streams, columns, keys and cursors. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import type {ImportedConfig, ImportedResource} from '../imported-config.ts';
import {columnsOfStream} from './columns.ts';

export interface CatalogOptions {
	readonly from: string;
	readonly baseUrl?: string | undefined;
	readonly isStrict?: boolean | undefined;
}

export const origins: {readonly [key: string]: string} = {columns: 'schema', incremental: 'replication-key'};

export function importCatalog(root: PlainObject, options: CatalogOptions): ImportedConfig {
	const {from, baseUrl} = options;
	if (!Array.isArray(root.streams))
		throw new ConfigError(
			`${from} is no catalog of a Singer tap: expected "streams" in it, as tap --discover prints`,
		);
	return {
		client: {base_url: baseUrl ?? `\${BASE_URL}`},
		resources: root.streams.map(stream => resourceOf(asObject(stream), options)),
		leftOut: [],
		remarks: [
			'a catalog says nothing about requests: name the paths of the API, client.auth, and start_param ' +
				'of incremental',
			...(baseUrl === undefined ? ['set BASE_URL in the environment, or give --base-url'] : []),
		],
		secrets: new Map(),
	};
}

function resourceOf(stream: PlainObject, {isStrict = false}: CatalogOptions): ImportedResource {
	const name = String(stream.stream ?? stream.tap_stream_id ?? '');
	const metadata = Array.isArray(stream.metadata) ? stream.metadata.map(asObject) : [];
	const at = (...path: string[]): PlainObject =>
		asObject(metadata.find(({breadcrumb}) => JSON.stringify(breadcrumb) === JSON.stringify(path))?.metadata);
	const whole = at();
	const key = texts(stream.key_properties) ?? texts(whole['table-key-properties']) ?? [];
	const method =
		stream.replication_method ?? whole['replication-method'] ?? whole['forced-replication-method'];
	const cursors = [
		stream.replication_key,
		whole['replication-key'],
		...(texts(whole['valid-replication-keys']) ?? []),
	].filter(each => typeof each === 'string' && each !== '');
	const cursor = method === 'FULL_TABLE' ? undefined : cursors[0];
	const isSelected = (whole.selected ?? stream.selected) !== false;
	const schema = asObject(stream.schema);
	const properties = Object.entries(asObject(schema.properties)).filter(([field]) => {
		const {selected, inclusion} = at('properties', field);
		return inclusion === 'automatic' || (selected !== false && inclusion !== 'unsupported');
	});
	const columns = columnsOfStream({...schema, properties: Object.fromEntries(properties)}, isStrict);
	const disposition = cursor === undefined ? 'replace' : key.length > 0 ? 'merge' : 'append';
	return {
		remarks: [
			...(isSelected ? [] : ['the catalog does not select it: run reads it if it is named']),
			...(method === 'LOG_BASED' ? ['the tap reads the log of a database, which no API has'] : []),
		],
		resource: {
			name,
			...(key.length > 0 && {primary_key: key.length === 1 ? key[0] : key}),
			write_disposition: disposition,
			...(!isSelected && {selected: false}),
			endpoint: {
				path: name,
				...(cursor !== undefined && {incremental: {cursor_path: cursor}}),
			},
			...(columns && {columns}),
		},
	};
}

function texts(value: unknown): string[] | undefined {
	return Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined;
}
