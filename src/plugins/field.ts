/** What a field of a plugin is, and the types that follow from it: what a user gives, what `make` gets. */

/** Whether a user must set a field, and whether `make` always finds a value. */
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
