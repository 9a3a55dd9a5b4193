/**
 * The common part of all plugins: a type, fields, and `make`. Each kind has a file of its own beside this
 * one.
 */
import type {Fields, Given, Options, Report} from './fields.ts';
import {optionsOf} from './options.ts';

export type PluginKind = 'paginator' | 'auth' | 'decoder' | 'step' | 'format' | 'target';

/** The part of a plugin that its author writes, for every kind. */
export interface Definition<Type extends string, F extends Fields> {
	/** Its name in a config: `offset`. */
	readonly type: Type;
	/** Older names. */
	readonly aliases?: readonly Type[];
	/** A description in one sentence. */
	readonly summary: string;
	/** Fields with values that show its use. */
	readonly example?: Given<F>;
	readonly fields: F;
	/** Keys of neighbours that users may write here by mistake, with advice. */
	readonly elsewhere?: {readonly [key: string]: string};
	/**
	 * Reports errors that involve several fields. A field with a value of the wrong type is reported elsewhere,
	 * and may still have that value here.
	 */
	check?(options: Partial<Options<F>>, report: Report): void;
}

/** A plugin of any kind, in the registry. */
export interface Plugin {
	readonly kind: PluginKind;
	readonly type: string;
	readonly aliases: readonly string[];
	readonly summary: string;
	readonly example: object;
	readonly fields: Fields;
	readonly elsewhere: {readonly [key: string]: string};
	check?(options: object, report: Report): void;
}

/** The arguments of a factory. The options may be left out if all fields may. */
export type Arguments<F extends Fields> =
	Record<never, never> extends Given<F> ? [options?: Given<F>] : [options: Given<F>];

/** The options that a factory takes. */
export type OptionsOf<Factory extends (...given: never) => unknown> = NonNullable<Parameters<Factory>[0]>;

/** Whether a value is the result of one of the `define…` functions, of this copy of Sluice or another. */
export function isPlugin(value: unknown): value is Plugin {
	return (
		typeof value === 'function' && 'kind' in value && 'type' in value && 'fields' in value && 'make' in value
	);
}

/** The common part of a plugin of any kind, without `make`. */
export function frame<Kind extends PluginKind, Type extends string, F extends Fields>(
	kind: Kind,
	definition: Definition<Type, F>,
) {
	const {type, aliases = [], summary, example = {}, fields, elsewhere = {}} = definition;
	const check = (options: Partial<Options<F>>, report: Report): void => definition.check?.(options, report);
	return {kind, type, aliases, summary, example, fields, elsewhere, check};
}

/** The options of a program with defaults. Throws a `ConfigError` with all faults. */
export function checked<Type extends string, F extends Fields>(
	{type, fields, ...definition}: Definition<Type, F>,
	given: object = {},
): Options<F> {
	const check = (options: Partial<Options<F>>, report: Report): void => definition.check?.(options, report);
	return optionsOf({type, fields, check}, {...given});
}
