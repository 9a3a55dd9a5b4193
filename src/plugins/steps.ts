/** The stage `steps()` for programs, which passes records through a list of steps. */
import type {Transform} from 'node:stream';
import type {Change} from '../../transforms/steps/step.ts';
import {pageSteps} from '../../transforms/steps.ts';
import {ConfigError} from '../core/errors.ts';
import {transform} from '../core/stage.ts';
import {configKey} from './options.ts';
import type {AnyStepPlugin, GivenStep, StepTools} from './step.ts';
import {type BuiltInStep, builtInSteps} from './steps/all.ts';

type Camel<Type extends string> = Type extends `${infer Head}_${infer Tail}`
	? `${Head}${Capitalize<Camel<Tail>>}`
	: Type;

/**
 * One or several changes. Several run in the order of the table of steps in `docs/reference/config.md`. Fields are names, or
 * paths such as `address.city`.
 */
export type Step = {
	readonly [P in BuiltInStep as Camel<P['type']>]?: GivenStep<P> | undefined;
};

/**
 * Changes records step by step. A record that a step refuses becomes a rejection, with the record before the
 * steps. A step is an object, or the result of a plugin's factory. Throws a `ConfigError` if a step is
 * invalid.
 * @example pipeline(source, steps([{filter: '@.id > 0'}, {remove: ['password']}]), jsonl('rows.jsonl'))
 */
export function steps(list: readonly (Step | Change)[]): Transform {
	return transform('steps', {page: pageSteps(list.flatMap(changesOf))});
}

export function changesOf(step: Step | Change): Change[] {
	if (typeof step === 'function') return [step];
	const byType = Object.entries(step).map(([key, value]): [string, unknown] => [configKey(key), value]);
	return changesIn(Object.fromEntries(byType), builtInSteps);
}

/** The changes of one item, whose keys are types of these plugins. */
export function changesIn(
	item: {readonly [type: string]: unknown},
	plugins: readonly AnyStepPlugin[],
	warn?: StepTools['warn'],
): Change[] {
	const changes = plugins.flatMap(plugin => {
		const given = item[plugin.type];
		if (given === undefined) return [];
		return [plugin.make(given === true ? {} : given, warn)];
	});
	if (changes.length === 0) throw new ConfigError('a step says what to do, for example {filter: "@.id > 0"}');
	return changes;
}
