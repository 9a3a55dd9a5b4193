/** The schemas of `format` and `encoding`, which describe the body of a response. */
import * as z from 'zod';
import type {DecoderConfigOf} from '../../plugins/decoder.ts';
import type {BuiltInDecoder, Registry} from '../../plugins/registry.ts';
import {object, text, whenNeeded} from '../schema/object.ts';
import {type PluginConfig, pluginObject, wordOrObject} from '../schema/plugin.ts';

/** A format after validation. */
export type BodyFormat = PluginConfig;

/** A format before validation. */
export type BodyFormatInput = BuiltInDecoder['type'] | DecoderConfigOf<BuiltInDecoder>;

export function bodyFormatSchema({decoders}: Registry): z.ZodType<BodyFormat, BodyFormatInput> {
	const {word, objects, hint} = wordOrObject(
		decoders,
		plugin => pluginObject(plugin),
		'A format with its defaults.',
	);
	const schema = z.union([word, objects], {error: ({input}) => hint(input)}).meta({id: 'body_format'});
	// The input types come from the fields, which the list of schemas does not carry.
	return schema as z.ZodType<BodyFormat, BodyFormatInput>;
}

export const encoding = whenNeeded(() =>
	text().refine(isEncoding, 'expected a charset, such as windows-1252, utf-16le or shift_jis'),
);

/** The form of the records, if they are not a list of objects. */
export const rowsFrom = whenNeeded(() =>
	z.discriminatedUnion('from', [
		object({from: z.literal('columns').describe('An object of lists of one length, one for each column.')}),
		object({
			from: z.literal('arrays').describe('A list of lists.'),
			header: text()
				.optional()
				.describe('Path in the response to the names. Default: the first list has them.'),
		}),
		object({
			from: z.literal('object').describe('An object of rows.'),
			key: text().describe('Column that gets the key of each row.'),
		}),
		object({
			from: z.literal('record').describe('One object, which is one row, whatever its values look like.'),
		}),
	]),
);
export type RowsFromConfig = z.infer<typeof rowsFrom>;

function isEncoding(label: string): boolean {
	try {
		new TextDecoder(label);
		return true;
	} catch {
		return false;
	}
}
