/** The stages for the rows of a resource, between its API and its sink. */
import type {Transform} from 'node:stream';
import {type NormalizeOptions, normalize, normalizePages} from '../../../transforms/normalize.ts';
import {tables} from '../../../transforms/tables.ts';
import type {JsonRecord} from '../../core/page.ts';
import type {Need} from '../../core/records/need.ts';
import type {Schema} from '../../core/schema/schema.ts';
import {transform} from '../../core/stage.ts';
import type {Warn} from '../../core/warning.ts';
import type {ResolvedResource} from '../compile/resolve.ts';
import {definition} from '../schema/definition.ts';
import {withoutUndefined} from '../tree.ts';
import {combineSteps, dedupeSteps, differingSteps} from './doubles.ts';
import {rolesOf} from './roles.ts';

export interface StageOptions {
	/**
	 * Whether the sink needs columns with types, as Parquet does. Such a sink accepts keys in any order.
	 * Without this, records of a resource that declares nothing stay as the API sent them. @default true
	 */
	readonly typed?: boolean;
	/** Gets warnings about values. @default warnings are dropped */
	readonly onWarning?: Warn | undefined;
	/** The output of an earlier run, or of an earlier attempt of this one. */
	readonly previous?: Previous;
	/**
	 * Whether records are dropped if their primary key came before. A sink that merges needs all of them.
	 * @default true
	 */
	readonly unique?: boolean;
}

export interface Previous {
	/** Schemas by table. */
	readonly schemas: ReadonlyMap<string, Schema>;
	/** The paths of nested lists in the rows, by table. */
	readonly lists?: ReadonlyMap<string, readonly string[]>;
	/** Rows in the output from earlier attempts of this run. */
	readonly rows?: AsyncIterable<readonly JsonRecord[]>;
}

/**
 * The transforms of a resource. If nothing is declared and the sink has no types, records stay as the API
 * sent them.
 */
export function stagesFor(resource: ResolvedResource, options: StageOptions = {}): Transform[] {
	return hasStages(resource, options) ? transforms(resource, options) : [];
}

/** The columns that a resource declares, before its first row. */
export function declaredSchema({columns, naming, primary_key}: ResolvedResource): Schema | undefined {
	if (columns.length === 0) return undefined;
	return normalizePages(definition(columns), withoutUndefined({naming, primaryKey: primary_key})).schema();
}

function hasStages(resource: ResolvedResource, {typed = true}: StageOptions): boolean {
	return typed || declares(resource);
}

/** The parts of records that are needed to find their partition folder. */
export function folderNeeds({partition_by: by}: ResolvedResource): Need {
	return by === undefined || by.column === 'load_date' ? 'text' : 'rows';
}

function declares(resource: ResolvedResource): boolean {
	const {columns, schema_contract, nested, max_table_nesting, naming, primary_key, merge_key} = resource;
	return (
		columns.length > 0 ||
		primary_key.length > 0 ||
		[schema_contract, nested, max_table_nesting, naming, merge_key].some(hint => hint !== undefined)
	);
}

function transforms(
	resource: ResolvedResource,
	{typed = true, previous, unique = true, onWarning}: StageOptions,
): Transform[] {
	const {
		table_name,
		columns,
		schema_contract,
		nested,
		max_table_nesting: maxNesting,
		naming,
		primary_key,
	} = resource;
	const contract =
		schema_contract &&
		withoutUndefined({
			columns: schema_contract.columns,
			dataType: schema_contract.data_type,
			tables: schema_contract.tables,
		});
	const primaryKey = primary_key.length > 0 ? primary_key : undefined;
	// Only a merge drops the rows that are marked as deleted.
	const hardDelete = unique ? undefined : rolesOf(resource).hardDelete;
	const onOutOfRange: NormalizeOptions['onOutOfRange'] = (message, kind) =>
		onWarning?.({code: `${kind}-out-of-range`, resource: resource.name, message});
	const options = withoutUndefined({contract, maxNesting, naming, primaryKey, hardDelete, onOutOfRange});
	const schema = columns.length > 0 ? definition(columns) : undefined;
	const isTables = nested === 'tables' && maxNesting !== 0;
	const whole = combineSteps(resource);
	const unrepeated = [
		...differingSteps(resource, onWarning),
		...(unique ? dedupeSteps(resource, previous?.rows, onWarning) : []),
	];
	if (isTables) {
		const {main, lists} = tables(schema, {
			...options,
			table: table_name,
			...(previous && {previous: previous.schemas}),
			...(previous?.lists && {lists: previous.lists}),
		});
		return [...whole, transform('normalize', main), ...unrepeated, transform('lists', lists)];
	}
	const known = previous?.schemas.get(table_name);
	// In dlt, max_table_nesting: 0 means that no nested value becomes a column.
	const nesting = nested === 'flatten' && maxNesting !== 0 ? 'flatten' : 'json';
	return [
		...whole,
		normalize(schema, {...options, nested: nesting, ordered: !typed, ...(known && {previous: known})}),
		...unrepeated,
	];
}
