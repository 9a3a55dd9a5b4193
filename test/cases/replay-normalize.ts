/** Replays a case of consecutive runs of rows: normalizes them as dlt would and compares rows and columns. */
import {deepStrictEqual} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {dataset} from '../../sinks/dataset.ts';
import {jsonlFormat} from '../../sinks/formats/jsonl/format.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {definition} from '../../src/config/schema/definition.ts';
import {type JsonValue, parse, stringify} from '../../src/core/json/json.ts';
import type {Page} from '../../src/core/page.ts';
import {toRecords} from '../../src/core/path/selector.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import type {Schema, SchemaDefinition} from '../../src/core/schema/schema.ts';
import {transform} from '../../src/core/stage.ts';
import {lastCommit} from '../../src/state/commits/commit-log.ts';
import {layoutOf} from '../../src/state/folders/layout.ts';
import {type NormalizeOptions, normalize} from '../../transforms/normalize.ts';
import {LIST_INDEX} from '../../transforms/split.ts';
import {ROW_ID, tables} from '../../transforms/tables.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import type {Case, ExpectedTables, NormalizeRun, Outcome} from './case.ts';
import {wants} from './wants.ts';

type Row = Record<string, JsonValue>;

export async function replayNormalize(one: Case): Promise<Outcome> {
	const want = wants[one.name];
	if (one.dlt_defect && !want?.runs)
		return {skip: `the measured result is a defect (${one.dlt_defect.why}); no machine-readable aim for it`};
	await using folder = await temporaryFolder();
	const {columns, options, disposition, key} = optionsOf(one);
	const toDataset = () => dataset(folder.path, 'items', {format: jsonlFormat, disposition, key});
	const children: Page[] = [];
	const runs = (one.runs ?? []) as readonly NormalizeRun[];
	const hasChildren = runs.some(({expect}) =>
		Object.keys(expect.tables_on_disk_after ?? {}).some(name => name !== 'items'),
	);
	let schema: Schema | undefined;
	for (const [i, run] of runs.entries()) {
		const expected = want?.runs?.[i] ?? run.expect;
		let failure: unknown;
		try {
			const page: Page = {resource: 'items', number: 0, records: toRecords([run.rows as JsonValue])};
			const seen = (found: Schema): void => {
				schema = found;
			};
			const collect = remember(seen, children);
			if (hasChildren) {
				const {previous: _, ...rest} = options;
				const {main, lists} = tables(columns, {...rest, table: 'items'});
				await pipeline([page], transform('main', main), transform('lists', lists), collect, toDataset());
			} else await pipeline([page], normalize(schema ?? columns, options), collect, toDataset());
		} catch (error) {
			failure = error;
		}
		if (expected.error) {
			if (failure === undefined) return {ok: false, why: `run ${i}: an error was expected`};
			const {pattern = ''} = expected.error;
			if (!new RegExp(pattern).test(String(failure)))
				return {ok: false, why: `run ${i}: expected an error like ${pattern}, got: ${String(failure)}`};
			continue;
		}
		if (failure !== undefined) throw failure;
		const rows = await rowsIn(folder.path);
		try {
			compare('items', expected, rows, schema);
			const names = Object.keys(expected.tables_on_disk_after ?? {}).filter(name => name !== 'items');
			deepStrictEqual(
				[...new Set(children.map(({resource}) => resource))].sort(),
				names.sort(),
				'child tables',
			);
			for (const name of names) {
				const pages = children.filter(({resource}) => resource === name);
				const childRows = pages.flatMap(({records}) => [...records]);
				compare(name, expected, childRows, pages.at(-1)?.schema);
			}
		} catch (error) {
			return {ok: false, why: `run ${i}: ${(error as Error).message}`};
		}
	}
	return {ok: true};
}

async function rowsIn(root: string): Promise<Row[]> {
	const parts = (await lastCommit(layoutOf(root, 'items')))?.parts.filter(
		({table, kind}) => table === 'items' && kind === 'rows',
	);
	const texts = await Promise.all((parts ?? []).map(({path}) => readFile(`${root}/${path}`, 'utf8')));
	return texts.flatMap(text =>
		text
			.split('\n')
			.filter(Boolean)
			.map(line => parse(line) as Row),
	);
}

