/** Imports a manifest that a test has written. */
import {loadExpressions} from '../../../src/config/load/expressions.ts';
import {type ProcessingStep, stepsOf} from '../../../src/config/rows/steps.ts';
import type {PlainObject} from '../../../src/config/tree.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {connectionFor, specOf} from '../../../src/import/airbyte/connection.ts';
import type {Connector} from '../../../src/import/airbyte/connector.ts';
import {importManifest} from '../../../src/import/airbyte/import.ts';
import {resolvedManifest} from '../../../src/import/airbyte/manifest.ts';
import {parseManifestText} from '../../../src/import/airbyte/yaml.ts';
import {registryOf} from '../../../src/plugins/registry.ts';

export interface Options {
	readonly connection?: PlainObject;
	readonly auth?: string;
	readonly isStrict?: boolean;
	readonly streams?: string[];
}

export function imported(text: string, {connection, auth, ...rest}: Options = {}): Promise<Connector> {
	const manifest = resolvedManifest(parseManifestText(text, 'manifest.yaml'), 'manifest.yaml');
	const given = {auth, ...(connection && {given: connection})};
	return importManifest(manifest, {connection: connectionFor(specOf(manifest), given), ...rest});
}

/** A record after the processing steps of a resource. */
export async function processing(resource: PlainObject, record: PlainObject): Promise<unknown> {
	await loadExpressions(resource);
	const steps = resource.processing_steps as ProcessingStep[];
	const process = stepsOf({name: 'users', processing_steps: steps}, registryOf(undefined));
	const page = process?.({
		resource: 'users',
		number: 0,
		records: [record as JsonRecord],
		cursor: null,
	} as Page);
	return page?.records.at(0);
}

interface StreamParts {
	readonly stream?: PlainObject;
	readonly retriever?: PlainObject;
	readonly requester?: PlainObject;
	readonly selector?: PlainObject;
	readonly spec?: PlainObject;
	/** Further streams. */
	readonly others?: readonly PlainObject[];
	readonly options?: Options;
}

/** A stream of /users, with these parts in the places of the usual ones. */
export function streamOf({stream, retriever, requester, selector}: StreamParts = {}): PlainObject {
	return {
		type: 'DeclarativeStream',
		name: 'users',
		primary_key: 'id',
		retriever: {
			type: 'SimpleRetriever',
			requester: {type: 'HttpRequester', url_base: 'https://api.example.com', path: '/users', ...requester},
			record_selector: {type: 'RecordSelector', extractor: {field_path: ['data']}, ...selector},
			...retriever,
		},
		...stream,
	};
}

/** The resource of that stream, or why there is none. */
export async function resourceOf(parts: StreamParts): Promise<{
	readonly resource: PlainObject;
	readonly endpoint: PlainObject;
	readonly connector: Connector;
	readonly reason: string | undefined;
	readonly said: string[];
}> {
	const {spec = {}, others = [], options} = parts;
	const manifest = {
		streams: [streamOf(parts), ...others],
		spec: {type: 'Spec', connection_specification: {type: 'object', properties: {}, ...spec}},
	};
	const connector = await imported(JSON.stringify(manifest), options);
	const at = connector.imported.findIndex(({name}) => name === (parts.stream?.name ?? 'users'));
	const resource = connector.config.resources[at] ?? {};
	return {
		resource,
		endpoint: (resource.endpoint ?? {}) as PlainObject,
		connector,
		reason: connector.leftOut[0]?.reason,
		said: connector.imported[at]?.differences.map(({text}) => text) ?? [],
	};
}
