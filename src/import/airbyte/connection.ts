/**
 * The connection for which a stream is imported: the values of its owner, over the defaults of the spec.
 * Secrets and required values without a value become `${secrets.…}` and `${…}`.
 */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {plausible} from './plausible.ts';

export interface Connection {
	readonly config: PlainObject;
	/**
	 * The same connection with other texts in place of `${…}`: a result that is equal for both does not depend
	 * on them.
	 */
	readonly twin: PlainObject;
	/** The same connection with `${…}` also for values that are neither given nor required. */
	readonly filled: Connection;
	/** Decisions that were made because the owner gave no value. */
	readonly choices: readonly string[];
	/** The given values of secrets, by their names. */
	readonly secrets: ReadonlyMap<string, string>;
	/** An example of a value for each variable, for the check of the config. */
	readonly examples: ReadonlyMap<string, string>;
}

export interface ConnectionOptions {
	/** The config of the connection, in Airbyte's form. @default the defaults of the spec */
	readonly given?: PlainObject;
	/** Title of the authentication method, if there are several. @default the first one */
	readonly auth?: string | undefined;
}

/** The connection for the `connection_specification` of a manifest. */
export function connectionFor(spec: PlainObject, {given, auth}: ConnectionOptions = {}): Connection {
	const make = (isFilled: boolean, isTwin: boolean) => {
		const folder = new Folder({auth, isFilled, isTwin});
		return {folder, config: folder.object(spec, given ?? {}, [])};
	};
	const {folder, config} = make(false, false);
	const whole = make(true, false);
	const rest = {choices: folder.choices, secrets: folder.secrets, examples: whole.folder.examples};
	const filled: Connection = {
		config: whole.config,
		twin: make(true, true).config,
		...rest,
		get filled() {
			return filled;
		},
	};
	return {config, twin: make(false, true).config, filled, ...rest};
}

const secretName = /token|key|secret|password/i;
const reads = /\bconfig(?:\.get\(\s*['"](\w+)['"]|\[\s*['"](\w+)['"]\s*\]|\.(\w+))/g;

/**
 * The spec of a manifest. If it has none, it is made from the values of the connection that its templates
 * read.
 */
export function specOf(manifest: PlainObject): PlainObject {
	const spec = asObject(asObject(manifest.spec).connection_specification);
	if (Object.keys(asObject(spec.properties)).length > 0 || spec.oneOf !== undefined) return spec;
	const names = [...JSON.stringify(manifest).replaceAll('\\"', '"').matchAll(reads)].map(
		found => found.slice(1).find(Boolean) ?? '',
	);
	const named = [...new Set(names)].filter(name => name !== 'get');
	return {
		properties: Object.fromEntries(
			named.map(name => [name, {type: 'string', ...(secretName.test(name) && {airbyte_secret: true})}]),
		),
	};
}

const OPEN = '${';
// Marks a changed reference, as long as no text of a manifest contains it.
const TWIN = '${twin.of.';

/** Whether two values, computed with a connection and with its twin, contain the references unchanged. */
export function isUntouched(mine: unknown, twin: unknown): boolean {
	return JSON.stringify(mine, asText).replaceAll(OPEN, TWIN) === JSON.stringify(twin, asText);
}

function asText(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? String(value) : value;
}

class Folder {
	readonly choices: string[] = [];
	readonly secrets = new Map<string, string>();
	readonly examples = new Map<string, string>();
	readonly #auth: string | undefined;
	readonly #isFilled: boolean;
	readonly #open: string;

	constructor({auth, isFilled, isTwin}: {auth: string | undefined; isFilled: boolean; isTwin: boolean}) {
		this.#auth = auth;
		this.#isFilled = isFilled;
		this.#open = isTwin ? TWIN : OPEN;
	}

	object(schema: PlainObject, given: PlainObject, path: readonly string[]): PlainObject {
		const made: PlainObject = {};
		const required = Array.isArray(schema.required) ? schema.required : [];
		const properties = {...asObject(schema.properties)};
		const options = listOf(schema.oneOf);
		if (options.length > 0)
			Object.assign(properties, asObject(this.#option(options, given, path).properties));
		for (const [key, property] of Object.entries(properties)) {
			const value = this.#value(asObject(property), given[key], [...path, key], required.includes(key));
			if (value !== undefined) made[key] = value;
		}
		for (const [key, value] of Object.entries(given)) if (!(key in properties)) made[key] = value;
		return made;
	}

	#value(schema: PlainObject, given: unknown, path: readonly string[], isRequired: boolean): unknown {
		if (isPlainObject(schema.properties) || listOf(schema.oneOf).length > 0)
			return this.object(schema, asObject(given ?? schema.default), path);
		if (schema.airbyte_secret === true) return this.#secret(schema, given, path, isRequired);
		if (given !== undefined) return given;
		if (schema.const !== undefined) return schema.const;
		if (schema.default !== undefined) return schema.default;
		if (!isRequired && !this.#isFilled) return undefined;
		const [first] = Array.isArray(schema.enum) ? schema.enum : [];
		if (first !== undefined) {
			this.choices.push(`${path.join('.')} is ${JSON.stringify(first)}, the first of what it may be`);
			return first;
		}
		if (schema.type === 'boolean') {
			this.choices.push(`${path.join('.')} is false, as nothing says otherwise`);
			return false;
		}
		if (schema.type === 'array' || schema.type === 'object') return undefined;
		return this.#variable(schema, path);
	}

	#secret(schema: PlainObject, given: unknown, path: readonly string[], isRequired: boolean): unknown {
		if (given === undefined && !isRequired && !this.#isFilled) return schema.default;
		const name = path.map(key => key.replace(/[^\w-]/g, '_')).join('.');
		if (typeof given === 'string') this.secrets.set(name, given);
		return `${this.#open}secrets.${name}}`;
	}

	#variable(schema: PlainObject, path: readonly string[]): string {
		const name = path
			.join('_')
			.replace(/\W/g, '_')
			.replace(/^(?=\d)/, '_')
			.toUpperCase();
		this.examples.set(name, String(plausible(schema, path.at(-1))));
		return `${this.#open}${name}}`;
	}

	#option(options: readonly PlainObject[], given: PlainObject, path: readonly string[]): PlainObject {
		const fits = options.find(option => isOptionOf(option, given));
		if (fits && Object.keys(given).length > 0) return fits;
		const wanted = options.find(({title}) => this.#auth !== undefined && title === this.#auth);
		const chosen = wanted ?? options[0] ?? {};
		const others = options.map(({title}) => JSON.stringify(title ?? '?')).join(', ');
		if (!wanted && options.length > 1)
			this.choices.push(
				`${path.join('.')} is ${JSON.stringify(chosen.title ?? '?')}, the first of ${others}`,
			);
		return chosen;
	}
}

function isOptionOf({properties}: PlainObject, given: PlainObject): boolean {
	return Object.entries(asObject(properties)).every(([key, property]) => {
		const {const: constant, enum: values} = asObject(property);
		const only = constant ?? (Array.isArray(values) && values.length === 1 ? values[0] : undefined);
		return only === undefined || given[key] === undefined || given[key] === only;
	});
}

function listOf(value: unknown): PlainObject[] {
	return Array.isArray(value) ? value.map(asObject) : [];
}