/**
 * The hints of a case are a resource's keys, so the config layer reads them; dlt's naming and flattening are
 * its defaults.
 */
function optionsOf({hints = {}, env = {}}: Case): {
	columns: SchemaDefinition | undefined;
	options: NormalizeOptions;
	disposition: 'append' | 'replace' | 'merge';
	key: readonly string[];
} {
	const {max_table_nesting: maxNesting, ...rest} = hints;
	const config = parseConfig({client: {base_url: 'http://localhost'}, resources: [{name: 'items', ...rest}]});
	const [resource] = resolveResources(config);
	if (!resource) throw new Error('no resource');
	return {
		disposition: resource.write_disposition,
		key: resource.primary_key,
		columns: resource.columns.length > 0 ? definition(resource.columns) : undefined,
		options: {
			naming: (env.SCHEMA__NAMING ?? 'snake_case') as 'snake_case',
			nested: maxNesting === 0 ? 'json' : 'flatten',
			...(typeof maxNesting === 'number' && {maxNesting}),
			...(resource.schema_contract && {
				contract: {
					...(resource.schema_contract.columns && {columns: resource.schema_contract.columns}),
					...(resource.schema_contract.data_type && {dataType: resource.schema_contract.data_type}),
				},
			}),
			...(resource.primary_key.length > 0 && {primaryKey: resource.primary_key}),
			...(env.SCHEMA__JSON_NORMALIZER?.includes('no_coercion') && {coerce: false}),
		},
	};
}

function remember(
	seen: (schema: Schema) => void,
	children: Page[],
): (pages: AsyncIterable<Page>) => AsyncIterable<Page> {
	return async function* (pages) {
		for await (const page of pages) {
			if (page.schema) seen(page.schema);
			children.push(...(page.tables ?? []));
			yield page;
		}
	};
}

// What names the row above is dlt's `_dlt_parent_id`, which the cases leave out; the place in the list has
// another name there.
function dltName(name: string): string | undefined {
	if (name === LIST_INDEX) return '_dlt_list_idx';
	return name === ROW_ID || name.startsWith('_items_') ? undefined : name;
}

function compare(
	name: string,
	expected: ExpectedTables,
	given: readonly Row[],
	schema: Schema | undefined,
): void {
	const columns = (schema?.columns ?? []).flatMap(column => {
		const own = dltName(column.name);
		return own === undefined ? [] : [{...column, name: own}];
	});
	const rows = given.map(row =>
		Object.fromEntries(
			Object.entries(row).flatMap(([key, value]) => {
				const own = dltName(key);
				return own === undefined ? [] : [[own, value] as const];
			}),
		),
	);
	const instants = new Set(columns.filter(column => column.type === 'timestamp').map(column => column.name));
	const canonical = (row: Row): Row =>
		Object.fromEntries(
			Object.entries(parse(stringify(row)) as Row)
				// Whether a null is written or left out is a matter of taste; dlt leaves it out.
				.filter(([, value]) => value !== null)
				// A timestamp is an instant, however it is spelled.
				.map(([name, value]): [string, JsonValue] => [
					name,
					instants.has(name) && typeof value === 'string'
						? `${Date.parse(value)}${/\.\d{3}(\d{3})/.exec(value)?.[1] ?? '000'}`
						: value,
				])
				.sort(([a], [b]) => (a < b ? -1 : 1)),
		);
	const table = expected.tables_on_disk_after?.[name];
	if (table)
		deepStrictEqual(
			rows.map(canonical),
			table.map(row => canonical(row as Row)),
			'rows',
		);
	const hinted = expected.columns?.[name];
	if (!hinted) return;
	const got = Object.fromEntries(
		columns.map(({name, type, nullable}) => [name, {data_type: type, nullable}]),
	);
	for (const [column, {data_type, nullable}] of Object.entries(hinted)) {
		deepStrictEqual(got[column]?.data_type, data_type, `type of ${column}`);
		if (nullable !== undefined) deepStrictEqual(got[column]?.nullable, nullable, `nullability of ${column}`);
	}
	deepStrictEqual(Object.keys(got).sort(), Object.keys(hinted).sort(), 'columns');
}
