/** The request side of an endpoint: how it is asked, paged through and decoded. */

import {ConfigError} from '../../core/errors.ts';
import {autoDecoder} from '../../http/decode/auto.ts';
import {withBlank} from '../../http/decode/blank.ts';
import {type CsvDecoderOptions, csvDecoder} from '../../http/decode/csv.ts';
import type {Decoder} from '../../http/decode/decoder.ts';
import {withEncoding} from '../../http/decode/encoding.ts';
import {jsonlDecoder} from '../../http/decode/jsonl.ts';
import {withNonFinite} from '../../http/decode/non-finite.ts';
import {withRows} from '../../http/decode/rows-from.ts';
import {xmlDecoder} from '../../http/decode/xml.ts';
import type {NextRequest} from '../../resource/next-request.ts';
import {endOptions, type Paginator} from '../../resource/paginator.ts';
import {type AutoOptions, auto} from '../../resource/paginators/auto.ts';
import {cursor} from '../../resource/paginators/cursor.ts';
import {headerCursor} from '../../resource/paginators/header-cursor.ts';
import {headerLink, jsonLink} from '../../resource/paginators/link.ts';
import {offset} from '../../resource/paginators/offset.ts';
import {pageNumber} from '../../resource/paginators/page-number.ts';
import {singlePage} from '../../resource/paginators/single-page.ts';
import type {WalkOptions} from '../../resource/walk-options.ts';
import {fill, template} from '../placeholders/braces.ts';
import type {PaginatorValue} from '../placeholders/cursor-in-path.ts';
import type {BodyFormat} from '../schema/decoder.ts';
import type {Paginator as PaginatorConfig} from '../schema/paginator.ts';
import {responseRule} from '../schema/response-action.ts';
import {defined, mapLeaves} from '../tree.ts';
import {bodyOf} from './body.ts';
import type {ResolvedEndpoint} from './resolve.ts';

export function request(
	{
		path,
		method,
		params,
		headers,
		json,
		data,
		data_selector: selector,
		format,
		is_selector_implied: isSelectorImplied,
		error_path: errorPath,
		ready_path: readyPath,
		missing_rows: missingRows,
		encoding,
		non_finite: nonFinite,
		rows,
		stop_when: stopWhen,
		paginator,
		cursor_in_path: cursorInPath,
		counts_in_path: countsInPath = [],
		response_actions,
	}: ResolvedEndpoint,
	onDetected?: AutoOptions['onDetected'],
): Omit<WalkOptions, 'name'> {
	const plain = format && decoderOf(format);
	if (nonFinite !== undefined && format && format.type !== 'json' && format.type !== 'jsonl')
		throw new ConfigError(`${path}: non_finite is for JSON; set format to json or jsonl, not ${format.type}`);
	const bodies = nonFinite === undefined ? plain : withNonFinite(nonFinite, plain);
	const encoded = encoding === undefined ? bodies : withEncoding(encoding, bodies);
	const shaped = rows ? withRows(rows, selector ?? '$', encoded) : encoded;
	// CSV and the like have no rows then anyway.
	const isJson = format === undefined || format.type === 'json' || format.type === 'auto';
	const decoder = missingRows === 'empty' && isJson ? withBlank(shaped) : shaped;
	const body = bodyOf({...(json !== undefined && {json}), ...(data !== undefined && {data})});
	return {
		path,
		method,
		params,
		headers,
		...nextRequestOf(paginator),
		paginator: cursorInPath ? inPath(paginator) : paginatorOf(paginator, countsInPath, onDetected),
		...(body && {body}),
		...(selector !== undefined ? {selector} : rows && {selector: '$'}),
		...(decoder && {decoder}),
		...(isSelectorImplied && {isSelectorImplied}),
		...(errorPath !== undefined && {errorPath}),
		...(readyPath !== undefined && {readyPath}),
		...(missingRows !== undefined && {missingRows}),
		...(stopWhen !== undefined && {stopWhen}),
		...(response_actions && {responseActions: response_actions.map(responseRule)}),
	};
}

// Braces are literal here, but for {cursor} in the path.
function nextRequestOf(paginator: PaginatorConfig): Pick<WalkOptions, 'nextRequest'> {
	const given = 'next_request' in paginator ? paginator.next_request : undefined;
	if (!given) return {};
	return {
		nextRequest: mapLeaves(given, leaf =>
			typeof leaf === 'string' ? fill(template(leaf, ['cursor'])) : leaf,
		) as NextRequest,
	};
}

function decoderOf(format: BodyFormat): Decoder | undefined {
	switch (format.type) {
		case 'json':
			return undefined;
		case 'jsonl':
			return jsonlDecoder;
		case 'csv':
			return csvDecoder(csvOptions(format));
		case 'xml':
			return xmlDecoder({attributePrefix: format.attribute_prefix, lists: format.lists});
		case 'auto':
			return autoDecoder;
	}
}

function csvOptions({
	type: _,
	skip_rows: skipRows,
	skip_footer: skipFooter,
	...options
}: Extract<BodyFormat, {type: 'csv'}>): CsvDecoderOptions {
	return defined({...options, skipRows, skipFooter}) as CsvDecoderOptions;
}

function paginatorOf(
	config: PaginatorConfig,
	inPath: readonly PaginatorValue[] = [],
	onDetected?: AutoOptions['onDetected'],
): Paginator {
	switch (config.type) {
		case 'auto':
			return auto(defined({onDetected, ...camelCased(config)}));
		case 'single_page':
			return singlePage(endOptions(camelCased(config)));
		case 'offset':
			return offset({
				...camelCased(config),
				...(inPath.includes('offset') && {offsetInPath: true}),
				...(inPath.includes('limit') && {limitInPath: true}),
			});
		case 'page_number':
			return pageNumber({...camelCased(config), ...(inPath.includes('page') && {pageInPath: true})});
		case 'cursor':
			return cursor(camelCased(config));
		case 'json_link':
			return jsonLink(camelCased(config));
		case 'header_link':
			return headerLink(camelCased(config));
		case 'header_cursor':
			return headerCursor(camelCased(config));
	}
}

// A template of the path says where the cursor goes; what the schema has filled in for a parameter is not
// meant.
function inPath(config: PaginatorConfig): Paginator {
	if (config.type === 'header_cursor')
		return headerCursor({...camelCased({...config, cursor_param: null}), cursorInPath: true});
	return config.type === 'cursor' ? cursor({...camelCased(config), cursorInPath: true}) : paginatorOf(config);
}

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
	? `${Head}${Capitalize<Camel<Tail>>}`
	: S;
// `total_path: null` is a word of its own; any other null means "not given".
type CamelCased<T> = {
	[K in keyof T as Camel<K & string>]: K extends 'total_path' ? Exclude<T[K], undefined> : NonNullable<T[K]>;
};

function camelCased<T extends object>(
	config: T,
): Partial<CamelCased<T>> & CamelCased<Pick<T, keyof T & 'limit'>> {
	const entries = Object.entries(config).filter(
		([key, value]) => value !== undefined && (value !== null || key === 'total_path'),
	);
	return Object.fromEntries(
		entries.map(([key, value]) => [key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()), value]),
	) as never;
}
