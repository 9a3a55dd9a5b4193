/** Turns the fields of a plugin into the schema of its object in a config. */
import * as z from 'zod';
import type {Field, Fields, Presence} from '../../plugins/fields.ts';
import {
	configKey,
	isKey,
	isRequired,
	problemsAmong,
	type Values,
	withDefaults,
} from '../../plugins/options.ts';
import {isPlugin, type Plugin} from '../../plugins/plugin.ts';
import type {AnyStepPlugin} from '../../plugins/step.ts';
import type {PlainObject} from '../tree.ts';
import {columns} from './column.ts';
import {definition} from './definition.ts';
import {always, count, httpUrl, kind, moreThanNoTime, object, responsePath, seconds, text} from './object.ts';

/** An object of a plugin after validation: keys of a config, with defaults. */
export interface PluginConfig {
	readonly type: string;
	readonly [key: string]: unknown;
}

/** `plugins`: files before the config is loaded, and their exports afterwards. */
export const pluginList = z.array(
	z.custom<Plugin>(isPlugin, {
		error: () => 'expected the path of a file, or what definePaginator() and its like return',
	}),
);

type Shape = {[key: string]: z.ZodType};

interface PluginObjectOptions {
	/** Keys beside its fields. */
	readonly more?: () => Shape;
	/** Whether an object without a type is one of this plugin. */
	readonly isDefault?: boolean;
}

/** The object `{type: …}` of a plugin. */
export function pluginObject(plugin: Plugin, {more, isDefault = false}: PluginObjectOptions = {}) {
	const {type, aliases, summary, fields} = plugin;
	const note = (value: object) => ('type' in value ? '' : `; without "type" this is a ${type} token`);
	const description = isDefault ? `${summary} The type may be left out.` : summary;
	return kind(
		[type, ...aliases],
		description,
		literal => {
			const others = more?.() ?? {};
			const shape = {type: literal, ...shapeOf(fields), ...others};
			return optionsObject(plugin, shape, isDefault ? note : undefined).transform((given): PluginConfig => {
				const beside = Object.entries(given).filter(([key]) => key in others);
				return {...keysOf(filledIn(plugin, given)), ...Object.fromEntries(beside), type};
			});
		},
		isDefault,
	);
}

/** The schema of a step's key: its value or its fields, or `true` if it needs none. */
export function stepOf(plugin: AnyStepPlugin): z.ZodType {
	const {summary, value} = plugin;
	if (value)
		return valueSchema(value)
			.superRefine((given, context) =>
				plugin.check?.(Object(given), (at, message) =>
					context.addIssue({code: 'custom', message, path: [at].flat()}),
				),
			)
			.optional()
			.describe(summary);
	const options = optionsObject(plugin).transform(given => filledIn(plugin, given));
	if (requiredKeys(plugin).length > 0) return options.optional().describe(summary);
	const alone = z.literal(true).transform(() => options.parse({}));
	return z.union([alone, options]).optional().describe(summary);
}

type Rules = Pick<Plugin, 'fields'> & Partial<Pick<Plugin, 'check' | 'elsewhere'>>;

/** An object of fields, with the rules that involve several of them. */
function optionsObject(
	{fields, elsewhere = {}, check}: Rules,
	shape: Shape = shapeOf(fields),
	note?: (value: object) => string,
) {
	const rules = {fields, ...(check && {check})};
	return object(shape, {elsewhere, ...(note && {note})}).superRefine((given, context) => {
		for (const {field, below, message} of problemsAmong(rules, optionsIn(fields, given)))
			context.addIssue({code: 'custom', message, path: [configKey(field), ...below]});
	}, always);
}

function filledIn({fields}: Rules, given: PlainObject): Values {
	return withDefaults(fields, optionsIn(fields, given));
}

/**
 * A plugin as its type alone, if it needs no keys, or as an object. `hint` is the advice for a word that
 * needs some.
 */
export function wordOrObject<P extends Plugin>(
	plugins: readonly P[],
	objectOf: (plugin: P) => ReturnType<typeof pluginObject>,
	description: string,
) {
	const [first, ...others] = plugins.map(objectOf);
	if (!first) throw new TypeError('a kind of plugin has at least one');
	const objects = z.discriminatedUnion('type', [first, ...others]);
	const wordless = plugins.filter(plugin => requiredKeys(plugin).length > 0);
	const words = plugins
		.filter(plugin => !wordless.includes(plugin))
		.flatMap(({type, aliases}) => [type, ...aliases]);
	const word = z
		.enum(words)
		.describe([description, ...wordless.map(hasNoWord)].join(' '))
		.transform((type): PluginConfig => objects.parse({type}));
	const hint = (input: unknown): string => wordless.filter(({type}) => type === input).map(needs)[0] ?? '';
	return {word, objects, hint};
}

