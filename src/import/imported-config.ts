/** The common result of the importers: a config as plain values, with what its owner has to know about it. */
import type {PlainObject} from '../config/tree.ts';

export interface ImportedConfig {
	/** The value of `client`. */
	readonly client: PlainObject;
	/** The value of `resource_defaults`. @default none */
	readonly defaults?: PlainObject;
	/** Further keys at the top, such as `name`. @default none */
	readonly more?: PlainObject;
	readonly resources: readonly ImportedResource[];
	readonly leftOut: readonly LeftOutPart[];
	/** Remarks about the config as a whole, each without a full stop. */
	readonly remarks: readonly string[];
	/** Values of the secrets, by their names; a secret whose value is not known has none here. */
	readonly secrets: ReadonlyMap<string, string>;
	/** Functions to be written. With some, the config is a file in JavaScript. @default [] */
	readonly stubs?: readonly StubFunction[];
}

export interface StubFunction {
	/** Its name in JavaScript. Functions in the config have the same name. */
	readonly name: string;
	readonly parameters: readonly string[];
	/** Its text in the other language. */
	readonly source: string;
}

export interface ImportedResource {
	readonly resource: PlainObject & {readonly name: string};
	/** Decisions that the file did not settle, and features that were left out; each without a full stop. */
	readonly remarks: readonly string[];
	/** Keys for a comment below the endpoint, which the owner may put into force. @default none */
	readonly suggestion?: {readonly text: string; readonly keys: PlainObject};
}

export interface LeftOutPart {
	readonly name: string;
	readonly reason: string;
	/** Whether it has no rows, so that nothing is lacking. @default false */
	readonly isNoList?: boolean;
}

/** The config itself. */
export function configOf({client, defaults, more, resources}: ImportedConfig): PlainObject {
	return {
		...more,
		client,
		...(defaults && {resource_defaults: defaults}),
		resources: resources.map(({resource}) => resource),
	};
}

/** Names of the secrets that the config refers to, sorted. */
export function secretNamesIn(config: object): string[] {
	return namesIn(config, /(?<!\$)\$\{secrets\.([\w.-]+)\}/g);
}

/** Names of the environment variables that the config refers to, sorted. */
export function variablesIn(config: object): string[] {
	return namesIn(config, /(?<!\$)\$\{([A-Za-z_]\w*)(?::-[^}]*)?\}/g);
}

function namesIn(config: object, pattern: RegExp): string[] {
	return [...new Set([...JSON.stringify(config).matchAll(pattern)].map(([, name = '']) => name))].sort();
}
