/** Plugins that change records on their way, as an item of `processing_steps`. */
import type {RecordPlace} from '../../transforms/map.ts';
import {type Change, Refused} from '../../transforms/steps/step.ts';
import type {JsonRecord} from '../core/page.ts';
import type {ConfigOf, Fields, Given, Options} from './fields.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';

/** What a step may do beside returning records. */
export interface StepTools {
	/** Returned by a step, it rejects the record: `return refuse('price', 'is no number')`. */
	refuse(column: string, reason: string): Refused;
}

export interface StepDefinition<Type extends string, F extends Fields> extends Definition<Type, F> {
	/**
	 * Makes a function of one record. It returns a record, several, `undefined` for none, or what `refuse` made,
	 * and leaves the record that it gets as it is.
	 */
	make(options: Options<F>, tools: StepTools): (record: JsonRecord, place: RecordPlace) => ReturnType<Change>;
}

/** A factory of steps, which is also the plugin. */
export interface StepPlugin<Type extends string, F extends Fields> extends Plugin {
	(...given: Arguments<F>): Change;
	readonly kind: 'step';
	readonly type: Type;
	readonly fields: F;
	make(options: Given<F>): Change;
}

/** What a config may hold for a kind of step. */
export type StepConfigOf<P> = P extends StepPlugin<infer _, infer F> ? ConfigOf<F> : never;

/** A step plugin of any options. */
export interface AnyStepPlugin extends Plugin {
	readonly kind: 'step';
	make(options: {readonly [name: string]: unknown}): Change;
}

const tools: StepTools = {refuse: (column, reason) => new Refused(column, reason)};

/**
 * A step, whose type is its key in a config: `processing_steps: [{round: {field: price}}]`.
 * @example export const round = defineStep({
 *   type: 'round', summary: 'Rounds a number.', fields: {field: text({doc: 'Its name.'})},
 *   make: ({field}) => record => ({...record, [field]: Math.round(Number(record[field]))}),
 * });
 */
export function defineStep<const Type extends string, const F extends Fields>(
	definition: StepDefinition<Type, F>,
): StepPlugin<Type, F> {
	const make = (given: object = {}): Change => definition.make(checked(definition, given), tools);
	return Object.assign((given?: object) => make(given), {...frame('step', definition), make});
}
