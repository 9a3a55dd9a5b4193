/** Plugins that change records, as items of `processing_steps`. */
import type {RecordPlace} from '../../transforms/map.ts';
import {type Change, RefusedRecord} from '../../transforms/steps/step.ts';
import type {JsonRecord} from '../core/page.ts';
import type {WarningCode} from '../core/warning.ts';
import type {ConfigOf, Field, Fields, Given, Options, Report, ValueOf, WrittenOf} from './fields.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';

/** Tools of a step, besides its return value. */
export interface StepTools {
	/**
	 * Makes a value that rejects the record when a step returns it: `return refuse('price', 'is no number')`.
	 */
	refuse(column: string, reason: string): RefusedRecord;
	/** Reports a possible fault in the data, once. `--strict` makes it a failure. @default code: 'plugin' */
	warn(message: string, code?: WarningCode): void;
}

/**
 * A function of one record. It returns a record, several, `undefined` for none, or the value of `refuse`, and
 * does not change the record that it gets. Its method `pageEnd`, if it has one, is called after each page.
 */
type Made = ((record: JsonRecord, place: RecordPlace) => ReturnType<Change>) & Pick<Change, 'pageEnd'>;

export interface StepDefinition<Type extends string, F extends Fields> extends Definition<Type, F> {
	make(options: Options<F>, tools: StepTools): Made;
}

/** A step whose key holds one value, `{remove: [a, b]}`, and no fields. */
export interface ValueStepDefinition<Type extends string, V extends Field>
	extends Omit<Definition<Type, Fields>, 'fields' | 'example' | 'check'> {
	readonly value: V;
	readonly example?: ValueOf<V>;
	/** Reports the fault of a key in the value. */
	check?(value: ValueOf<V>, report: Report): void;
	make(value: ValueOf<V>, tools: StepTools): Made;
}

/** A step plugin with any options. */
export interface AnyStepPlugin extends Plugin {
	readonly kind: 'step';
	/** The field for the value of its key, unless that is an object of fields. */
	readonly value?: Field;
	/** `options` are its fields, or its value. */
	make(options: unknown, warn?: StepTools['warn']): Change;
}

/** A factory of steps that is also the plugin. */
export interface StepPlugin<Type extends string, F extends Fields> extends AnyStepPlugin {
	(...given: Arguments<F>): Change;
	readonly type: Type;
	readonly fields: F;
}

/** A factory of steps with one value that is also the plugin. */
export interface ValueStepPlugin<Type extends string, V extends Field> extends AnyStepPlugin {
	(value: ValueOf<V>): Change;
	readonly type: Type;
	readonly value: V;
}

type OrTrue<F extends Fields, Value> = Record<never, never> extends Given<F> ? Value | true : Value;

/** The value of a step's key in a config. */
export type WrittenStep<P> =
	P extends ValueStepPlugin<infer _, infer V>
		? WrittenOf<V>
		: P extends StepPlugin<infer _, infer F>
			? OrTrue<F, ConfigOf<F>>
			: never;

/** The argument of a step in a program. */
export type GivenStep<P> =
	P extends ValueStepPlugin<infer _, infer V>
		? ValueOf<V>
		: P extends StepPlugin<infer _, infer F>
			? OrTrue<F, Given<F>>
			: never;

type AnyDefinition = Omit<Definition<string, Fields>, 'fields' | 'example' | 'check'> & {
	readonly fields?: Fields;
	readonly value?: Field;
	readonly example?: unknown;
	check?(options: object, report: Report): void;
	make(options: object, tools: StepTools): Made;
};

/**
 * Defines a step. Its type is its key in a config: `processing_steps: [{round: {field: price}}]`. With
 * `value` in place of `fields`, the key holds that value: `processing_steps: [{round: price}]`.
 * @example export const round = defineStep({
 *   type: 'round', summary: 'Rounds a number.', fields: {field: text({doc: 'Its name.'})},
 *   make: ({field}) => record => ({...record, [field]: Math.round(Number(record[field]))}),
 * });
 */
export function defineStep<const Type extends string, const F extends Fields>(
	definition: StepDefinition<Type, F>,
): StepPlugin<Type, F>;
export function defineStep<const Type extends string, const V extends Field>(
	definition: ValueStepDefinition<Type, V>,
): ValueStepPlugin<Type, V>;
export function defineStep(given: AnyDefinition): AnyStepPlugin {
	const {value, fields = {}, example, ...rest} = given;
	const definition = {...rest, fields};
	const make = (options: unknown = {}, warn: StepTools['warn'] = () => {}): Change => {
		const tools: StepTools = {refuse: (column, reason) => new RefusedRecord(column, reason), warn};
		return given.make(value ? (options as object) : checked(definition, {...(options as object)}), tools);
	};
	return Object.assign((options?: unknown) => make(options), {
		...frame('step', definition),
		...(typeof example === 'object' && example !== null && {example}),
		...(value && {value}),
		make,
	});
}