function requiredKeys({fields}: Plugin): string[] {
	return Object.entries(fields)
		.filter(([, field]) => isKey(field) && isRequired(field))
		.map(([name]) => configKey(name));
}

function hasNoWord(plugin: Plugin): string {
	return `${plugin.type} has no word: it needs ${requiredKeys(plugin).join(', ')}.`;
}

function needs(plugin: Plugin): string {
	const pairs = Object.entries(plugin.example).map(([name, value]) => `${configKey(name)}: ${String(value)}`);
	return (
		`${plugin.type} needs ${requiredKeys(plugin).join(', ')}; write ` +
		`{${[`type: ${plugin.type}`, ...pairs].join(', ')}}`
	);
}

/** The options in the object of a plugin, by the names of their fields. */
export function optionsIn(fields: Fields, given: PlainObject): Values {
	const options: PlainObject = {};
	for (const [name, field] of Object.entries(fields)) {
		const value = given[configKey(name)];
		if (isKey(field) && value !== undefined) options[name] = value;
	}
	return options;
}

function keysOf(options: Values): PlainObject {
	return Object.fromEntries(Object.entries(options).map(([name, value]) => [configKey(name), value]));
}

function shapeOf(fields: Fields): Shape {
	const keys = Object.entries(fields).filter(([, field]) => isKey(field));
	return Object.fromEntries(keys.map(([name, field]) => [configKey(name), described(field)]));
}

/** The schema of a field, with its description and its default. */
export function fieldSchema<Value, Written>(
	field: Field<Value, Presence, Written>,
): z.ZodOptional<z.ZodType<Value, Written | null>> {
	// The types are in the field, whose data chooses the schema.
	return described(field) as z.ZodOptional<z.ZodType<Value, Written | null>>;
}

function described(field: Field): z.ZodType {
	const {doc, optional, shown, unless} = field;
	const plain = valueSchema(field);
	const fallback = shown ?? field.default;
	if (fallback !== undefined && field.null === undefined && !unless && shown === undefined)
		return plain.default(fallback).describe(doc);
	const isOptional = optional || unless || fallback !== undefined || field.sameAs !== undefined;
	const nullable = field.null === undefined ? plain : plain.nullable();
	// A field for which null is a value of its own may be needed all the same.
	const schema = isOptional || field.null === 'absent' ? nullable.optional() : nullable;
	return fallback === undefined ? schema.describe(doc) : schema.meta({default: fallback, description: doc});
}

function valueSchema(field: Field): z.ZodType {
	const schema = plainSchema(field);
	if (!field.check) return schema;
	return schema.superRefine((value, context) => {
		const message = field.check?.(value);
		if (message !== undefined) context.addIssue({code: 'custom', message});
	});
}

function plainSchema({
	is,
	allowEmpty,
	min = 0,
	max,
	above,
	words = [],
	of,
	expected,
	fields = {},
	rules,
	means = {},
}: Field): z.ZodType {
	switch (is) {
		case 'text':
			return allowEmpty ? z.string() : text();
		case 'url':
			return httpUrl();
		case 'responsePath':
			return responsePath();
		case 'count':
			return countSchema(min, max);
		case 'seconds':
			return above === 0 ? moreThanNoTime() : seconds();
		case 'boolean':
			return z.boolean();
		case 'choice':
			return z.enum([...words, ...Object.keys(means)]);
		case 'scalar':
			return z.union([z.string(), z.number(), z.boolean()]);
		case 'json':
			return z.json();
		case 'anything':
			return z.unknown();
		case 'list':
			return min > 0 ? z.array(each(of)).min(min) : z.array(each(of));
		case 'record':
			return z.record(text(), each(of));
		case 'either':
			return z.union(
				[of ?? []].flat().map(valueSchema),
				expected === undefined ? {} : {error: () => `expected ${expected}`},
			);
		case 'object':
			return optionsObject({fields, ...(rules && {check: rules})}).transform(given =>
				filledIn({fields}, given),
			);
		case 'columns':
			return typedColumns();
		case 'func':
			return z.custom(value => typeof value === 'function', {
				error: () => 'expected a function, which only a .js config can hold',
			});
		case 'placeholder':
		case 'callback':
			return z.never();
	}
}

function countSchema(min: number, max?: number): z.ZodType {
	const schema = min === 0 ? count() : min === 1 ? z.int().positive() : z.int().min(min);
	return max === undefined ? schema : schema.max(max);
}

function each(of: Field['of']): z.ZodType {
	const [item] = [of ?? []].flat();
	return item ? valueSchema(item) : z.unknown();
}

/** Columns as a program defines them. Each has a type. */
function typedColumns() {
	return columns
		.superRefine((given, context) => {
			if (!Array.isArray(given)) return;
			for (const {name, data_type} of given)
				if (data_type === undefined)
					context.addIssue({code: 'custom', message: 'needs a type, for example bigint', path: [name]});
		}, always)
		.transform(given => definition(given).columns);
}
