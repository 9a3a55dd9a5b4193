/** Turns the `paginator` of a config into a paginator. */
import type {Registry} from '../../plugins/registry.ts';
import {isPaginator, type Paginator} from '../../resource/paging/paginator.ts';
import type {ValueInPath} from '../placeholders/cursor-in-path.ts';
import {optionsIn} from '../schema/plugin.ts';
import type {PaginatorConfig} from './paginator-fields.ts';

/**
 * `inPath` are the values in the path of the endpoint. `callbacks` are the command line's values for fields
 * that have no keys in a config.
 */
export function paginatorOf(
	config: PaginatorConfig,
	plugins: Registry,
	inPath: readonly ValueInPath[] = [],
	callbacks: {readonly [field: string]: unknown} = {},
): Paginator {
	if (isPaginator(config)) return config;
	const plugin = plugins.paginator(config.type);
	if (!plugin) throw new TypeError(`no paginator ${JSON.stringify(config.type)}`);
	const options = {...optionsIn(plugin.fields, config)};
	// A default of the schema for the parameter does not apply then.
	for (const {field, instead} of inPath) {
		for (const other of instead) delete options[other];
		options[field] = true;
	}
	for (const [field, value] of Object.entries(callbacks))
		if (plugin.fields[field]?.is === 'callback' && value !== undefined) options[field] = value;
	return plugin.make(options);
}
