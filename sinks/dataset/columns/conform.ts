/**
 * Gives all files of a table the same columns: readers of several files use the columns of the first, or
 * fail.
 */
import {dirname} from 'node:path';
import {type Column, type Schema, seenColumns} from '../../../src/core/schema/schema.ts';
import type {Part} from '../../../src/state/commit.ts';
import type {Target} from '../../../src/state/target.ts';
import {columnsKey} from '../../formats/columns-key.ts';
import type {FileFormat, TypedFiles} from '../../formats/format.ts';
import type {FileOutput} from '../../output/output.ts';
import type {PartMaker} from '../parts/parts.ts';

export interface ConformOptions {
	readonly dataset: Target;
	readonly maker: PartMaker;
	readonly format: FileFormat;
	/** The schemas by table. */
	readonly schemas: ReadonlyMap<string, Schema>;
	/** Ends the work; the parts stay as they are. */
	readonly signal: AbortSignal;
}

export interface Conformed {
	/** The parts, with the same rows in the same order. */
	readonly parts: readonly Part[];
	/** The parts that were replaced. */
	readonly replaced: readonly Part[];
	/** By table: the columns that can hold the values of all parts, where they differ from the schema. */
	readonly schemas: ReadonlyMap<string, Schema>;
	/** Why some files stay as they are. */
	readonly obstacles: readonly string[];
}

/** Keeps parts that have all columns of their table, in the widest type, and writes the others again. */
export async function conformParts(parts: readonly Part[], options: ConformOptions): Promise<Conformed> {
	const {format, schemas} = options;
	const found = {
		parts,
		replaced: [] as Part[],
		schemas: new Map<string, Schema>(),
		obstacles: [] as string[],
	};
	if (!format.typed) return found;
	const made = new Map<Part, Part>();
	for (const table of new Set(parts.map(part => part.table))) {
		const schema = schemas.get(table);
		const rows = parts.filter(part => part.kind === 'rows' && part.table === table);
		if (!schema || rows.length === 0) continue;
		const keys = await keysOf(rows, format.typed, options);
		const own = format.typed.inFiles(seenColumns(schema).columns);
		if (areSame(keys, own)) continue;
		const {columns, obstacles, fitting} = await widest(own, keys, format.typed, options);
		found.obstacles.push(...obstacles.values());
		found.schemas.set(table, schemaWith(schema, columns, own));
		for (const [part, key] of keys) {
			if (fitting.has(key) || obstacles.has(part)) continue;
			made.set(part, await under(part, columns, options));
		}
	}
	return {...found, parts: parts.map(part => made.get(part) ?? part), replaced: [...made.keys()]};
}

/** Whether readers find the same columns in all parts of each table. */
export async function areAlike(
	parts: readonly Part[],
	options: Pick<ConformOptions, 'dataset' | 'format'>,
): Promise<boolean> {
	const {typed} = options.format;
	if (!typed) return true;
	const keys = await keysOf(
		parts.filter(({kind}) => kind === 'rows'),
		typed,
		options,
	);
	const byTable = new Map<string, Map<string, Part>>();
	for (const [part, key] of keys) {
		const known = byTable.get(part.table) ?? new Map<string, Part>();
		byTable.set(part.table, known.set(key, known.get(key) ?? part));
	}
	for (const parts of byTable.values()) {
		if (parts.size < 2) continue;
		if (!typed.absentIsNull || !(await agree([...parts.values()], typed, options.dataset))) return false;
	}
	return true;
}

/** Whether no column has two types. */
async function agree(parts: readonly Part[], typed: TypedFiles, dataset: Target): Promise<boolean> {
	const types = new Map<string, string>();
	for (const part of parts)
		for (const column of await columnsOf(part, typed, dataset)) {
			const type = types.get(column.name) ?? columnsKey([column]);
			if (type !== columnsKey([column])) return false;
			types.set(column.name, type);
		}
	return true;
}

