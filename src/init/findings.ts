/** Findings about an API from a few of its pages. */
import type {JsonValue} from '../core/json/json.ts';
import {isObject} from '../core/path/path.ts';
import {detect, selector} from '../core/path/selector.ts';
import type {Column} from '../core/schema/schema.ts';
import {isTimeParam} from '../import/column-names.ts';
import {type FoundKey, keyOf} from '../import/key.ts';
import {envelopeFields} from '../resource/paging/envelope.ts';
import {fieldsOf} from '../resource/paging/guess.ts';
import {isWholeNumber, sizeName} from '../resource/paging/known-places.ts';
import {type Stated, statedSigns} from '../resource/paging/stated.ts';
import {type FoundTime, timesIn} from './newest.ts';
import type {Sample} from './sample.ts';

export interface Findings {
	readonly rows: number;
	readonly pages: number;
	/** By the content-type of the first response. */
	readonly isJson: boolean;
	/** Path to the rows; absent if the response is not JSON. */
	readonly selector?: string;
	/** Rows of the first page. */
	readonly pageSize: number;
	/** The field of the response with the number of rows of a page: `per_page`. */
	readonly sizeField?: string;
	/** The total number of rows or pages that the API states. */
	readonly total?: Stated & {readonly unit: 'rows' | 'pages'};
	readonly paginator?: NonNullable<Sample['paginator']>;
	readonly key?: FoundKey;
	readonly times: readonly FoundTime[];
	/** Parameters with a time in links of the response. */
	readonly timeParams: readonly string[];
	/** A value of the first of `times`. */
	readonly time?: JsonValue;
	readonly columns: readonly Column[];
	/** Columns that have a value in each row of the sample. */
	readonly filled: ReadonlySet<string>;
	readonly failure?: unknown;
	readonly requests: number;
}

export function findingsOf(sample: Sample, resource: string, known?: string): Findings {
	const {rows, sizes, schema, answer, paginator, failure, requests} = sample;
	const path = known ?? (answer && detect(answer.body));
	const pageSize = sizes[0] ?? 0;
	const total = answer && totalOf(answer, path, pageSize);
	const sizeField = answer && sizeFieldOf(answer.body, pageSize);
	const key = keyOf(rows, resource);
	const times = rows.length > 0 ? timesIn(rows) : [];
	const [first] = times;
	return {
		rows: rows.length,
		pages: sizes.length,
		pageSize,
		requests,
		isJson: /json/i.test(answer?.headers['content-type'] ?? ''),
		...(path !== undefined && {selector: path}),
		...(sizeField !== undefined && {sizeField}),
		...(total && {total}),
		...(paginator && {paginator}),
		...(key && {key}),
		times,
		timeParams: answer ? timeParamsIn(answer) : [],
		...(first && rows[0] && {time: rows[0][first.path] ?? null}),
		columns: schema.columns,
		filled: new Set(
			schema.columns
				.filter(({name, source = name}) => rows.every(row => (row[source] ?? row[name] ?? null) !== null))
				.map(({name}) => name),
		),
		...(failure !== undefined && {failure}),
	};
}

function totalOf(
	{headers, body}: NonNullable<Sample['answer']>,
	path: string | undefined,
	rows: number,
): Findings['total'] {
	const {keys} = path === undefined ? {} : selector(path);
	const found = statedSigns(envelopeFields(body, keys), {headers, url: new URL('http://localhost'), rows});
	if (found.rows) return {...found.rows, unit: 'rows'};
	return found.pages && {...found.pages, unit: 'pages'};
}

function sizeFieldOf(body: JsonValue, pageSize: number): string | undefined {
	if (!isObject(body) || pageSize === 0) return undefined;
	return [...fieldsOf(body, '')].find(
		({name, value}) =>
			sizeName.test(name) &&
			!/^(count|length|rows|n|num|size)$/.test(name) &&
			isWholeNumber(value) &&
			Number(value) === pageSize,
	)?.key;
}

function timeParamsIn({headers, body}: NonNullable<Sample['answer']>): string[] {
	const links = [headers.link ?? ''];
	if (isObject(body)) {
		for (const {value} of fieldsOf(body, ''))
			if (typeof value === 'string' && value.includes('?')) links.push(value);
	}
	const names = links.flatMap(link => [...link.matchAll(/[?&]([^=&#\s]+)=/g)].map(([, name = '']) => name));
	return [...new Set(names)].filter(isTimeParam);
}
