/** Drafts a config from a request and the findings about its API, with a remark on each finding. */
import type {ConfigObject} from '../config/define.ts';
import {asObject, type ConfigPath, mapLeaves} from '../config/tree.ts';
import {plural} from '../core/quantity.ts';
import {messageOf} from '../core/stage.ts';
import {type ConfigOfRequest, withoutSecrets} from '../import/config-of-request.ts';
import {plainName, sizeName} from '../resource/paging/known-places.ts';
import type {Findings} from './findings.ts';
import {incrementalIn} from './new-rows.ts';

export interface Remark {
	/** Its subject in a list of remarks: `pages`. */
	readonly about: string;
	readonly text: string;
	/** Whether it may be wrong, so that a person has to check it. */
	readonly isGuess: boolean;
	/** The key of the config that it belongs above. @default the resource */
	readonly path?: ConfigPath;
	/** Lines of the config that are commented out, for a person to put in. */
	readonly suggestion?: object;
}

export interface Draft {
	readonly config: ConfigObject;
	readonly remarks: readonly Remark[];
}

/** Choices of a person that replace the findings. `null` stands for none. */
export interface Choices {
	readonly key?: string | null;
	/** The path of the time by which later runs find what is new. */
	readonly time?: string | null;
	/** The parameter of the request that takes such a time. */
	readonly timeParam?: string;
}

const RESOURCE = ['resources', 0] as const;
const ENDPOINT = [...RESOURCE, 'endpoint'] as const;

export function draftOf(made: ConfigOfRequest, findings?: Findings, choices: Choices = {}): Draft {
	const config = withoutSecrets(made.config, made.secrets, name => `\${secrets.${name}}`);
	const [given] = mapLeaves(config.resources, leaf => leaf) as {[key: string]: unknown}[];
	const {name, primary_key, endpoint} = given ?? {};
	const remarks: Remark[] = [];
	const {params: asked, ...rest} = asObject(endpoint);
	const params = {...asObject(asked)};

	const key = keyIn(primary_key, findings, choices, remarks);
	const selector = selectorIn(rest, findings, remarks);
	const paginator = paginatorIn(rest, findings, params, remarks);
	const incremental = incrementalIn(findings, params, choices, remarks);
	sizeIn(paginator, findings, params, remarks);
	const disposition = incremental ? (key === undefined ? 'append' : 'merge') : 'replace';
	remarks.push({
		about: 'writes',
		text: dispositions[disposition],
		isGuess: false,
		path: [...RESOURCE, 'write_disposition'],
	});
	const {data_selector: _, paginator: __, path, method, format, ...body} = rest;
	const resource = {
		name,
		...(key !== undefined && {primary_key: key}),
		write_disposition: disposition,
		endpoint: {
			path,
			...(method !== undefined && {method}),
			...(Object.keys(params).length > 0 && {params}),
			...body,
			...(format !== undefined && findings?.isJson === false && {format}),
			...(selector !== undefined && {data_selector: selector}),
			...(paginator !== undefined && {paginator}),
			...(incremental && {incremental}),
		},
	};
	return {config: {...config, resources: [resource]} as ConfigObject, remarks};
}

const dispositions = {
	replace: 'each run reads all rows, and replaces those that are there',
	merge: 'rows that come again replace those with the same key',
	append: 'rows are added to those that are there',
};

function keyIn(
	given: unknown,
	findings: Findings | undefined,
	{key: chosen}: Choices,
	remarks: Remark[],
): unknown {
	if (given !== undefined || chosen === null) return given;
	if (chosen !== undefined) return chosen;
	if (!findings || findings.rows === 0) return undefined;
	const {key, rows} = findings;
	if (key)
		remarks.push({
			about: 'key',
			text:
				`${key.column} has another value in ` +
				`${rows === 1 ? 'the only row' : `each of ${plural(rows, 'row')}`}`,
			isGuess: !key.isSure,
			path: [...RESOURCE, 'primary_key'],
		});
	else
		remarks.push({
			about: 'key',
			text:
				`no column looks like an id that differs in each of ${plural(rows, 'row')}. If one tells rows ` +
				'apart:',
			isGuess: true,
			suggestion: {primary_key: 'id'},
		});
	return key?.column;
}

