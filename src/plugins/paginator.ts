/** Plugins that page: they make the request for each page, and find the end. */
import type {Cursor} from '../core/page.ts';
import {loopRules} from '../resource/paging/loop-rules.ts';
import {endOptions, type Paginator} from '../resource/paging/paginator.ts';
import {boolean, type ConfigOf, choice, count, type Fields, type Given, type Options} from './fields.ts';
import {optionsOf} from './options.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';

// Fields of every paginator.
const endFields = {
	requireTotal: boolean({
		optional: true,
		doc:
			'Left out: fewer records than a stated total are a failure. true: no stated total is one, too. ' +
			'false: neither is, as the total counts something else.',
	}),
	ignoreMore: boolean({
		optional: true,
		doc: 'true: what came is all that is wanted, whatever total, link or flag says that there is more.',
	}),
};

const loopFields = {
	repeatedPage: choice(['error', 'stop', 'keep'], {
		optional: true,
		doc:
			'A page whose records have all come before: an error, the end (its records are left out), or a ' +
			'page. Default: error.',
	}),
	maxEmptyPages: count({
		min: 1,
		optional: true,
		doc: 'Fail when more pages in a row have no records, and each names a next one. Default: 100.',
	}),
};

type EndFields = typeof endFields;
type LoopFields = typeof loopFields;

/** The parts of a paginator that its author writes. */
export type Paging<Place extends Cursor> = Omit<
	Paginator<Place>,
	'name' | 'options' | 'repeatedPage' | 'maxEmptyPages'
>;

export interface PaginatorDefinition<Type extends string, F extends Fields, Place extends Cursor>
	extends Definition<Type, F> {
	/** `one`: it requests one page only, and so has no options about endless paging. @default 'many' */
	readonly pages?: 'one' | 'many';
	/**
	 * Whether `next_request` of a config may describe the requests after the first one: `any` with path and
	 * parameters, `link` without them, as a link has its own. @default it may not
	 */
	readonly nextRequest?: 'any' | 'link';
	/** Makes the paginator. The paginator keeps no state: everything that it knows is in the place. */
	make(options: Options<F>): Paging<Place>;
}

/** A factory of paginators that is also the plugin. */
export interface PaginatorPlugin<Type extends string, F extends Fields, Place extends Cursor> extends Plugin {
	(...given: Arguments<F & EndFields & LoopFields>): Paginator<Place>;
	readonly kind: 'paginator';
	readonly type: Type;
	readonly fields: F & EndFields;
	readonly nextRequest: 'any' | 'link' | undefined;
	make(options: Given<F & EndFields & LoopFields>): Paginator<Place>;
}

/** The object in a config for a kind of paginator. */
export type PaginatorConfigOf<P> =
	P extends PaginatorPlugin<infer Type, infer F, infer _>
		? {readonly type: Type} & ConfigOf<F & EndFields & LoopFields>
		: never;

/** A paginator plugin with any options. */
export interface AnyPaginatorPlugin extends Plugin {
	readonly kind: 'paginator';
	readonly nextRequest: 'any' | 'link' | undefined;
	make(options: {readonly [name: string]: unknown}): Paginator;
}

/**
 * Defines a kind of paginator. Returns a factory for programs that is also the plugin for configs. All
 * paginators also take `requireTotal`, `ignoreMore`, `repeatedPage` and `maxEmptyPages`.
 * @example export const byToken = definePaginator({
 *   type: 'token', summary: 'Sends back the token of the last response.',
 *   fields: {path: responsePath({default: 'token', doc: 'Path to the token.'})},
 *   make: ({path}) => ({first: null, request: …, next: …, describe: place => `token ${place}`}),
 * });
 */
export function definePaginator<const Type extends string, const F extends Fields, Place extends Cursor>(
	definition: PaginatorDefinition<Type, F, Place>,
): PaginatorPlugin<Type, F, Place> {
	const {type, pages = 'many', nextRequest} = definition;
	const common = {...endFields, ...(pages === 'many' && loopFields)};
	const make = (given: object = {}): Paginator<Place> => {
		const walk = definition.make(checked(definition, given));
		const options = optionsOf({type, fields: common}, {...given});
		const own = walk.ends?.bind(walk);
		return Object.assign(walk, {
			name: type,
			options: given,
			...loopRules(options),
			ends: (place: Place) => ({...own?.(place), ...endOptions(options)}),
		});
	};
	const fields = {...definition.fields, ...common};
	return Object.assign((given?: object) => make(given), {
		...frame('paginator', definition),
		fields,
		nextRequest,
		make,
	});
}
