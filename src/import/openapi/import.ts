/** Imports the lists of an OpenAPI document: one resource for each GET that returns rows. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {plainName} from '../../resource/paging/known-places.ts';
import {isTimeParam, keyNamesFor, timeKindOf} from '../column-names.ts';
import type {ImportedConfig, ImportedResource, LeftOutPart} from '../imported-config.ts';
import {columnsOf} from './columns.ts';
import {namesFor, stepsOf} from './names.ts';
import {pagingOf} from './pages.ts';
import {type Parameter, parametersOf, requiredOf} from './parameters.ts';
import {type PossibleParent, plainPath, resolvedPath} from './parents.ts';
import {type ListResponse, listOfRows} from './rows.ts';
import {type Shape, shapeOf} from './schema.ts';
import {type Security, securityOf} from './security.ts';
import {serverOf} from './server.ts';
import {Spec} from './spec.ts';

export interface OpenApiOptions {
	/** The file or URL of the document. */
	readonly from: string;
	/** The base URL in place of that of the document. */
	readonly baseUrl?: string | undefined;
	/** Whether columns that the schema requires must not be null. @default false */
	readonly isStrict?: boolean | undefined;
}

/** Words of comments about the sources of keys. */
export const origins: {readonly [key: string]: string} = {
	columns: 'the schema of the response',
	params: 'required parameters, and the page size',
	headers: 'required parameters',
	paginator: 'names of parameters and fields',
};

interface Operation {
	readonly path: string;
	readonly pathItem: PlainObject;
	readonly operation: PlainObject;
	readonly list: ListResponse;
}

export function importOpenApi(root: PlainObject, options: OpenApiOptions): ImportedConfig {
	const {from, baseUrl} = options;
	const spec = new Spec(root, from);
	const remarks: string[] = [];
	const server = baseUrl ?? serverOf(spec, root, from, remarks);
	if (server === undefined)
		remarks.push('the document names no server: set BASE_URL in the environment, or give --base-url');
	const leftOut: LeftOutPart[] = [];
	const operations = listsOf(spec, leftOut);
	const security = securityOf(
		spec,
		operations.map(({operation}) => operation),
	);
	const resources = new Resources(spec, operations, security, options).all();
	if (security.auth === undefined)
		remarks.push('the document names no credentials: put client.auth there if the API needs some');
	if (spec.elsewhere.size > 0)
		remarks.push(
			`${spec.elsewhere.size} references lead to other files, which are not read: bundle the document ` +
				'into one file first',
		);
	return {
		client: {
			base_url: server ?? `\${BASE_URL}`,
			...(security.auth !== undefined && {auth: security.auth}),
		},
		resources,
		leftOut,
		remarks: [...remarks, ...security.remarks],
		secrets: new Map(),
	};
}

function listsOf(spec: Spec, leftOut: LeftOutPart[]): Operation[] {
	const found: Operation[] = [];
	for (const [path, given] of Object.entries(asObject(spec.root.paths))) {
		const pathItem = spec.object(given);
		if (!isPlainObject(pathItem.get)) {
			leftOut.push({name: path, reason: 'it has no GET', isNoList: true});
			continue;
		}
		const operation = pathItem.get;
		const list = listOfRows(spec, operation, {
			name: stepsOf(path).at(-1) ?? '',
			isOneRow: isOneRow(path),
		});
		if (typeof list === 'string') leftOut.push({name: path, reason: list, isNoList: true});
		else if (list.body === undefined && list.format === undefined && isOneRow(path))
			leftOut.push({
				name: path,
				reason: 'its path is that of one row, and the document has no schema of it',
				isNoList: true,
			});
		else found.push({path, pathItem, operation, list});
	}
	return found;
}

function isOneRow(path: string): boolean {
	return /\}[^/]*\/?$/.test(path);
}

class Resources {
	readonly #spec: Spec;
	readonly #operations: readonly Operation[];
	readonly #security: Security;
	readonly #options: OpenApiOptions;
	readonly #parents = new Map<string, PossibleParent>();

	constructor(spec: Spec, operations: readonly Operation[], security: Security, options: OpenApiOptions) {
		this.#spec = spec;
		this.#operations = operations;
		this.#security = security;
		this.#options = options;
	}

