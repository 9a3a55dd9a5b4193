/** Imports a config of dlt's rest_api source from the Python file that has it. Its words are those of Sluice. */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import type {ImportedConfig, ImportedResource, LeftOutPart, StubFunction} from '../imported-config.ts';
import {variable, variableName} from '../openapi/parameters.ts';
import {Secrets} from '../requests/secrets.ts';
import {configsIn, type Found, type FoundConfig} from './program.ts';
import {recordedConfigs} from './python.ts';
import {parsePython} from './syntax.ts';
import {DottedName, PythonFunction, Unknown} from './values.ts';

export interface DltOptions {
	readonly from: string;
	readonly text: string;
	/** Which of several configs: the function or variable that has it. */
	readonly name?: string | undefined;
	/** The command that runs the file. @default the file is not run */
	readonly python?: string | undefined;
	readonly signal: AbortSignal;
}

export async function importDlt({from, text, name, python, signal}: DltOptions): Promise<ImportedConfig> {
	if (python !== undefined) {
		const secrets = new Secrets();
		const found = await recordedConfigs({from, python, secrets, signal});
		return {...importFound(found, {from, name}), secrets: secrets.values};
	}
	const found = configsIn(await parsePython(text, from), text);
	return importFound(found, {from, name});
}

/** The config of these that has the name, or the only one. */
export function importFound(
	{configs, remarks}: Found,
	{from, name}: Pick<DltOptions, 'from' | 'name'>,
): ImportedConfig {
	const names = configs.map(each => each.name);
	const fitting = name === undefined ? configs : configs.filter(each => each.name === name);
	const [only, ...others] = fitting;
	if (!only)
		throw new ConfigError(
			configs.length === 0
				? `${from} has no config of dlt's rest_api source that can be read without running it; --python ` +
						'python3 runs the file and takes what rest_api_source gets'
				: `${from} has no config ${name}; it has ${names.join(', ')}`,
		);
	if (others.length > 0)
		throw new ConfigError(
			`${from} has ${fitting.length} configs: ${names.join(', ')}; take one of them by --name`,
		);
	return new Reader(only, remarks).config();
}

const functionKeys = /^(map|yield_map|filter|action|convert|last_value_func)$/;
/** Keys whose values are objects of Python's libraries. */
const objects = new Set(['session', 'hooks']);

class Reader {
	readonly #found: FoundConfig;
	readonly #remarks: string[];
	readonly #stubs = new Map<string, StubFunction>();

	constructor(found: FoundConfig, remarks: readonly string[]) {
		this.#found = found;
		this.#remarks = [...remarks];
	}

	config(): ImportedConfig {
		const {client, resource_defaults: defaults, resources, ...more} = this.#found.config;
		const leftOut: LeftOutPart[] = [];
		const list = Array.isArray(resources) ? resources : [];
		if (!Array.isArray(resources))
			this.#remarks.push('the list of resources is not known without running the file');
		const made = list.flatMap((given, i) => this.#resource(given, i, leftOut) ?? []);
		const known = this.#value(client, 'client', this.#remarks);
		const usual =
			defaults === undefined ? undefined : this.#value(defaults, 'resource_defaults', this.#remarks);
		for (const key of Object.keys(more)) this.#remarks.push(`the key ${key} is left out`);
		return {
			client: isPlainObject(known) ? known : {base_url: variable('base_url')},
			...(isPlainObject(usual) && {defaults: usual}),
			resources: made,
			leftOut,
			remarks: this.#remarks,
			secrets: new Map(),
			stubs: [...this.#stubs.values()],
		};
	}

	#resource(given: unknown, index: number, leftOut: LeftOutPart[]): ImportedResource | undefined {
		if (typeof given === 'string') return {resource: {name: given}, remarks: []};
		const remarks: string[] = [];
		const resource = this.#value(given, 'resource', remarks);
		const name = isPlainObject(resource) ? (resource.name ?? pathOf(resource)) : undefined;
		if (isPlainObject(resource) && typeof name === 'string') return {resource: {...resource, name}, remarks};
		leftOut.push({name: `resource ${index + 1}`, reason: `${saidOf(given)} is no dict in the file`});
		return undefined;
	}

	/** The value as one of a config; `undefined` if it is left out. */
	#value(given: unknown, key: string, remarks: string[]): unknown {
		if (given instanceof PythonFunction) return this.#stub(given, remarks);
		if (given instanceof Unknown || given instanceof DottedName) return this.#open(given, key, remarks);
		if (Array.isArray(given)) {
			const items = given.map(item => this.#value(item, key, remarks));
			return items.filter(item => item !== undefined);
		}
		if (!isPlainObject(given)) return given;
		const entries = Object.entries(given).flatMap(([name, item]) => {
			if (objects.has(name)) {
				remarks.push(`${name} is left out, as it is an object of Python`);
				return [];
			}
			const value = this.#value(item, name, remarks);
			return value === undefined ? [] : [[name, value] as const];
		});
		return Object.fromEntries(entries);
	}

	#open(given: Unknown | DottedName, key: string, remarks: string[]): unknown {
		const source = given instanceof Unknown ? given.source : given.path;
		if (key === 'last_value_func' && /^(max|min)$/.test(source)) return source;
		if (functionKeys.test(key)) return this.#stub(new PythonFunction(source, ['record'], source), remarks);
		if (key === 'columns') {
			remarks.push(`columns by ${source} are left out, as they are a class of Python`);
			return undefined;
		}
		const name = /^\w+$/.test(source) ? source : key;
		const line = given instanceof Unknown && given.line > 0 ? ` (line ${given.line})` : '';
		remarks.push(`${key} is ${shortened(source)}${line}: set ${variableName(name)} in the environment`);
		return variable(name);
	}

	#stub({name, parameters, source}: PythonFunction, remarks: string[]): unknown {
		let plain = camelCased(name);
		for (let i = 2; this.#stubs.has(plain) && this.#stubs.get(plain)?.source !== source; i++)
			plain = `${camelCased(name)}${i}`;
		if (!this.#stubs.has(plain)) this.#stubs.set(plain, {name: plain, parameters, source});
		remarks.push(`${name} is a function of Python: write ${plain} in JavaScript`);
		return Object.defineProperty(() => undefined, 'name', {value: plain});
	}
}

function pathOf({endpoint}: PlainObject): unknown {
	return typeof endpoint === 'string' ? endpoint : isPlainObject(endpoint) ? endpoint.path : undefined;
}

function saidOf(given: unknown): string {
	if (given instanceof Unknown) return shortened(given.source);
	return given instanceof DottedName ? given.path : 'it';
}

function shortened(source: string): string {
	const line = source.replace(/\s+/g, ' ');
	return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

function camelCased(name: string): string {
	const plain = name
		.split('.')
		.at(-1)
		?.replace(/\W+/g, '_')
		.replace(/_+([a-zA-Z\d])/g, (_whole, letter: string) => letter.toUpperCase());
	return plain === undefined || !/^[A-Za-z_$]/.test(plain) || plain === 'lambda' ? 'changed' : plain;
}
