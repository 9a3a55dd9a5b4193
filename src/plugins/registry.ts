/** The plugins that there are: those of Sluice, and those that a config brings. A new one is a line here. */
import type {AnyPaginatorPlugin} from './paginator.ts';
import {auto} from './paginators/auto.ts';
import {cursor} from './paginators/cursor.ts';
import {headerCursor} from './paginators/header-cursor.ts';
import {headerLink} from './paginators/header-link.ts';
import {jsonLink} from './paginators/json-link.ts';
import {offset} from './paginators/offset.ts';
import {pageNumber} from './paginators/page-number.ts';
import {singlePage} from './paginators/single-page.ts';
import {isPlugin, type Plugin} from './plugin.ts';

const paginators = [
	auto,
	singlePage,
	offset,
	pageNumber,
	cursor,
	jsonLink,
	headerLink,
	headerCursor,
] as const;

/** The paginators of Sluice itself. */
export type BuiltInPaginator = (typeof paginators)[number];

export type AnyPlugin = AnyPaginatorPlugin;

export class Registry {
	readonly paginators: readonly AnyPaginatorPlugin[];

	constructor(own: readonly Plugin[] = []) {
		this.paginators = withOwn(paginators, own.filter(isPaginatorPlugin));
	}

	/** All of them, whatever their kind. */
	get all(): readonly Plugin[] {
		return this.paginators;
	}

	/** The paginator with this type, or with this older name. */
	paginator(type: unknown): AnyPaginatorPlugin | undefined {
		return this.paginators.find(
			plugin => plugin.type === type || plugin.aliases.some(alias => alias === type),
		);
	}
}

// The config is told of a second one elsewhere.
function withOwn<P extends Plugin>(builtIn: readonly P[], own: readonly P[]): readonly P[] {
	const all = [...builtIn];
	for (const plugin of own) if (!all.some(other => isSameType(plugin, other))) all.push(plugin);
	return all;
}

/** Whether a config could not tell the two apart. */
export function isSameType(one: Plugin, other: Plugin): boolean {
	return [one.type, ...one.aliases].some(type => [other.type, ...other.aliases].includes(type));
}

function isPaginatorPlugin(plugin: Plugin): plugin is AnyPaginatorPlugin {
	return plugin.kind === 'paginator';
}

/** The plugins of Sluice alone. */
export const builtIn = new Registry();

const known = new WeakMap<object, Registry>();

/** The plugins of a config, whose key `plugins` has this value. */
export function registryOf(plugins: unknown): Registry {
	if (!Array.isArray(plugins) || plugins.length === 0) return builtIn;
	const registry = known.get(plugins) ?? new Registry(plugins.filter(isPlugin));
	known.set(plugins, registry);
	return registry;
}