// A file that only lacks some columns.
function areAmong(columns: readonly Column[], inFile: readonly Column[]): boolean {
	const known = new Set(columns.map(column => columnsKey([column])));
	return inFile.every(column => known.has(columnsKey([column])));
}

async function columnsOf(part: Part, typed: TypedFiles, dataset: Target): Promise<readonly Column[]> {
	return typed.columns(await dataset.fetch(part, {columns: []}));
}

const known = new WeakMap<Target, Map<string, string>>();

// Parts of older versions are opened, once.
async function keysOf(
	parts: readonly Part[],
	typed: TypedFiles,
	{dataset}: Pick<ConformOptions, 'dataset'>,
): Promise<Map<Part, string>> {
	const seen = known.get(dataset) ?? new Map<string, string>();
	known.set(dataset, seen);
	const keys = new Map<Part, string>();
	for (const part of parts) {
		const key = part.columns ?? seen.get(part.path) ?? columnsKey(await columnsOf(part, typed, dataset));
		if (part.columns === undefined) seen.set(part.path, key);
		keys.set(part, key);
	}
	return keys;
}

function areSame(keys: ReadonlyMap<Part, string>, columns: readonly Column[]): boolean {
	const key = columnsKey(columns);
	return [...keys.values()].every(other => other === key);
}

async function widest(
	own: readonly Column[],
	keys: ReadonlyMap<Part, string>,
	typed: TypedFiles,
	{dataset}: ConformOptions,
): Promise<{
	columns: readonly Column[];
	obstacles: Map<Part, string>;
	/** The keys of files that stay as they are. */
	fitting: ReadonlySet<string>;
}> {
	let columns = own;
	const obstacles = new Map<Part, string>();
	const torn = new Map<string, string | undefined>();
	for (const [part, key] of keys) {
		if (!torn.has(key)) {
			const all = typed.united(columns, await columnsOf(part, typed, dataset));
			columns = all.columns;
			const [first] = all.torn;
			torn.set(
				key,
				first && `column ${JSON.stringify(first.name)} is ${first.types.join(' in some, and ')} in others`,
			);
		}
		const why = torn.get(key);
		if (why !== undefined) obstacles.set(part, `${part.path}: ${why}`);
	}
	const fitting = new Set([columnsKey(columns)]);
	for (const [part, key] of keys) {
		if (obstacles.has(part) || fitting.has(key)) continue;
		if (typed.absentIsNull && areAmong(columns, await columnsOf(part, typed, dataset))) {
			fitting.add(key);
			continue;
		}
		const why = await typed.misfit(await dataset.fetch(part, {columns: []}), columns);
		if (why !== undefined) obstacles.set(part, `${part.path}: ${why}`);
	}
	return {columns, obstacles, fitting};
}

// The schema keeps what files do not have: more than names and types, and the types of columns that files
// have in another form.
function schemaWith({columns: own}: Schema, columns: readonly Column[], inFiles: readonly Column[]): Schema {
	const forms = new Map(inFiles.map(column => [column.name, columnsKey([column])]));
	const byName = new Map(columns.map(column => [column.name, column]));
	const names = new Set(own.map(({name}) => name));
	return {
		columns: [
			...own.map(column => {
				const wide = byName.get(column.name);
				return wide && columnsKey([wide]) !== forms.get(column.name)
					? {...wide, ...(column.source !== undefined && {source: column.source})}
					: column;
			}),
			...columns.filter(({name}) => !names.has(name)),
		],
	};
}

// The new part belongs to the run of its rows, so that rolling that run back removes it.
async function under(
	part: Part,
	columns: readonly Column[],
	{dataset, maker, format, signal}: ConformOptions,
): Promise<Part> {
	const folder = {table: part.table, path: dirname(part.path), kind: 'rows', format} as const;
	const from = await dataset.fetch(part);
	const write = async (output: FileOutput) => format.typed?.conform(from, columns, output, {signal});
	return maker.make(folder, part.rows, write, part);
}
