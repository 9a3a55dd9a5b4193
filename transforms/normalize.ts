/**
 * Gives every record the columns of one schema: declared or inferred, coerced without loss, evolving under a
 * contract.
 */
import type {Transform} from 'node:stream';
import {ConfigError, type ConfigIssue, SchemaError} from '../src/core/errors.ts';
import {orderOf} from '../src/core/json/key-order.ts';
import {type JsonRecord, type Page, recordName} from '../src/core/page.ts';
import {rowsIn, valueIndexOf} from '../src/core/records/lazy-records.ts';
import {type DeclaredColumn, declaredColumns} from '../src/core/schema/definition.ts';
import {
	type ContractMode,
	contractModes,
	isUnseen,
	type Naming,
	namings,
	type Rejection,
	type Schema,
	type SchemaContract,
	type SchemaDefinition,
	seenColumns,
} from '../src/core/schema/schema.ts';
import {type PageTransform, transform} from '../src/core/stage.ts';
import {Columns} from './normalize/columns.ts';
import {conformIndex} from './normalize/conform.ts';
import {declaredName, SEPARATOR} from './normalize/naming.ts';
import type {OnOutOfRange} from './normalize/out-of-range.ts';
import {RecordReader} from './normalize/record.ts';
import type {Refusal} from './normalize/record-values.ts';

export interface NormalizeOptions {
	/**
	 * What happens to a column that the schema does not have, and to a value that does not fit its column. It
	 * applies from the first record when columns were given; without any, the run infers columns freely. Under
	 * `freeze` the first breach fails the run.
	 * @default 'evolve'
	 */
	readonly contract?: ContractMode | Partial<SchemaContract>;
	/**
	 * Whether nested objects stay whole as `json`, or become columns such as `address__city`. Lists stay json
	 * in both cases.
	 * @default 'json'
	 */
	readonly nested?: 'json' | 'flatten';
	/** How many levels `flatten` splits; deeper objects stay json. @default 1000 */
	readonly maxNesting?: number;
	/** How keys become column names. Declared columns may have the names of the source. @default 'direct' */
	readonly naming?: Naming;
	/** Columns that must have a value in every record. */
	readonly primaryKey?: string | readonly string[];
	/**
	 * Column whose value marks a row as a deletion of its key, before a merge: such a row needs only the
	 * columns of the key.
	 */
	readonly hardDelete?: string;
	/**
	 * Whether values are converted to the type of their column where nothing is lost; otherwise every other
	 * type is a misfit.
	 * @default true
	 */
	readonly coerce?: boolean;
	/**
	 * Whether the keys of each record come in the order of the columns. Sinks with columns of their own, such
	 * as Parquet, need no order. @default true
	 */
	readonly ordered?: boolean;
	/**
	 * Called once for each column with a number that becomes a text: a `time` is beyond all years, in a column
	 * that was declared as a time; a `number` is beyond what any column of numbers holds, such as `1e400`.
	 * @default no report
	 */
	readonly onOutOfRange?: OnOutOfRange;
	/** The columns at the end of an earlier run. They are known, and may widen as inferred ones may. */
	readonly previous?: Schema;
}

/**
 * Makes records conform to `schema`, and infers the rest. Pages come out with the `schema` to which they
 * conform: known columns in order, absent values left out. A value that does not fit goes to a column beside
 * its own (`price__v_text`), unless the contract says otherwise; a record without a required value becomes a
 * rejection.
 * @example normalize({columns: {created: 'timestamp', price: {type: 'decimal', precision: 18, scale: 2}}})
 */
export function normalize(schema?: SchemaDefinition, options?: NormalizeOptions): Transform {
	return transform('normalize', normalizePages(schema, options));
}

export interface Normalizer extends PageTransform {
	page(page: Page): Page;
	/** The current columns. */
	schema(): Schema;
}

/** `normalize()` as a function of pages. */
export function normalizePages(schema?: SchemaDefinition, options: NormalizeOptions = {}): Normalizer {
	const {nested = 'json', maxNesting = 1000, naming = 'direct', coerce = true, ordered = true} = options;
	check(options);
	const declared = schema ? declaredColumns(schema) : [];
	const isFirstSight = declared.length === 0 && (options.previous?.columns.every(isUnseen) ?? true);
	const contract = completeContract(isFirstSight ? 'evolve' : options.contract);
	// A name without a type is not a column that a contract knows.
	const previous =
		options.previous && contract.columns !== 'evolve' ? seenColumns(options.previous) : options.previous;
	const columns = new Columns(underOutputNames(declared, options), previous?.columns);
	const nesting = nested === 'flatten' ? maxNesting : 0;
	const key = new Set([options.primaryKey ?? []].flat().map(name => declaredName(name, naming)));
	const {hardDelete} = options;
	const reader = new RecordReader(columns, {
		contract,
		naming,
		nesting,
		strict: !coerce,
		hardDelete,
		key,
		onOutOfRange: options.onOutOfRange,
	});
	const counts = {discarded: 0};
	let misfits = 0;

	function page(page: Page): Page {
		// Pages that are text already are parsed as well: their number depends on the speed of the sink.
		const index = nesting === 0 && misfits < MOST_MISFITS ? valueIndexOf(page.records) : undefined;
		if (index && conformIndex(index, columns, reader.slotOf, ordered)) return passed(page);
		const result = read(page, rowsIn(page.records));
		// After one page was read, the missing columns may be known.
		if (index && conformIndex(index, columns, reader.slotOf, ordered)) return passed(page);
		if (index) misfits++;
		return result;
	}

	function passed(page: Page): Page {
		misfits = 0;
		return {...page, schema: columns.schema()};
	}

	function read(page: Page, rows: readonly JsonRecord[]): Page {
		let records: JsonRecord[];
		let rejections: Rejection[];
		const order = page.order ?? orderOf(rows);
		// A column that one record adds or changes holds for the whole page, so the page is read again until
		// nothing changes.
		do {
			columns.applyChanges();
			reader.discarded = 0;
			records = [];
			rejections = [];
			for (const [index, record] of rows.entries()) {
				const result = reader.read(record, order);
				if (result) records.push(result);
				else if (reader.refusal) rejections.push(reject(reader.refusal, record, page, index));
				if (columns.slots.length > MOST_COLUMNS) throw tooWide(columns, page, index);
			}
		} while (columns.changed);
		counts.discarded += reader.discarded;
		const result = {...page, records, schema: columns.schema()};
		return rejections.length === 0
			? result
			: {...result, rejections: [...(page.rejections ?? []), ...rejections]};
	}

	function reject(refusal: Refusal, record: JsonRecord, {resource, number}: Page, index: number): Rejection {
		const {column, reason, rule} = refusal;
		if (contract[rule] !== 'freeze') return {record, column, reason, page: number, index};
		const place = recordName(index, number);
		throw new SchemaError(`${resource}.${column}: ${reason}, in ${place}. ${advice(refusal)}`, column);
	}

	// New names need new records.
	const mayPass = nesting === 0 && naming === 'direct';
	return {
		page,
		counts,
		schema: () => columns.schema(),
		needs: () => (mayPass && misfits < MOST_MISFITS ? 'index' : 'rows'),
	};
}

