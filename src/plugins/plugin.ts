/** What all plugins are: a type, fields, and `make`. Each kind has a file of its own beside this one. */
import type {Fields, Given, Options, Report} from './fields.ts';
import {optionsOf} from './options.ts';

export type PluginKind = 'paginator' | 'auth' | 'decoder' | 'step' | 'format';

/** What an author writes, whatever the kind. */
export interface Definition<Type extends string, F extends Fields> {
	/** The word for it in a config: `offset`. */
	readonly type: Type;
	/** Older words for the same. */
	readonly aliases?: readonly Type[];
	/** What it does, in one sentence. */
	readonly summary: string;
	/** Fields with values that show its use. */
	readonly example?: Given<F>;
	readonly fields: F;
	/** Keys of neighbours that users try here, and what to do instead. */
	readonly elsewhere?: {readonly [key: string]: string};
	/**
	 * Reports what takes several fields to see. A field with a value of the wrong type is reported elsewhere, and
	 * may have that value here.
	 */
	check?(options: Partial<Options<F>>, report: Report): void;
}

/** A plugin of any kind, as the registry has it. */
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

/** Options of a factory: none are needed where all fields may be left out. */
export type Arguments<F extends Fields> =
	Record<never, never> extends Given<F> ? [options?: Given<F>] : [options: Given<F>];

/** The options that a factory takes. */
export type OptionsOf<Factory extends (...given: never) => unknown> = NonNullable<Parameters<Factory>[0]>;

/** Whether a value is what one of the `define…` functions returns, of this copy of Sluice or of another. */
export function isPlugin(value: unknown): value is Plugin {
	return (
		typeof value === 'function' && 'kind' in value && 'type' in value && 'fields' in value && 'make' in value
	);
}

/** What a plugin of any kind has beside `make`. */
export function frame<Kind extends PluginKind, Type extends string, F extends Fields>(
	kind: Kind,
	definition: Definition<Type, F>,
) {
	const {type, aliases = [], summary, example = {}, fields, elsewhere = {}} = definition;
	const check = (options: Partial<Options<F>>, report: Report): void => definition.check?.(options, report);
	return {kind, type, aliases, summary, example, fields, elsewhere, check};
}

/** The options of a program with defaults. Throws `ConfigError` with everything that is wrong. */
export function checked<Type extends string, F extends Fields>(
	{type, fields, ...definition}: Definition<Type, F>,
	given: object = {},
): Options<F> {
	const check = (options: Partial<Options<F>>, report: Report): void => definition.check?.(options, report);
	return optionsOf({type, fields, check}, {...given});
}
