/** From the `paginator` of a config to what pages. */
import type {Registry} from '../../plugins/registry.ts';
import {isPaginator, type Paginator} from '../../resource/paging/paginator.ts';
import type {ValueInPath} from '../placeholders/cursor-in-path.ts';
import {optionsIn} from '../schema/plugin.ts';
import type {PaginatorConfig} from './paginator-fields.ts';

/**
 * `inPath` are values that the path of the endpoint takes; `callbacks` are what the command line gives for
 * fields that a config has no keys for.
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
	// What the schema has filled in for a parameter is not meant then.
	for (const {field, instead} of inPath) {
		for (const other of instead) delete options[other];
		options[field] = true;
	}
	for (const [field, value] of Object.entries(callbacks))
		if (plugin.fields[field]?.is === 'callback' && value !== undefined) options[field] = value;
	return plugin.make(options);
}
