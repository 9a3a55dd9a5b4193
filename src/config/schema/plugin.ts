/** From the fields of a plugin to the schema of its object in a config. */
import * as z from 'zod';
import type {Field, Fields} from '../../plugins/fields.ts';
import {isKey, keyOf, problemsAmong, type Values, withDefaults} from '../../plugins/options.ts';
import {isPlugin, type Plugin} from '../../plugins/plugin.ts';
import type {PlainObject} from '../tree.ts';
import {always, count, httpUrl, kind, moreThanNoTime, object, responsePath, seconds, text} from './object.ts';

/** An object of a plugin as it was understood: keys of a config, with defaults. */
export interface PluginConfig {
	readonly type: string;
	readonly [key: string]: unknown;
}

/** `plugins`: files in a config as it is written, what they export in one as it was loaded. */
export const pluginList = z.array(
	z.custom<Plugin>(isPlugin, {
		error: () => 'expected the path of a file, or what definePaginator() and its like return',
	}),
);

type Shape = {[key: string]: z.ZodType};

/** The object `{type: …}` of a plugin; `more` are keys that stand beside its fields. */
export function pluginObject(plugin: Plugin, more: () => Shape = () => ({})) {
	const {type, aliases, summary, fields, elsewhere} = plugin;
	return kind([type, ...aliases], summary, literal =>
		object({type: literal, ...shapeOf(fields), ...more()}, {elsewhere})
			.superRefine((given, context) => {
				for (const {field, message} of problemsAmong(plugin, optionsIn(fields, given)))
					context.addIssue({code: 'custom', message, path: [keyOf(field)]});
			}, always)
			.transform((given): PluginConfig => {
				const others = Object.entries(given).filter(([key]) => key in more());
				const filled = keysOf(withDefaults(fields, optionsIn(fields, given)));
				return {...filled, ...Object.fromEntries(others), type};
			}),
	);
}

/** An object of any of these plugins, by its type. */
export function oneOfTypes(
	objects: readonly ReturnType<typeof pluginObject>[],
): z.ZodType<PluginConfig, {type: string}> {
	const [first, ...others] = objects;
	if (!first) throw new TypeError('a kind of plugin has at least one');
	return z.discriminatedUnion('type', [first, ...others]);
}

/** The options that the object of a plugin holds, by the names of their fields. */
export function optionsIn(fields: Fields, given: PlainObject): Values {
	const options: PlainObject = {};
	for (const [name, field] of Object.entries(fields)) {
		const value = given[keyOf(name)];
		if (isKey(field) && value !== undefined) options[name] = value;
	}
	return options;
}

function keysOf(options: Values): PlainObject {
	return Object.fromEntries(Object.entries(options).map(([name, value]) => [keyOf(name), value]));
}

function shapeOf(fields: Fields): Shape {
	const keys = Object.entries(fields).filter(([, field]) => isKey(field));
	return Object.fromEntries(keys.map(([name, field]) => [keyOf(name), described(field)]));
}

function described(field: Field): z.ZodType {
	const {doc, optional, shown, unless} = field;
	const plain = valueSchema(field);
	const fallback = shown ?? field.default;
	if (fallback !== undefined && field.null === undefined && !unless && shown === undefined)
		return plain.default(fallback).meta({default: fallback, description: doc});
	const isOptional = optional || unless || fallback !== undefined || field.sameAs !== undefined;
	const schema = field.null !== undefined ? plain.nullish() : isOptional ? plain.optional() : plain;
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
	fields = {},
	means,
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
			return choiceSchema(words, means);
		case 'scalar':
			return z.union([z.string(), z.number(), z.boolean()]);
		case 'json':
			return z.json();
		case 'list':
			return z.array(each(of));
		case 'record':
			return z.record(text(), each(of));
		case 'either':
			return z.union([of ?? []].flat().map(valueSchema));
		case 'object':
			return object(shapeOf(fields)).transform(given => withDefaults(fields, optionsIn(fields, given)));
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

function choiceSchema(words: readonly string[], means?: Field['means']): z.ZodType {
	if (!means) return z.enum(words);
	return z.enum([...words, ...Object.keys(means)]).transform(word => means[word] ?? word);
}
