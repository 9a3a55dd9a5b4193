/** The schema of `processing_steps`, and their function of pages. */
import * as z from 'zod';
import {pageSteps} from '../../../transforms/steps.ts';
import type {JsonObject} from '../../core/json/json.ts';
import type {Page} from '../../core/page.ts';
import type {Warn} from '../../core/warning.ts';
import type {Registry} from '../../plugins/registry.ts';
import type {WrittenStep} from '../../plugins/step.ts';
import type {BuiltInStep} from '../../plugins/steps/all.ts';
import {changesIn} from '../../plugins/steps.ts';
import {object, whenNeeded} from '../schema/object.ts';
import {stepOf} from '../schema/plugin.ts';

/** A step after validation: the options of each plugin, by its type. */
export interface ProcessingStep {
	readonly [type: string]: unknown;
}

/** A step before validation. */
export type StepInput = {readonly [P in BuiltInStep as P['type']]?: WrittenStep<P> | undefined};

export function processingStepsSchema({steps}: Registry): z.ZodType<ProcessingStep[], StepInput[]> {
	const step = whenNeeded(() =>
		object(Object.fromEntries(steps.map(plugin => [plugin.type, stepOf(plugin)])))
			.superRefine((given, context) => {
				if (context.issues.length === 0 && Object.values(given).every(value => value === undefined))
					context.addIssue({
						code: 'custom',
						message: 'a step says what to do, for example {filter: "@.id > 0"}',
					});
			})
			.meta({id: 'processing_step'}),
	);
	// The input types come from the plugins, which the list of schemas does not carry.
	return z.array(step) as z.ZodType<ProcessingStep[], StepInput[]>;
}

/**
 * The steps as one function of pages; `undefined` if there are none. `requestOf` has the values of the request
 * of a page, for expressions.
 */
export function stepsOf<P extends Page>(
	{
		name,
		processing_steps: list = [],
	}: {readonly name: string; readonly processing_steps?: readonly ProcessingStep[]},
	{steps}: Registry,
	{onWarning, requestOf}: {onWarning?: Warn | undefined; requestOf?: (page: P) => JsonObject} = {},
): ((page: P) => Page) | undefined {
	if (list.length === 0) return undefined;
	return pageSteps<P>(
		list.flatMap(step =>
			changesIn(step, steps, (message, code = 'plugin') => onWarning?.({code, resource: name, message})),
		),
		requestOf,
	);
}
