/**
 * A field of a plugin, and the types that follow from it: the options of a user, and those that `make` gets.
 */

/** Whether a user must set a field, and whether `make` always gets a value. */
export type Need = 'required' | 'optional' | 'default';

export type Kind =
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
 * One option. `Value` and `Needed` carry the arguments of the builder into the type of the options. `Written`
 * carries them into the type of a config, in which keys have another spelling.
 */
export interface Field<Value = unknown, Needed extends Need = Need, Written = Value> {
	readonly is: Kind;
	/** The purpose of the option, in one or two sentences. */
	readonly doc: string;
	/** The value if the user sets none. */
	readonly default?: Value;
	/** An earlier field, whose value is the default. */
	readonly sameAs?: string;
	/** Another field, of which this is a second name: `make` gets the value under that name. */
	readonly aliasOf?: string;
	/** A default that `make` applies itself. It is only shown in the documentation. */
	readonly shown?: Value;
	/** Set if the field may be left out and has no default. */
	readonly optional?: true;
	/** Whether a config may hold `null`: like a missing field, or as a value that `make` gets. */
	readonly null?: 'absent' | 'value';
	/**
	 * Fields that replace this one. At most one of all of them may be set; if one of the others is set, this
	 * field has no default.
	 */
	readonly unless?: readonly string[];
	/** Text: whether `""` is a value. @default false */
	readonly allowEmpty?: boolean;
	/** Numbers: the least value. Lists: the least number of items. @default 0 */
	readonly min?: number;
	/** Numbers: the greatest value. */
	readonly max?: number;
	/** Numbers: the value must be greater than this. */
	readonly above?: number;
	/** Choice: its words. */
	readonly words?: readonly string[];
	/** Choice: other spellings of its words, `{param: 'query'}`. */
	readonly means?: Readonly<Record<string, string>>;
	/** List and record: the field of each item. Either: the field of each form. */
	readonly of?: Field | readonly Field[];
	/** Either: a description of the value for messages, if the names of the forms are not enough. */
	readonly expected?: string;
	/** Object: its own fields. */
	readonly fields?: Fields;
	/** Object: reports errors that involve several of its fields. */
	rules?(options: object, report: Report): void;
	/** Placeholder: its name in the path of an endpoint, without braces. */
	readonly name?: string;
	/** Returns the fault of a value of the right type, as a sentence without a subject. */
	check?(value: Value): string | undefined;
	/** Only for types: never set, as is `written`. */
	readonly needed?: Needed;
	readonly written?: Written;
}

/**
 * Reports the fault of a field, or of a key in its value: `['params', 'state']`. `{otherField}` in the
 * message becomes the name of that field in the user's spelling.
 */
export type Report = (field: string | readonly [field: string, ...keys: string[]], message: string) => void;

export type Fields = {readonly [name: string]: Field};

export type ValueOf<F> = F extends Field<infer Value, Need, infer _> ? Value : never;
/** The type of the value in a config. */
export type WrittenOf<F> = F extends Field<infer _, Need, infer Written> ? Written : never;

type KeysThatAre<F extends Fields, Needs extends Need> = {
	[K in keyof F]: F[K] extends Field<unknown, Needs, unknown> ? K : never;
}[keyof F];

type Snake<Name extends string> = Name extends `${infer Head}${infer Tail}`
	? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
	: '';
type KeyOf<Name, F> = F extends {readonly is: 'placeholder' | 'callback'} ? never : Snake<Name & string>;

/** The options in a config, with keys such as `cursor_path`. */
export type ConfigOf<F extends Fields> = {
	readonly [K in KeysThatAre<F, 'required'> as KeyOf<K, F[K]>]: WrittenOf<F[K]>;
} & {
	readonly [K in Exclude<keyof F, KeysThatAre<F, 'required'>> as KeyOf<K, F[K]>]?:
		| WrittenOf<F[K]>
		| null
		| undefined;
};

/** The options that a user sets. */
export type Given<F extends Fields> = {
	readonly [K in KeysThatAre<F, 'required'>]: ValueOf<F[K]>;
} & {
	readonly [K in Exclude<keyof F, KeysThatAre<F, 'required'>>]?: ValueOf<F[K]>;
};

/** The options that `make` gets: those of the user, and the defaults. */
export type Options<F extends Fields> = {
	readonly [K in KeysThatAre<F, 'required' | 'default'>]: ValueOf<F[K]>;
} & {
	readonly [K in Exclude<keyof F, KeysThatAre<F, 'required' | 'default'>>]?: ValueOf<F[K]>;
};
