/**
 * The columns of the tables of one run: those of its rows, of earlier files, and of other resources in the
 * same table.
 */
import {pageName} from '../../../src/core/page.ts';
import {type Schema, seenColumns} from '../../../src/core/schema/schema.ts';
import type {ResumedRun} from '../../../src/state/resume.ts';
import type {Target} from '../../../src/state/target.ts';
import {withColumns} from '../empty-run.ts';
import {sharedTables} from '../shared-table.ts';
import {columnChanges} from './column-changes.ts';
import {withEarlier} from './earlier-columns.ts';
import {type SchemaChangesOptions, schemaChanges} from './schema-changes.ts';

export interface RunColumnsOptions extends SchemaChangesOptions {
	readonly dataset: Target;
	readonly run: ResumedRun;
	/** The main table. */
	readonly table: string;
	/**
	 * The run replaces all rows of its tables: it begins without columns, and they are compared with the old
	 * ones at its end.
	 */
	readonly isAnew: boolean;
	/** Called with changes of columns, in words. */
	readonly tell: (lines: readonly string[]) => void;
}

export interface RunColumns {
	/** The current schemas, by table. */
	readonly schemas: ReadonlyMap<string, Schema>;
	/** The columns of the main table, including those without any value. */
	readonly names: ReadonlySet<string>;
	/** Notes the columns of a page of a table. */
	note(table: string, given: Schema, page: number): void;
	/** Throws `SchemaError` where earlier files cannot be given the noted columns. */
	settle(): Promise<void>;
	/** Sets the columns of the files of a table. */
	set(table: string, schema: Schema): void;
	/** Reports how columns differ from those of the replaced rows. */
	tellReplaced(): void;
	/** Gives tables without rows all known columns: the `declared` ones, and those that rows had before. */
	keepKnown(declared: Schema | undefined): void;
	/** The schemas of these tables that a commit stores. */
	ofCommit(tables: ReadonlySet<string>): Map<string, Schema>;
	/** Notes that the commit is in the log. */
	committed(): void;
}

export function runColumns({run, table, isAnew, tell, ...options}: RunColumnsOptions): RunColumns {
	const {dataset} = options;
	const schemas = new Map<string, Schema>(isAnew ? [] : run.schemas);
	const names = new Set(run.schemas.get(table)?.columns.map(({name}) => name));
	const shared = sharedTables(dataset.last?.schemas);
	const changes = schemaChanges(options);

	return {
		schemas,
		names,
		settle: changes.settle,
		note(own, given, page) {
			const earlier = run.schemas.get(own);
			// The next run is as free to infer the type of a column as this one.
			const schema = isAnew ? seenColumns(given) : withEarlier(seenColumns(given), earlier);
			if (own === table) for (const column of given.columns) names.add(column.name);
			const before = schemas.get(own);
			if (before === schema) return;
			changes.note(own, schema);
			const isHeldAtTheEnd = isAnew && earlier !== undefined;
			if (before && !isHeldAtTheEnd)
				tell(columnChanges(own, before, schema, `at ${pageName(page)}`, {withNew: earlier !== undefined}));
			schemas.set(own, schema);
		},
		set(own, schema) {
			schemas.set(own, schema);
		},
		tellReplaced() {
			for (const [own, schema] of schemas) {
				const before = run.schemas.get(own);
				if (before) tell(columnChanges(own, before, schema, 'since the last run', {withNew: true}));
			}
		},
		keepKnown(declared) {
			const known = [schemas.get(table), run.schemas.get(table), declared && seenColumns(declared)];
			const schema = known.reduce(withColumns, undefined);
			if (schema) schemas.set(table, schema);
		},
		ofCommit(tables) {
			const own = [...schemas].filter(([name]) => tables.has(name));
			return new Map(
				own.map(([name, schema]) => [name, shared.together(name, schema, dataset.last?.schemas)]),
			);
		},
		committed() {
			shared.committed(dataset.last?.schemas);
		},
	};
}
