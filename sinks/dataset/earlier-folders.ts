/**
 * Folders of partitions with their earlier names: `country=DE`, with the name of the column itself, which the
 * files have too. Their parts move to folders with the present names; no file is written anew, except one
 * that holds both null and empty texts.
 */
import {basename} from 'node:path';
import {ConfigError} from '../../src/core/errors.ts';
import {linkNew, syncFolder} from '../../src/core/files/durable.ts';
import {ownValue} from '../../src/core/own.ts';
import type {Part} from '../../src/state/commit.ts';
import {runName} from '../../src/state/resume.ts';
import type {Target} from '../../src/state/target.ts';
import {type FileFormat, withoutOf} from '../formats/format.ts';
import {RowSet} from '../formats/row-set.ts';
import {folderValue} from './folders/folder-name.ts';
import type {ColumnFolders} from './folders/partition.ts';
import {type PartMaker, partMaker} from './parts/parts.ts';

const NULL = '__HIVE_DEFAULT_PARTITION__';

export interface RenameOptions extends ColumnFolders {
	readonly dataset: Target;
	readonly resource: string;
	readonly table: string;
	readonly format: FileFormat;
}

/**
 * Moves the parts of a resource to folders with the present names, in one commit. Returns the earlier form:
 * `country=…`.
 */
export async function renameEarlier(options: RenameOptions): Promise<string | undefined> {
	const {dataset, resource, table, column, folder, unit} = options;
	const {last, missing} = dataset;
	const earlier = encoded(unit ? `${column}_${unit}` : column);
	const gone = new Set(missing.map(({path}) => path));
	const isRow = (part: Part): boolean =>
		part.kind === 'rows' && part.resource === resource && !gone.has(part.path);
	const isEarlier = (part: Part): boolean => {
		const name = folderOf(part);
		return isRow(part) && name.startsWith(`${earlier}=`) && name !== renamed(name, options);
	};
	const found = [...(last?.parts ?? []), ...(last?.pending ?? [])].filter(isEarlier);
	if (found.length === 0) return;
	if (found.some(part => part.table !== table)) throw ofLists(options, earlier);
	const run = runName(new Date());
	const maker = partMaker({dataset, resource, run, named: 0});
	const next = new Map<Part, readonly Part[]>();
	for (const part of found) next.set(part, await moved(part, options, maker));
	await syncFolder(dataset.stage('.').replace(/[^/]*$/, ''));
	const after = (parts: readonly Part[]): Part[] => parts.flatMap(part => next.get(part) ?? []);
	const pending = (last?.pending ?? []).filter(part => part.resource === resource);
	await dataset.commit({
		resource,
		run,
		add: after(last?.parts ?? []),
		remove: (last?.parts ?? []).filter(part => next.has(part)),
		pending: pending.flatMap(part => next.get(part) ?? [part]),
	});
	return folder === earlier ? `${folder}=${NULL}` : `${earlier}=…`;
}

async function moved(part: Part, options: RenameOptions, maker: PartMaker): Promise<Part[]> {
	const {dataset, folder, unit} = options;
	const name = folderOf(part);
	if (!name.endsWith(`=${NULL}`)) return [await linked(part, renamed(name, options), options)];
	const empty = await emptyTexts(part, options);
	const [ofNull, ofEmpty] = [`${folder}=${folderValue(null)}`, `${folder}=${folderValue('', unit)}`];
	if (empty.count === 0) return [await linked(part, ofNull, options)];
	if (empty.count === part.rows) return [await linked(part, ofEmpty, options)];
	const path = await dataset.fetch(part);
	const others = new RowSet(part.rows);
	for (let row = 0; row < part.rows; row++) if (!empty.has(row)) others.add(row);
	const split = async (name: string, dropped: RowSet): Promise<Part> => {
		const {table, kind} = part;
		const place = {table, path: `${table}/${name}`, kind, format: options.format};
		return maker.make(
			place,
			part.rows - dropped.count,
			output => withoutOf(options.format, table)(path, dropped, output),
			part,
		);
	};
	return [await split(ofNull, empty), await split(ofEmpty, others)];
}

async function linked(part: Part, name: string, {dataset}: RenameOptions): Promise<Part> {
	const path = `${part.table}/${name}/${basename(part.path)}`;
	await linkNew(await dataset.fetch(part), dataset.stage(path));
	return {...part, path};
}

async function emptyTexts(part: Part, {dataset, column, table, format}: RenameOptions): Promise<RowSet> {
	const rows = new RowSet(part.rows);
	const schema = dataset.last?.schemas.get(table);
	let row = 0;
	for await (const records of format.rows(await dataset.fetch(part), {
		columns: [column],
		...(schema && {schema}),
	}))
		for (const record of records) {
			if (ownValue(record, column) === '') rows.add(row);
			row++;
		}
	return rows;
}

function renamed(name: string, {folder}: RenameOptions): string {
	const value = name.slice(name.indexOf('=') + 1);
	return `${folder}=${value === NULL ? folderValue(null) : folderValue(decodeURIComponent(value))}`;
}

/** `country=DE`; `undefined` for a part outside of the folders. */
function folderOf({path, table}: Part): string {
	return path.slice(table.length + 1, -basename(path).length - 1);
}

// The earlier encoding of names and values.
function encoded(text: string): string {
	return encodeURIComponent(text).replace(
		/[*'.]/g,
		sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

// Earlier, rows of lists went to folders by a column of their own, or all into the folder of null: the rows
// do not show where they belong now.
function ofLists({dataset: {place}, resource, folder}: RenameOptions, earlier: string): ConfigError {
	return new ConfigError(
		`${resource}: the nested lists in ${place} are in folders ${earlier}=…/ of an earlier version. ` +
			`They now go into ${folder}=…/, by the value of their record. Read all again with --full-refresh, ` +
			'or write to another --output',
	);
}
