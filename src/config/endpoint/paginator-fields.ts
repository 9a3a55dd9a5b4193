/** The schema of `paginator`: the request for the next page, and the end of a walk. */
import * as z from 'zod';
import type {AnyPaginatorPlugin, PaginatorConfigOf} from '../../plugins/paginator.ts';
import type {BuiltInPaginator, Registry} from '../../plugins/registry.ts';
import {isPaginator, type Paginator} from '../../resource/paging/paginator.ts';
import {type PluginConfig, pluginObject, wordOrObject} from '../schema/plugin.ts';
import {nextLinkRequest, nextRequest} from './next-request.ts';

/** A paginator of a config after validation: an object by its type, or a paginator that a program made. */
export type PaginatorConfig = PluginConfig | (Paginator & {readonly type?: undefined});

/** A paginator before validation. */
export type PaginatorInput =
	| Exclude<BuiltInPaginator['type'], 'offset'>
	| 'json_response'
	| PaginatorConfigOf<BuiltInPaginator>
	| Paginator;

export function paginatorSchema({paginators}: Registry): z.ZodType<PaginatorConfig, PaginatorInput> {
	const {word, objects, hint} = wordOrObject(paginators, objectOf, 'A paginator with its defaults.');
	const made = z.custom<Paginator>(isPaginator, {error: () => ''});
	const schema = z.union([word, objects, made], {error: ({input}) => hint(input)}).meta({id: 'paginator'});
	// The input types come from the fields, which the list of schemas does not carry.
	return schema as z.ZodType<PaginatorConfig, PaginatorInput>;
}

function objectOf(plugin: AnyPaginatorPlugin) {
	const {nextRequest: next} = plugin;
	return pluginObject(plugin, {
		more: () =>
			next === undefined ? {} : {next_request: next === 'link' ? nextLinkRequest() : nextRequest()},
	});
}
