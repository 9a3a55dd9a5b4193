/**
 * Builders for the fields of a plugin: its options, as plain data. A field has its name in TypeScript
 * (`cursorPath`); a config file spells it `cursor_path`.
 */
import type {JsonValue} from '../core/json/json.ts';
import type {ColumnDefinitions} from '../core/schema/schema.ts';
import type {ConfigOf, Field, Fields, Kind, Options, Report, ValueOf, WrittenOf} from './field.ts';

export type {
	ConfigOf,
	Field,
	Fields,
	Given,
	Need as Presence,
	Options,
	Report,
	ValueOf,
	WrittenOf,
} from './field.ts';

type Own = 'is' | 'needed' | 'written' | 'words' | 'of' | 'fields' | 'rules' | 'name';
type Spec<Value> = Omit<Field<Value>, Own>;

type NeedOf<S> = S extends {unless: readonly string[]} | {optional: true}
	? 'optional'
	: S extends {default: unknown} | {sameAs: string}
		? 'default'
		: 'required';
type Or<Value, S> = S extends {null: 'value'} ? Value | null : Value;
type Made<Value, S, Written = Value> = Field<Or<Value, S>, NeedOf<S>, Or<Written, S>>;

/**
 * Text that is not empty.
 * @example text({default: 'cursor', doc: 'Query parameter of the cursor.'})
 */
export function text<const S extends Spec<string>>(spec: S): Made<string, S> {
	return {is: 'text', ...spec};
}

/**
 * An http or https URL.
 * @example url({optional: true, doc: 'Where the token comes from.'})
 */
export function url<const S extends Spec<string>>(spec: S): Made<string, S> {
	return {is: 'url', ...spec};
}

/**
 * A path into a response: `meta.next`, `data[-1].id`, or a JSONPath.
 * @example responsePath({default: 'next', doc: 'Path to the next link.'})
 */
export function responsePath<const S extends Spec<string>>(spec: S): Made<string, S> {
	return {is: 'responsePath', ...spec};
}

/**
 * A whole number, 0 or more.
 * @example count({min: 1, default: 100, doc: 'Rows of a page.'})
 */
export function count<const S extends Spec<number>>(spec: S): Made<number, S> {
	return {is: 'count', ...spec};
}

/**
 * A number of seconds, 0 or more, with or without a fraction.
 * @example seconds({default: 300, doc: 'Seconds until the token expires.'})
 */
export function seconds<const S extends Spec<number>>(spec: S): Made<number, S> {
	return {is: 'seconds', ...spec};
}

/**
 * True or false.
 * @example boolean({default: false, doc: 'Whether the last page counts.'})
 */
export function boolean<const S extends Spec<boolean>>(spec: S): Made<boolean, S> {
	return {is: 'boolean', ...spec};
}

/**
 * One of several words.
 * @example choice(['header', 'query'], {default: 'header', doc: 'Where the key goes.'})
 */
export function choice<const Word extends string, const S extends Spec<NoInfer<Word>>>(
	words: readonly Word[],
	spec: S,
): Made<Word, S> {
	return {is: 'choice', words, ...spec};
}

/**
 * A list of items of one kind.
 * @example list(text({doc: 'A name.'}), {min: 1, doc: 'Names of fields.'})
 */
export function list<F extends Field, const S extends Spec<readonly ValueOf<F>[]>>(
	of: F,
	spec: S,
): Made<readonly ValueOf<F>[], S, readonly WrittenOf<F>[]> {
	return {is: 'list', of, ...spec};
}

type Entries<Value> = {readonly [key: string]: Value};

/**
 * An object with any keys and values of one kind.
 * @example record(text({doc: 'The new name.'}), {doc: 'New names by the old ones.'})
 */
export function record<F extends Field, const S extends Spec<Entries<ValueOf<F>>>>(
	of: F,
	spec: S,
): Made<Entries<ValueOf<F>>, S, Entries<WrittenOf<F>>> {
	return {is: 'record', of, ...spec};
}

/**
 * A text, a number, or true or false.
 * @example record(scalar({doc: 'A value.'}), {doc: 'Query parameters.'})
 */
export function scalar<const S extends Spec<string | number | boolean>>(
	spec: S,
): Made<string | number | boolean, S> {
	return {is: 'scalar', ...spec};
}

/**
 * Any JSON value.
 * @example json({optional: true, doc: 'The body of the login.'})
 */
export function json<const S extends Spec<JsonValue>>(spec: S): Made<JsonValue, S> {
	return {is: 'json', ...spec};
}

/**
 * Any JSON value, including numbers that do not fit a double.
 * @example record(anything({doc: 'The value.'}), {doc: 'Values by their names.'})
 */
export function anything<const S extends Spec<JsonValue>>(spec: S): Made<JsonValue, S> {
	return {is: 'anything', ...spec};
}

/**
 * A value of one of several forms, such as a text or a list of texts. The forms must have different types.
 * @example either([text({doc: 'One.'}), list(text({doc: 'A scope.'}), {doc: 'Several.'})], {doc: 'Scopes.'})
 */
export function either<const F extends readonly Field[], const S extends Spec<ValueOf<F[number]>>>(
	of: F,
	spec: S,
): Made<ValueOf<F[number]>, S, WrittenOf<F[number]>> {
	return {is: 'either', of, ...spec};
}

type ObjectSpec<F extends Fields> = Omit<Spec<Options<F>>, 'default'> & {
	rules?(options: Partial<Options<F>>, report: Report): void;
};

/**
 * An object with fields of its own.
 * @example object({path: text({doc: 'Its path.'})}, {doc: 'The login.'})
 */
export function object<const F extends Fields, const S extends ObjectSpec<F>>(
	fields: F,
	spec: S,
): Made<Options<F>, S, ConfigOf<F>> {
	return {is: 'object', fields, ...spec};
}

/**
 * Columns with their types, in all forms of a resource's `columns`.
 * @example columns({doc: 'Fields with their types.'})
 */
export function columns<const S extends Spec<ColumnDefinitions>>(
	spec: S,
): Made<ColumnDefinitions, S, {readonly [name: string]: unknown} | readonly object[]> {
	return {is: 'columns', ...spec};
}

/**
 * A function, for a program or a JavaScript config.
 * @example func<(record: JsonRecord) => boolean>()({doc: 'Says true for those to keep.'})
 */
export function func<Value>(): <const S extends Spec<Value>>(spec: S) => Made<Value, S> {
	return spec => ({is: 'func', ...spec});
}

type ProgramsOnly<Is extends Kind, Value> = Field<Value, 'optional'> & {readonly is: Is};

/**
 * Whether a value replaces `{name}` in the path of the endpoint. A config has no key for it: the placeholder
 * in the path sets it. `unless` of the field that holds the value otherwise names this field.
 * @example placeholder('cursor', {doc: 'It replaces {cursor} in the path.'})
 */
export function placeholder(
	name: string,
	{doc}: {readonly doc: string},
): ProgramsOnly<'placeholder', boolean> {
	return {is: 'placeholder', name, doc, optional: true};
}

/**
 * A function that only a program can give. A config has no key for it.
 * @example callback<(rows: number) => void>({doc: 'Gets the number of rows of each page.'})
 */
export function callback<Value>({doc}: {readonly doc: string}): ProgramsOnly<'callback', Value> {
	return {is: 'callback', doc, optional: true};
}
