/** Asks the API for one page of each resource, and fills in what the imported document left open. */

import type {ConfigObject} from '../../../config/define.ts';
import {asObject, mapLeaves, type PlainObject} from '../../../config/tree.ts';
import {messageOf} from '../../../core/stage.ts';
import type {ImportedConfig, ImportedResource} from '../../../import/imported-config.ts';
import {literal} from '../../../import/imported-request.ts';
import type {Log} from '../../terminal/log.ts';
import {isTrace, tellTrace} from '../../terminal/traces.ts';

export interface LiveOptions {
	/** The folder with secrets.toml. */
	readonly folder: string;
	readonly envFile?: string | undefined;
	readonly log: Log;
	readonly signal: AbortSignal;
}

type Engine = typeof import('../../imports/importing.ts');

/** More requests would be a run. */
const MOST_REQUESTS = 25;

export async function lookedAt(
	imported: ImportedConfig,
	engine: Engine,
	options: LiveOptions,
): Promise<ImportedConfig> {
	engine.tuneEngine();
	const resources: ImportedResource[] = [];
	let requests = 0;
	for (const each of imported.resources) {
		if (!isOpen(each)) resources.push(each);
		else if (requests++ < MOST_REQUESTS) resources.push(await filledIn(each, imported, engine, options));
		else resources.push(withRemark(each, `it was not asked: --live asks for ${MOST_REQUESTS} resources`));
	}
	return {...imported, resources};
}

/** Whether one request can tell something: rows of a parent would need more. */
function isOpen({resource}: ImportedResource): boolean {
	if (/\{resources\./.test(JSON.stringify(resource.endpoint ?? ''))) return false;
	const {data_selector: selector, paginator} = asObject(resource.endpoint);
	return selector === undefined || paginator === undefined || resource.primary_key === undefined;
}

async function filledIn(
	each: ImportedResource,
	{client, defaults, secrets}: ImportedConfig,
	{sampled, findingsOf}: Engine,
	{folder, envFile, log, signal}: LiveOptions,
): Promise<ImportedResource> {
	const {resource} = each;
	const config = {client, ...(defaults && {resource_defaults: defaults}), resources: [resource]};
	try {
		const sample = await sampled(withValues(config, secrets), {
			env: process.env,
			envFile,
			cwd: folder,
			pages: 1,
			signal,
			onEvent(event) {
				if (event.type === 'warning') log.warning(event);
				else if (isTrace(event)) tellTrace(event, log);
			},
		});
		const endpoint =
			typeof resource.endpoint === 'string' ? {path: resource.endpoint} : asObject(resource.endpoint);
		const known = typeof endpoint.data_selector === 'string' ? endpoint.data_selector : undefined;
		const {selector, paginator, key, rows} = findingsOf(sample, resource.name, known);
		const isPaged = paginator && paginator.config !== 'single_page';
		const found: PlainObject = {
			...(endpoint.data_selector === undefined && selector !== undefined && {data_selector: selector}),
			...(endpoint.paginator === undefined && isPaged && {paginator: paginator.config}),
		};
		const isKeyed = resource.primary_key === undefined && defaults?.primary_key === undefined && key;
		const said = [...Object.keys(found), ...(isKeyed ? ['primary_key'] : [])];
		const {name, ...rest} = resource;
		return {
			...each,
			remarks: [
				...each.remarks,
				`one request brought ${rows} ` +
					`rows${said.length > 0 ? `, and ${said.join(', ')}` : ', and nothing new'}`,
				...(found.paginator === undefined ? [] : [`a guess: the paginator, as ${paginator?.reason}`]),
			],
			resource: {
				name,
				...(isKeyed && {primary_key: key.column}),
				...rest,
				endpoint: {...endpoint, ...found},
			},
		};
	} catch (error) {
		if (signal.aborted) throw error;
		return withRemark(each, `its request failed: ${messageOf(error)}`);
	}
}

function withRemark(each: ImportedResource, remark: string): ImportedResource {
	return {...each, remarks: [...each.remarks, remark]};
}

/** The config with the values of its secrets, as far as the source had them. */
function withValues(config: object, secrets: ReadonlyMap<string, string>): ConfigObject {
	return mapLeaves(config, leaf =>
		typeof leaf === 'string'
			? leaf.replace(/(?<!\$)\$\{secrets\.([\w.-]+)\}/g, (whole, name: string) => {
					const value = secrets.get(name);
					return value === undefined || value === '' ? whole : literal(value);
				})
			: leaf,
	) as ConfigObject;
}
