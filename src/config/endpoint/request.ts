/** The request side of an endpoint: its request, its paginator and its decoder. */

import {ConfigError} from '../../core/errors.ts';
import {withBlank} from '../../http/decode/blank.ts';
import type {Decoder} from '../../http/decode/decoder.ts';
import {withEncoding} from '../../http/decode/encoding.ts';
import {withNonFinite} from '../../http/decode/non-finite.ts';
import {withRows} from '../../http/decode/rows-from.ts';
import type {AutoOptions} from '../../plugins/paginators/auto.ts';
import type {Registry} from '../../plugins/registry.ts';
import type {NextRequest} from '../../resource/walk/next-request.ts';
import type {WalkOptions} from '../../resource/walk/walk-options.ts';
import type {ResolvedEndpoint} from '../compile/resolve.ts';
import {fill, template} from '../placeholders/braces.ts';
import {optionsIn} from '../schema/plugin.ts';
import {mapLeaves} from '../tree.ts';
import {bodyOf} from './body.ts';
import type {BodyFormat} from './body-format.ts';
import {paginatorOf} from './paginator.ts';
import type {PaginatorConfig} from './paginator-fields.ts';
import {responseRule} from './response-actions.ts';

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
		values_in_path: valuesInPath,
		response_actions,
	}: ResolvedEndpoint,
	plugins: Registry,
	onDetected?: AutoOptions['onDetected'],
): Omit<WalkOptions, 'name'> {
	const plain = format && decoderOf(format, plugins);
	if (nonFinite !== undefined && format && format.type !== 'json' && format.type !== 'jsonl')
		throw new ConfigError(`${path}: non_finite is for JSON; set format to json or jsonl, not ${format.type}`);
	const bodies = nonFinite === undefined ? plain : withNonFinite(nonFinite, plain);
	const encoded = encoding === undefined ? bodies : withEncoding(encoding, bodies);
	const shaped = rows ? withRows(rows, selector ?? '$', encoded) : encoded;
	// For CSV and similar formats, an empty body has no rows anyway.
	const isJson = format === undefined || format.type === 'json' || format.type === 'auto';
	const decoder = missingRows === 'empty' && isJson ? withBlank(shaped) : shaped;
	const body = bodyOf({...(json !== undefined && {json}), ...(data !== undefined && {data})});
	return {
		path,
		method,
		params,
		headers,
		...nextRequestOf(paginator),
		paginator: paginatorOf(paginator, plugins, valuesInPath, {onDetected}),
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

// Braces are literal here, except for {cursor} in the path.
function nextRequestOf(paginator: PaginatorConfig): Pick<WalkOptions, 'nextRequest'> {
	const given = 'next_request' in paginator ? paginator.next_request : undefined;
	if (!given) return {};
	return {
		nextRequest: mapLeaves(given, leaf =>
			typeof leaf === 'string' ? fill(template(leaf, ['cursor'])) : leaf,
		) as NextRequest,
	};
}

function decoderOf(format: BodyFormat, plugins: Registry): Decoder | undefined {
	// JSON is the client's default.
	if (format.type === 'json') return undefined;
	const plugin = plugins.decoder(format.type);
	if (!plugin) throw new TypeError(`no format ${JSON.stringify(format.type)}`);
	return plugin.make(optionsIn(plugin.fields, format));
}
