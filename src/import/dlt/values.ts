/** Values of a Python file that are more than JSON. Dicts are plain objects, lists and tuples are arrays. */

/** A function or lambda: it becomes a stub in JavaScript. */
export class PythonFunction {
	readonly name: string;
	readonly parameters: readonly string[];
	/** Its text in Python. */
	readonly source: string;

	constructor(name: string, parameters: readonly string[], source: string) {
		this.name = name;
		this.parameters = parameters;
		this.source = source;
	}
}

/** A value that only a run of the file would tell. */
export class Unknown {
	/** Its text in Python. */
	readonly source: string;
	readonly line: number;

	constructor(source: string, line: number) {
		this.source = source;
		this.line = line;
	}
}

/** A name of a module, such as `dlt.secrets` or `os.environ`. */
export class DottedName {
	readonly path: string;

	constructor(path: string) {
		this.path = path;
	}
}

/** Whether Python takes it for true; `undefined` if that is not known. */
export function truthOf(value: unknown): boolean | undefined {
	if (value instanceof Unknown || value instanceof DottedName) return undefined;
	if (typeof value === 'string' && value.includes('${')) return undefined;
	if (Array.isArray(value)) return value.length > 0;
	if (typeof value === 'object' && value !== null && !(value instanceof PythonFunction))
		return Object.keys(value).length > 0;
	return Boolean(value);
}