function selectorIn(
	{data_selector: given}: {readonly [key: string]: unknown},
	findings: Findings | undefined,
	remarks: Remark[],
): unknown {
	if (given !== undefined || findings?.selector === undefined) return given;
	const {selector, pageSize} = findings;
	const where = selector === '$' ? 'the answer itself' : `"${selector}" of the answer`;
	remarks.push({
		about: 'rows',
		text: `${where} has the rows: ${plural(pageSize, 'row')} in the first one`,
		isGuess: pageSize === 0,
		path: [...ENDPOINT, 'data_selector'],
	});
	return selector;
}

function paginatorIn(
	{paginator: given}: {readonly [key: string]: unknown},
	findings: Findings | undefined,
	params: {[name: string]: unknown},
	remarks: Remark[],
): unknown {
	const found = findings?.paginator;
	const path = [...ENDPOINT, 'paginator'];
	if (findings?.failure !== undefined)
		remarks.push({
			about: 'pages',
			text: `the next page could not be read: ${messageOf(findings.failure)}`,
			isGuess: true,
			path,
		});
	if (given !== undefined || !found) return given ?? (findings ? 'auto' : undefined);
	const {reason, isProved} = found;
	if (found.config === 'single_page') {
		remarks.push({about: 'pages', text: `${reason}: auto looks again in each run`, isGuess: true, path});
		return 'auto';
	}
	// Under which name a cursor is sent, auto finds out by asking.
	if (!isProved && findings.failure === undefined && asObject(found.config).type === 'cursor') {
		remarks.push({about: 'pages', text: `${reason}: auto finds the parameter for it`, isGuess: true, path});
		return 'auto';
	}
	const proof = isProved
		? `; ${findings.pages === 2 ? 'the second page' : `${findings.pages - 1} pages after the first`} had ` +
			'other rows'
		: '; no second page was read to see whether it is right';
	remarks.push({about: 'pages', text: `${reason}${proof}`, isGuess: !isProved, path});
	const config = asObject(found.config);
	// The parameters that the paginator sends itself.
	for (const [option, usual] of Object.entries(ownParams)) {
		const name = config[option] ?? (config.type === usual.type ? usual.name : undefined);
		if (typeof name === 'string') delete params[name];
	}
	return found.config;
}

const ownParams = {
	limit_param: {type: 'offset', name: 'limit'},
	offset_param: {type: 'offset', name: 'offset'},
	page_param: {type: 'page_number', name: 'page'},
};

// Pages of 20 rows need five times the requests of pages of 100.
function sizeIn(
	paginator: unknown,
	findings: Findings | undefined,
	params: {readonly [name: string]: unknown},
	remarks: Remark[],
): void {
	if (!findings || findings.pageSize === 0) return;
	const {total, pageSize, sizeField} = findings;
	if (total) {
		const where = total.where.startsWith('the header') ? total.where : `"${total.where}"`;
		const noun = total.unit === 'rows' ? 'row' : 'page';
		remarks.push({
			about: 'total',
			text: `the API states ${plural(total.count, noun)} in ${where}; fewer are an error`,
			isGuess: total.isLoose === true,
		});
	}
	const isSized =
		'limit' in asObject(paginator) || Object.keys(params).some(name => sizeName.test(plainName(name)));
	const isPaged = findings.pages > 1 || findings.paginator?.config !== 'single_page';
	if (isSized || !isPaged) return;
	remarks.push({
		about: 'page size',
		text: `a page has ${plural(pageSize, 'row')}. Larger ones are fewer requests, where the API gives them:`,
		isGuess: true,
		path: ENDPOINT,
		suggestion: {params: {...params, [sizeField ?? 'per_page']: Math.max(100, pageSize)}},
	});
}
