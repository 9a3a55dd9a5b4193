/**
 * Checks columns as soon as they change: whether the earlier files can be rewritten is reported before the
 * next request.
 */

import {SchemaError} from '../../../src/core/errors.ts';
import {describeType} from '../../../src/core/schema/definition.ts';
import {type Column, type Schema, seenColumns} from '../../../src/core/schema/schema.ts';
import type {Warn} from '../../../src/core/warning.ts';
import type {Target} from '../../../src/state/target.ts';
import type {FileFormat} from '../../formats/format.ts';

/** Whether older files get the columns of newer ones. */
export type OnSchemaChange = 'rewrite' | 'ignore';

export interface SchemaChangesOptions {
	readonly dataset: Target;
	readonly resource: string;
	readonly format: FileFormat;
	/** By table: the columns of the earlier files. */
	readonly before: ReadonlyMap<string, Schema>;
	/** Whether those files stay beside the new rows. */
	readonly isKept: boolean;
	readonly onSchemaChange: OnSchemaChange;
	readonly warn: Warn;
}

export interface SchemaChanges {
	/** Notes the new columns of a table. */
	note(table: string, schema: Schema): void;
	/** Throws `SchemaError` where files cannot be given the noted columns. */
	settle(): Promise<void>;
}

export function schemaChanges(options: SchemaChangesOptions): SchemaChanges {
	const {dataset, format, before, isKept, onSchemaChange} = options;
	// A target that settles changes its own columns with the commit.
	const typed = dataset.settles ? undefined : format.typed;
	const noted = new Map<string, Schema>();
	/** Columns that were checked, by table, name and type. */
	const settled = new Set<string>();

	async function check(table: string, schema: Schema): Promise<void> {
		const files = (dataset.last?.parts ?? []).filter(
			part => part.kind === 'rows' && part.rows > 0 && part.table === table,
		);
		const changed =
			files.length === 0 ? [] : news(table, seenColumns(schema).columns, before.get(table)?.columns ?? []);
		if (!typed || changed.length === 0) return;
		if (onSchemaChange === 'ignore') return differ(table, changed, options);
		const retyped = changed.filter(({old}) => old !== undefined);
		for (const {old, column} of retyped) {
			if (!old || typed.united([column], [old]).torn.length === 0) continue;
			throw new SchemaError(
				`${table}.${column.name}: is ${describeType(column)} now, and ${describeType(old)} in the files ` +
					`of earlier runs, which cannot become that. Declare it as ${describeType(old)}, or read all ` +
					'again with --full-refresh',
				column.name,
			);
		}
		if (retyped.length === 0) return;
		for (const part of files) {
			const misfit = await typed.misfit(
				await dataset.fetch(part),
				retyped.map(({column}) => column),
			);
			if (misfit !== undefined) throw new SchemaError(`${table}: ${misfit}. It is in ${part.path}`);
		}
	}

	function news(
		table: string,
		now: readonly Column[],
		old: readonly Column[],
	): {column: Column; old: Column | undefined}[] {
		const known = new Map(old.map(column => [column.name, column]));
		return now.flatMap(column => {
			const was = known.get(column.name);
			if (was && describeType(was) === describeType(column)) return [];
			const key = JSON.stringify([table, column.name, describeType(column)]);
			if (settled.has(key)) return [];
			settled.add(key);
			return [{column, old: was}];
		});
	}

	return {
		note(table, schema) {
			if (isKept && typed) noted.set(table, schema);
		},
		async settle() {
			if (noted.size === 0) return;
			const all = [...noted];
			noted.clear();
			for (const [table, schema] of all) await check(table, schema);
		},
	};
}

function differ(
	table: string,
	changed: readonly {column: Column; old: Column | undefined}[],
	{resource, warn}: SchemaChangesOptions,
): void {
	const words = changed.map(({column, old}) =>
		old
			? `${column.name} is ${describeType(column)} now, and ${describeType(old)} in older files`
			: `${column.name} is not in older files`,
	);
	warn({
		code: 'columns-differ',
		resource,
		message:
			`${table}: ${words.join('; ')}, and on_schema_change: ignore leaves these as they are. ` +
			'Read them with union_by_name = true in DuckDB, or with a schema of your own',
	});
}