	all(): ImportedResource[] {
		const names = namesFor(this.#operations.map(({path}) => path));
		const named = this.#operations.map(each => ({each, name: names.get(each.path) ?? 'rows'}));
		for (const {each, name} of named) {
			const {path, list} = each;
			const key = keyOf(this.#spec, list, name);
			this.#parents.set(plainPath(path), {name, path, row: list.row, key});
		}
		return named.map(({each, name}) => this.#resource(each, name));
	}

	#resource({path, pathItem, operation, list}: Operation, name: string): ImportedResource {
		const spec = this.#spec;
		const remarks: string[] = [];
		const parameters = parametersOf(spec, pathItem, operation);
		const paging = pagingOf(spec, parameters, list);
		const known = Object.fromEntries(
			parameters.filter(each => each.in === 'path' && !each.isChoice).map(each => [each.name, each.value]),
		);
		const resolved = resolvedPath(path, this.#parents, known, remarks);
		const own = parameters.filter(each => !paging.names.has(each.name));
		const params = {...requiredOf(own, 'query', remarks), ...paging.params};
		const headers = requiredOf(own.filter(isOwnHeader), 'header', remarks);
		const key = this.#parents.get(plainPath(path))?.key;
		const columns = list.row && columnsOf(spec, list.row, this.#options.isStrict ?? false);
		const auth = this.#security.of(operation);
		const server = serverOf(
			spec,
			operation.servers ? operation : pathItem.servers ? pathItem : {},
			this.#options.from,
			[],
		);
		remarks.push(...paging.remarks);
		if (list.selector === undefined && list.format === undefined)
			remarks.push('the document has no schema of the response: each run finds out where the rows are');
		if (operation.deprecated === true) remarks.push('the document calls it deprecated');
		const suggestion = newestOf(spec, own, list.row);
		return {
			remarks,
			...(suggestion && {suggestion}),
			resource: {
				name,
				...(key !== undefined && {primary_key: key}),
				write_disposition: 'replace',
				endpoint: {
					path:
						server === undefined || spec.isSwagger
							? resolved.path.replace(/^\//, '')
							: `${server}${resolved.path}`,
					...(Object.keys(params).length > 0 && {params}),
					...(Object.keys(headers).length > 0 && {headers}),
					...(auth !== undefined && {auth}),
					...(list.format !== undefined && {format: list.format}),
					...(list.selector !== undefined && {data_selector: list.selector}),
					...(paging.paginator !== undefined && {paginator: paging.paginator}),
				},
				...(columns && {columns}),
			},
		};
	}
}

function isOwnHeader({name}: Parameter): boolean {
	return !/^(accept|content-type|authorization)$/i.test(name);
}

/** The field with the likeliest name of a key, which is a text or a whole number. */
function keyOf(spec: Spec, {row, rowName}: ListResponse, name: string): string | undefined {
	if (!row) return undefined;
	const names = [...keyNamesFor(name), ...(rowName === undefined ? [] : keyNamesFor(rowName))];
	const ranked = Object.entries(row.properties)
		.map(([column, value]) => ({column, shape: shapeOf(spec, value), rank: names.indexOf(plainName(column))}))
		.filter(
			({rank, shape}) =>
				rank >= 0 && shape.types.some(type => type === 'string' || type === 'integer' || type === 'number'),
		)
		.sort((a, b) => a.rank - b.rank);
	return ranked[0]?.column;
}

/** How to read only what is new, if a parameter takes a time and the rows have one. */
function newestOf(
	spec: Spec,
	parameters: readonly Parameter[],
	row: Shape | undefined,
): ImportedResource['suggestion'] {
	const param = parameters.find(({name, in: place}) => place === 'query' && isTimeParam(name));
	if (!param || !row) return undefined;
	const times = Object.entries(row.properties).flatMap(([name, value]) => {
		const kind = timeKindOf(name);
		const {format, types} = shapeOf(spec, value);
		const isTime = /^date/.test(format ?? '') || types.includes('integer') || types.includes('string');
		return kind !== undefined && isTime ? [{name, kind}] : [];
	});
	const wanted = /creat/i.test(param.name) ? 'creation' : 'change';
	const time = times.find(({kind}) => kind === wanted) ?? times[0];
	if (!time) return undefined;
	const isDate = param.shape.format === 'date';
	return {
		text: `To read only what is new since the last run, the parameter ${param.name} seems to take a time`,
		keys: {
			incremental: {
				cursor_path: time.name,
				start_param: param.name,
				initial_value: isDate ? '2020-01-01' : '2020-01-01T00:00:00Z',
				...(isDate && {format: 'date'}),
				...(param.shape.types[0] === 'integer' && {format: 'epoch'}),
			},
		},
	};
}
