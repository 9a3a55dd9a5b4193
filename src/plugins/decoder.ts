/** Plugins that read the bodies of responses. */
import type {JsonValue} from '../core/json/json.ts';
import type {Decoder} from '../http/decode/decoder.ts';
import {wholeDecoder} from '../http/decode/whole.ts';
import type {ConfigOf, Fields, Given, Options} from './fields.ts';
import {type Arguments, checked, type Definition, frame, type Plugin} from './plugin.ts';

/** Reads a body that has been received as a whole. */
export interface TextReader {
	/**
	 * The value of a body, in which `data_selector` finds the records. An error of it is a failure of the
	 * request.
	 */
	read(text: string): JsonValue;
}

export interface DecoderDefinition<Type extends string, F extends Fields> extends Definition<Type, F> {
	/** Makes the reader of bodies: a `TextReader`, or a `Decoder`, which gets the bytes as they arrive. */
	make(options: Options<F>): TextReader | Decoder;
}

/** A factory of decoders that is also the plugin. */
export interface DecoderPlugin<Type extends string, F extends Fields> extends Plugin {
	(...given: Arguments<F>): Decoder;
	readonly kind: 'decoder';
	readonly type: Type;
	readonly fields: F;
	make(options: Given<F>): Decoder;
}

/** The object in a config for a kind of decoder. */
export type DecoderConfigOf<P> =
	P extends DecoderPlugin<infer Type, infer F> ? {readonly type: Type} & ConfigOf<F> : never;

/** A decoder plugin with any options. */
export interface AnyDecoderPlugin extends Plugin {
	readonly kind: 'decoder';
	make(options: {readonly [name: string]: unknown}): Decoder;
}

/**
 * Defines a `format` of responses.
 * @example export const ini = defineDecoder({
 *   type: 'ini', summary: 'Sections of NAME=value lines.', fields: {},
 *   make: () => ({read: text => sections(text)}),
 * });
 */
export function defineDecoder<const Type extends string, const F extends Fields>(
	definition: DecoderDefinition<Type, F>,
): DecoderPlugin<Type, F> {
	const make = (given: object = {}): Decoder => {
		const made = definition.make(checked(definition, given));
		return typeof made === 'function' ? made : wholeDecoder(text => made.read(text));
	};
	return Object.assign((given?: object) => make(given), {...frame('decoder', definition), make});
}
