/**
 * The fields of a plugin: what a user may set, as plain data. A field has its name in TypeScript
 * (`cursorPath`); a config file spells it `cursor_path`.
 */
import type {JsonValue} from '../core/json/json.ts';
import type {ColumnDefinitions} from '../core/schema/schema.ts';

/** Whether a user must set a field, and whether `make` always finds a value. */
export type Need = 'required' | 'optional' | 'default';

type Kind =
	| 'text'
	| 'url'
	| 'responsePath'
	| 'count'
	| 'seconds'
	| 'boolean'
	| 'choice'
	| 'list'
	| 'record'
	| 'scalar'
	| 'json'
	| 'either'
	| 'object'
	| 'columns'
	| 'anything'
	| 'func'
	| 'placeholder'
	| 'callback';

/**
 * One option. `Value` and `Needed` carry what the builder was told into the type of the options, `Written` into
 * that of a config, where keys inside are spelled in another way.
 */
export interface Field<Value = unknown, Needed extends Need = Need, Written = Value> {
	readonly is: Kind;
	/** What it is for, in one or two sentences. */
	readonly doc: string;
	/** The value where the user sets none. */
	readonly default?: Value;
	/** An earlier field, whose value is the default. */
	readonly sameAs?: string;
	/** Another field, of which this is a second name: `make` finds the value there. */
	readonly aliasOf?: string;
	/** A default that `make` applies by itself: for the documentation. */
	readonly shown?: Value;
	/** May be left out without a default. */
	readonly optional?: true;
	/** Whether a config may hold `null`: as if the field were left out, or as a value that `make` gets. */
	readonly null?: 'absent' | 'value';
	/**
	 * Fields that replace this one: at most one of them all may be set, and where one of them is, this field
	 * has no default.
	 */
	readonly unless?: readonly string[];
	/** Text: whether `""` is a value. @default false */
	readonly allowEmpty?: boolean;
	/** Numbers: the least value; lists: the least number of items. @default 0 */
	readonly min?: number;
	/** Numbers: the greatest value. */
	readonly max?: number;
	/** Numbers: the value must be greater than this. */
	readonly above?: number;
	/** Choice: its words. */
	readonly words?: readonly string[];
	/** Choice: other spellings of its words, `{param: 'query'}`. */
	readonly means?: Readonly<Record<string, string>>;
	/** List and record: what each item is. Either: the field of each form. */
	readonly of?: Field | readonly Field[];
	/** Either: what a value should be, where the names of the forms say too little. */
	readonly expected?: string;
	/** Object: its own fields. */
	readonly fields?: Fields;
	/** Object: reports what takes several of its fields to see. */
	rules?(options: object, report: Report): void;
	/** Placeholder: its name in the path of an endpoint, without braces. */
	readonly name?: string;
	/** Says what is wrong with a value of the right type, in a sentence without a subject. */
	check?(value: Value): string | undefined;
	/** Never set, as is the next one. */
	readonly needed?: Needed;
	readonly written?: Written;
}

/**
 * Reports what is wrong with a field, or with a key in its value: `['params', 'state']`. `{otherField}` in the
 * message becomes the name of that field as the user spells it.
 */
export type Report = (field: string | readonly [field: string, ...keys: string[]], message: string) => void;

export type Fields = {readonly [name: string]: Field};

type Own = 'is' | 'needed' | 'written' | 'words' | 'of' | 'fields' | 'rules' | 'name';
type Spec<Value> = Omit<Field<Value>, Own>;

type NeedOf<S> = S extends {unless: readonly string[]} | {optional: true}
	? 'optional'
	: S extends {default: unknown} | {sameAs: string}
		? 'default'
		: 'required';
type Or<Value, S> = S extends {null: 'value'} ? Value | null : Value;
type Made<Value, S, Written = Value> = Field<Or<Value, S>, NeedOf<S>, Or<Written, S>>;

/** Text that is not empty. */
export function text<const S extends Spec<string>>(spec: S): Made<string, S> {
	return {is: 'text', ...spec};
}

/** An http or https URL. */
export function url<const S extends Spec<string>>(spec: S): Made<string, S> {
	return {is: 'url', ...spec};
}

/** A path into a response: `meta.next`, `data[-1].id`, or a JSONPath. */
export function responsePath<const S extends Spec<string>>(spec: S): Made<string, S> {
	return {is: 'responsePath', ...spec};
}

/** A whole number, 0 or more. */
export function count<const S extends Spec<number>>(spec: S): Made<number, S> {
	return {is: 'count', ...spec};
}

/** A number of seconds, 0 or more, with or without a fraction. */
export function seconds<const S extends Spec<number>>(spec: S): Made<number, S> {
	return {is: 'seconds', ...spec};
}

export function boolean<const S extends Spec<boolean>>(spec: S): Made<boolean, S> {
	return {is: 'boolean', ...spec};
}

