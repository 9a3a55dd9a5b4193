/** The schema of `processing_steps`, and what the transforms make of them. */
import * as z from 'zod';
import {projector} from '../../../transforms/select.ts';
import {add} from '../../../transforms/steps/add.ts';
import {rename} from '../../../transforms/steps/fields.ts';
import {fieldPlace} from '../../../transforms/steps/place.ts';
import {type Added, pageSteps, type Step} from '../../../transforms/steps.ts';
import {ConfigError} from '../../core/errors.ts';
import type {Page} from '../../core/page.ts';
import {condition} from '../../core/path/condition.ts';
import {messageOf} from '../../core/stage.ts';
import type {Warn, WarningCode} from '../../core/warning.ts';
import type {Registry} from '../../plugins/registry.ts';
import {asObject} from '../tree.ts';
import {columns} from './column.ts';
import {definition} from './definition.ts';
import {always, count, object, text, whenNeeded} from './object.ts';
import {optionsIn, stepOf} from './plugin.ts';

type FunctionOf<Key extends keyof Step> = Extract<Step[Key], (...given: never) => unknown>;

const code = 'a function, which only a .js config can hold';

const filterStep = z
	.unknown()
	.superRefine((given, context) => {
		if (typeof given === 'string') return readable(condition)(given, context);
		if (typeof given === 'function') return;
		context.addIssue({
			code: 'custom',
			message: `expected a condition such as @.status == 'open', or ${code}`,
		});
	})
	.meta({
		type: 'string',
		description: "Keeps the records for which it holds: @.status == 'open' && @.n > 1 (RFC 9535).",
	}) as z.ZodType<NonNullable<Step['filter']>, NonNullable<Step['filter']>>;

const stepShape = () => ({
	filter: filterStep.optional(),
	map: functionFor('map').optional().describe('A function: record to record.'),
	yield_map: functionFor('yieldMap')
		.optional()
		.describe('A function: record to a list or a generator of records.'),
	explode: z
		.union([field(), z.array(field()).min(1)])
		.optional()
		.describe(
			'A list: one record for each of its items, which takes its place. Several lists are taken apart together.',
		),
	flatten: z
		.union([
			z.literal(true),
			object({
				separator: text().optional().describe('Between names. Default: __.'),
				max_depth: count().optional().describe('Levels that are taken apart.'),
			}),
		])
		.optional()
		.describe('Nested objects become fields parent__child.'),
	rename: z.record(text(), text()).superRefine(readable(rename), always).optional().describe('{old: new}'),
	add: z
		.record(text(), z.unknown())
		.transform(given => given as {[name: string]: Added})
		.superRefine((given, context) => {
			for (const [name, value] of Object.entries(given)) readable(add)({[name]: value}, context, [name]);
		})
		.optional()
		.describe('Fields to set: a value, a text with {field} in it, or {path: FIELD}.'),
	cast: columns
		.superRefine(typed, always)
		.optional()
		.describe('Types of fields; what cannot be converted is rejected.'),
	hash: z
		.union([
			fields(),
			object({
				names: fields().describe('Fields to hash.'),
				secret: text().optional().describe('Key of an HMAC; keep it in secrets.toml.'),
			}),
		])
		.optional()
		.describe('SHA-256 in place of the values.'),
	mask: z
		.union([
			fields(),
			z.record(field(), object({keep: count().optional().describe('Characters at the end that stay.')})),
		])
		.optional()
		.describe('*** in place of the values.'),
	remove: fields().optional().describe('Fields to drop.'),
	select: z
		.union([fields(), z.record(text(), field())])
		.superRefine(readable(projector), always)
		.optional()
		.describe('Fields to keep, in order; {name: path} gives them other names.'),
});

const written = whenNeeded(() => object(stepShape()));

/** A step as it was understood. Of a plugin it has the key that is its type. */
export type ProcessingStep = z.output<typeof written>;

/** A step as it is written. */
export type StepInput = z.input<typeof written>;

export function processingStepsSchema({steps}: Registry): z.ZodType<ProcessingStep[], StepInput[]> {
	const step = whenNeeded(() =>
		object({...stepShape(), ...Object.fromEntries(steps.map(plugin => [plugin.type, stepOf(plugin)]))})
			.superRefine((given, context) => {
				if (context.issues.length === 0 && Object.values(given).every(value => value === undefined))
					context.addIssue({
						code: 'custom',
						message: 'a step says what to do, for example {filter: "@.id > 0"}',
					});
			})
			.meta({id: 'processing_step'}),
	);
	return z.array(step);
}

/** The steps as one function of pages; nothing when there are none. */
export function stepsOf(
	{
		name,
		processing_steps: list = [],
	}: {readonly name: string; readonly processing_steps?: readonly ProcessingStep[]},
	plugins: Registry,
	warn?: Warn,
): ((page: Page) => Page) | undefined {
	if (list.length === 0) return undefined;
	const tell = (code: WarningCode, message: string): void => warn?.({code, resource: name, message});
	return pageSteps(
		list.map(step => translated(step, plugins)),
		{
			onSibling: (path, sibling) =>
				tell(
					'lists-side-by-side',
					`explode takes ${path} apart, and ${sibling}, which has as many items in each record, stays whole in every row. ` +
						`If their items belong together, write explode: [${path}, ${sibling}]`,
				),
			onMissing: (field, records, found) =>
				tell(
					'field-not-found',
					`add reads the field ${JSON.stringify(field)}, and ${records === 1 ? 'the record has' : `none of the ${records} records so far has`} ` +
						`${records === 1 ? 'no such field' : 'one'}; fields: ${found.join(', ')}. A text gets nothing in its place`,
				),
		},
	);
}

function translated({yield_map: yieldMap, flatten, cast, ...rest}: ProcessingStep, {steps}: Registry): Step {
	return {
		...rest,
		changes: steps.flatMap(plugin => {
			const given: unknown = Reflect.get(rest, plugin.type);
			return given === undefined ? [] : [plugin.make(optionsIn(plugin.fields, asObject(given)))];
		}),
		yieldMap,
		flatten:
			typeof flatten === 'object'
				? {
						...(flatten.separator !== undefined && {separator: flatten.separator}),
						...(flatten.max_depth !== undefined && {maxDepth: flatten.max_depth}),
					}
				: flatten,
		cast: cast && definition(cast).columns,
	};
}

function functionFor<Key extends 'map' | 'yieldMap'>(_key: Key): z.ZodType<FunctionOf<Key>, FunctionOf<Key>> {
	return z.unknown().superRefine((given, context) => {
		if (typeof given !== 'function') context.addIssue({code: 'custom', message: `expected ${code}`});
	}) as never;
}

function field() {
	return text().superRefine(readable(fieldPlace));
}

function fields() {
	return z.array(field());
}

function typed(given: unknown, context: z.core.$RefinementCtx): void {
	if (!Array.isArray(given)) return;
	for (const {name, data_type} of given)
		if (data_type === undefined)
			context.addIssue({code: 'custom', message: 'needs a type, for example bigint', path: [name]});
}

/**
 * Reads a part of a step now, so that what cannot be read is reported at its line and not at the first
 * record.
 */
function readable<Value>(read: (value: Value) => unknown) {
	return (value: Value, context: z.core.$RefinementCtx, path: readonly string[] = []): void => {
		try {
			read(value);
		} catch (error) {
			const messages =
				error instanceof ConfigError ? error.issues.map(({message}) => message) : [messageOf(error)];
			for (const message of messages) context.addIssue({code: 'custom', message, path: [...path]});
		}
	};
}