// After this many consecutive pages that had to be parsed, all are parsed at once: their values keep needing
// a conversion.
const MOST_MISFITS = 8;

/**
 * The schema of all these pages together, as `normalize()` would infer it.
 * @example const {columns} = await inferSchema(contacts);
 */
export async function inferSchema(
	pages: AsyncIterable<Page> | Iterable<Page>,
	options: NormalizeOptions & {readonly schema?: SchemaDefinition} = {},
): Promise<Schema> {
	const normalizer = normalizePages(options.schema, options);
	for await (const page of pages) normalizer.page(page);
	return normalizer.schema();
}

function advice({problem, rule}: Refusal): string {
	const contract = `the contract ${rule === 'columns' ? 'columns' : 'data_type'}: freeze`;
	if (problem === 'unknown column') return `Add the column to the schema, or relax ${contract}`;
	if (problem === 'type') return `Declare a type that holds it, or relax ${contract}`;
	return `Declare it nullable, or relax ${contract} to set such records aside`;
}

// Far more than files and their readers can handle; only objects with ids as keys have so many.
const MOST_COLUMNS = 10_000;

function tooWide(columns: Columns, page: Page, index: number): SchemaError {
	const name = columns.slots.at(-1)?.name ?? '';
	const parent = name.includes(SEPARATOR) ? name.slice(0, name.lastIndexOf(SEPARATOR)) : name;
	return new SchemaError(
		`${page.resource}: more than ${MOST_COLUMNS} columns at ${recordName(index, page.number)}, the last ` +
			`is ${JSON.stringify(name)}. Keys that are data, such as ids, make no columns: declare ` +
			`${JSON.stringify(parent)} as json`,
		name,
	);
}

// The declared columns under their output names; those of the primary key are not nullable.
function underOutputNames(
	declared: readonly DeclaredColumn[],
	{naming = 'direct', primaryKey = []}: NormalizeOptions,
): DeclaredColumn[] {
	const given = new Map([primaryKey].flat().map(name => [declaredName(name, naming), name]));
	const keys = new Set(given.keys());
	const sources = new Map<string, string>();
	const renamed = declared.map(column => {
		const name = declaredName(column.name, naming);
		const other = sources.get(name);
		if (other !== undefined)
			throw new ConfigError(`normalize: the columns ${other} and ${column.name} are both called ${name}`);
		sources.set(name, column.name);
		return {...column, name, nullable: column.nullable && !keys.delete(name), ...sourceOf(name, column.name)};
	});
	return [
		...renamed,
		...[...keys].map(name => ({name, nullable: false, ...sourceOf(name, given.get(name))})),
	];
}

// The key of a column, if the config writes the name as the API does: then it means that very key.
function sourceOf(name: string, written: string | undefined): {source?: string} {
	return written === undefined || written === name ? {} : {source: written};
}

function completeContract(contract: NormalizeOptions['contract'] = 'evolve'): SchemaContract {
	if (typeof contract === 'string') return {columns: contract, dataType: contract};
	return {columns: contract.columns ?? 'evolve', dataType: contract.dataType ?? 'evolve'};
}

function check({contract, naming, nested, maxNesting, primaryKey}: NormalizeOptions): void {
	const issues: ConfigIssue[] = [];
	const oneOf = (path: string, value: string | undefined, known: readonly string[]): void => {
		if (value === undefined || known.includes(value)) return;
		issues.push({path, message: `expected one of ${known.join(', ')}; got ${JSON.stringify(value)}`});
	};
	const {columns, dataType} = completeContract(contract);
	oneOf('contract.columns', columns, contractModes);
	if (dataType !== columns) oneOf('contract.dataType', dataType, contractModes);
	oneOf('naming', naming, namings);
	oneOf('nested', nested, ['json', 'flatten']);
	if (maxNesting !== undefined && !(Number.isInteger(maxNesting) && maxNesting >= 0)) {
		issues.push({path: 'maxNesting', message: `expected a whole number from 0, got ${maxNesting}`});
	}
	if ([primaryKey ?? []].flat().includes(''))
		issues.push({path: 'primaryKey', message: 'a column needs a name'});
	if (issues.length > 0) throw new ConfigError(issues, 'normalize');
}