/** One of several words. */
export function choice<const Word extends string, const S extends Spec<NoInfer<Word>>>(
	words: readonly Word[],
	spec: S,
): Made<Word, S> {
	return {is: 'choice', words, ...spec};
}

/** A list whose items are all alike. */
export function list<F extends Field, const S extends Spec<readonly ValueOf<F>[]>>(
	of: F,
	spec: S,
): Made<readonly ValueOf<F>[], S, readonly WrittenOf<F>[]> {
	return {is: 'list', of, ...spec};
}

type Entries<Value> = {readonly [key: string]: Value};

/** An object with any keys, whose values are all alike. */
export function record<F extends Field, const S extends Spec<Entries<ValueOf<F>>>>(
	of: F,
	spec: S,
): Made<Entries<ValueOf<F>>, S, Entries<WrittenOf<F>>> {
	return {is: 'record', of, ...spec};
}

/** Text, a number, or true or false. */
export function scalar<const S extends Spec<string | number | boolean>>(
	spec: S,
): Made<string | number | boolean, S> {
	return {is: 'scalar', ...spec};
}

/** Any JSON. */
export function json<const S extends Spec<JsonValue>>(spec: S): Made<JsonValue, S> {
	return {is: 'json', ...spec};
}

/** Any value, also a number that no double holds. */
export function anything<const S extends Spec<JsonValue>>(spec: S): Made<JsonValue, S> {
	return {is: 'anything', ...spec};
}

/** One of several forms: text or a list of texts. Each form has a type of its own. */
export function either<const F extends readonly Field[], const S extends Spec<ValueOf<F[number]>>>(
	of: F,
	spec: S,
): Made<ValueOf<F[number]>, S, WrittenOf<F[number]>> {
	return {is: 'either', of, ...spec};
}

type ObjectSpec<F extends Fields> = Omit<Spec<Options<F>>, 'default'> & {
	rules?(options: Partial<Options<F>>, report: Report): void;
};

/** An object with fields of its own. */
export function object<const F extends Fields, const S extends ObjectSpec<F>>(
	fields: F,
	spec: S,
): Made<Options<F>, S, ConfigOf<F>> {
	return {is: 'object', fields, ...spec};
}

/** Columns with their types, in every form that `columns` of a resource has. */
export function columns<const S extends Spec<ColumnDefinitions>>(
	spec: S,
): Made<ColumnDefinitions, S, {readonly [name: string]: unknown} | readonly object[]> {
	return {is: 'columns', ...spec};
}

/** A function, which a program or a `.js` config may give. */
export function func<Value>(): <const S extends Spec<Value>>(spec: S) => Made<Value, S> {
	return spec => ({is: 'func', ...spec});
}

type ProgramsOnly<Is extends Kind, Value> = Field<Value, 'optional'> & {readonly is: Is};

/**
 * Whether a value replaces `{name}` in the path of the endpoint. A config has no key for it: the path says
 * so. `unless` of the field that the value would go into otherwise names this field.
 */
export function placeholder(
	name: string,
	{doc}: {readonly doc: string},
): ProgramsOnly<'placeholder', boolean> {
	return {is: 'placeholder', name, doc, optional: true};
}

/** A function that a program may give. A config has no key for it. */
export function callback<Value>({doc}: {readonly doc: string}): ProgramsOnly<'callback', Value> {
	return {is: 'callback', doc, optional: true};
}

export type ValueOf<F> = F extends Field<infer Value, Need, infer _> ? Value : never;
/** The value as a config has it. */
export type WrittenOf<F> = F extends Field<infer _, Need, infer Written> ? Written : never;

type KeysThatAre<F extends Fields, Needs extends Need> = {
	[K in keyof F]: F[K] extends Field<unknown, Needs, unknown> ? K : never;
}[keyof F];

type Snake<Name extends string> = Name extends `${infer Head}${infer Tail}`
	? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
	: '';
type KeyOf<Name, F> = F extends {readonly is: 'placeholder' | 'callback'} ? never : Snake<Name & string>;

/** The same in a config: `cursor_path`. */
export type ConfigOf<F extends Fields> = {
	readonly [K in KeysThatAre<F, 'required'> as KeyOf<K, F[K]>]: WrittenOf<F[K]>;
} & {
	readonly [K in Exclude<keyof F, KeysThatAre<F, 'required'>> as KeyOf<K, F[K]>]?:
		| WrittenOf<F[K]>
		| null
		| undefined;
};

/** What a user gives. */
export type Given<F extends Fields> = {
	readonly [K in KeysThatAre<F, 'required'>]: ValueOf<F[K]>;
} & {
	readonly [K in Exclude<keyof F, KeysThatAre<F, 'required'>>]?: ValueOf<F[K]>;
};

/** What `make` gets: what the user gave, and the defaults. */
export type Options<F extends Fields> = {
	readonly [K in KeysThatAre<F, 'required' | 'default'>]: ValueOf<F[K]>;
} & {
	readonly [K in Exclude<keyof F, KeysThatAre<F, 'required' | 'default'>>]?: ValueOf<F[K]>;
};
