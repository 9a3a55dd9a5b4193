/** The schema of `paginator`: how the next page is asked for, and when to stop. */
import * as z from 'zod';
import {isKey, keyOf} from '../../plugins/options.ts';
import type {AnyPaginatorPlugin, PaginatorConfigOf} from '../../plugins/paginator.ts';
import type {BuiltInPaginator, Registry} from '../../plugins/registry.ts';
import {isPaginator, type Paginator} from '../../resource/paging/paginator.ts';
import {nextLinkRequest, nextRequest} from './next-request.ts';
import {oneOfTypes, type PluginConfig, pluginObject} from './plugin.ts';

/** A paginator of a config as it was understood: an object by its type, or what a program made. */
export type PaginatorConfig = PluginConfig | (Paginator & {readonly type?: undefined});

/** A paginator as it is written. */
export type PaginatorInput =
	| Exclude<BuiltInPaginator['type'], 'offset'>
	| 'json_response'
	| PaginatorConfigOf<BuiltInPaginator>
	| Paginator;

export function paginatorSchema({paginators}: Registry): z.ZodType<PaginatorConfig, PaginatorInput> {
	const objects = oneOfTypes(paginators.map(objectOf));
	const wordless = paginators.filter(plugin => requiredKeys(plugin).length > 0);
	const words = paginators
		.filter(plugin => !wordless.includes(plugin))
		.flatMap(({type, aliases}) => [type, ...aliases]);
	const shorthand = z
		.enum(words)
		.describe(['A paginator with its defaults.', ...wordless.map(hasNoWord)].join(' '))
		.transform((type): PluginConfig => objects.parse({type}));
	const made = z.custom<Paginator>(isPaginator, {error: () => ''});
	const schema = z
		.union([shorthand, objects, made], {
			error: ({input}) => wordless.filter(({type}) => type === input).map(needs)[0] ?? '',
		})
		.meta({id: 'paginator'});
	// The types of what is written come from the fields, which the list of schemas does not carry.
	return schema as z.ZodType<PaginatorConfig, PaginatorInput>;
}

function objectOf(plugin: AnyPaginatorPlugin) {
	const {nextRequest: next} = plugin;
	return pluginObject(plugin, () =>
		next === undefined ? {} : {next_request: next === 'link' ? nextLinkRequest() : nextRequest()},
	);
}

function requiredKeys({fields}: AnyPaginatorPlugin): string[] {
	return Object.entries(fields)
		.filter(([, field]) => isKey(field))
		.filter(([, {optional, sameAs, unless, default: fallback}]) =>
			[optional, sameAs, unless, fallback].every(each => each === undefined),
		)
		.map(([name]) => keyOf(name));
}

function hasNoWord(plugin: AnyPaginatorPlugin): string {
	return `${plugin.type} has no word: it needs ${requiredKeys(plugin).join(', ')}.`;
}

function needs(plugin: AnyPaginatorPlugin): string {
	const pairs = Object.entries(plugin.example).map(([name, value]) => `${keyOf(name)}: ${String(value)}`);
	return `${plugin.type} needs ${requiredKeys(plugin).join(', ')}; write {${[`type: ${plugin.type}`, ...pairs].join(', ')}}`;
}
