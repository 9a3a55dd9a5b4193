/**
 * Writes pages into one Parquet file: fills row groups, follows changes of the schema, and writes the footer.
 */
import {SinkError} from '../../../../src/core/errors.ts';
import {type Page, pageName} from '../../../../src/core/page.ts';
import {type Column, type Schema, seenColumns} from '../../../../src/core/schema/schema.ts';
import type {FileOutput} from '../../../output/output.ts';
import type {Encoder} from '../../format.ts';
import type {Codec} from '../compression.ts';
import {footer, type RowGroup} from '../footer.ts';
import {defaultForms, type Forms, writtenColumns} from '../forms.ts';
import type {OpenedFile} from '../read/open-file.ts';
import {copyRows} from '../rewrite/copy-rows.ts';
import {rewriteRowGroup, type StoredGroup} from '../rewrite/rewrite.ts';
import {adaptChunks} from '../rewrite/widen-values.ts';
import {fileSchema} from '../schema.ts';
import {fileBody} from './body.ts';
import type {Chunk} from './chunk.ts';
import {type ColumnSource, sourceOf} from './page-source.ts';
import {type ChunkInfo, encodeChunk} from './pages.ts';
import {refusedRecord, refusedValue} from './refusal.ts';
import {widenSchema} from './widen-schema.ts';

export interface WriterOptions {
	readonly codec: Codec;
	readonly rowGroupRows: number;
	readonly rowGroupBytes: number;
	/** @default defaultForms */
	readonly forms?: Forms;
}

/** An encoder that can also copy row groups of other files. */
export interface ParquetWriter extends Encoder {
	/**
	 * Declares columns before there is a row. Columns of later pages and row groups must be among them, and no
	 * wider.
	 */
	begin(columns: readonly Column[]): void;
	/** Copies a row group; its file must be compressed like this one. */
	adopt(file: OpenedFile, group: RowGroup): Promise<void>;
	/**
	 * Adds `count` rows of a row group for which `isKept` is true. Its file must have the very columns of this
	 * one.
	 */
	take(file: OpenedFile, group: RowGroup, count: number, isKept: (row: number) => boolean): Promise<void>;
}

/** The most rows after which the size of the row group is checked. */
const MOST_ROWS_AT_ONCE = 1024;
/** The column of a file without any column; DuckDB shows the same for an empty JSON file. */
const STAND_IN: Column = {name: 'json', type: 'json', nullable: true};

export function parquetWriter(
	output: FileOutput,
	{codec, rowGroupRows, rowGroupBytes, forms = defaultForms}: WriterOptions,
): ParquetWriter {
	const body = fileBody(output);
	const groups: StoredGroup[] = [];
	let schema = fileSchema([]);
	let seen: Schema | undefined;
	let chunks: readonly Chunk[] = [];
	let rows = 0;
	let rowsBefore = 0;
	// It grows from one row, so that rows of many megabytes are noticed before a thousand of them are held.
	let rowsAtOnce = 1;
	// The largest row group so far: its memory is kept for later ones.
	let mostBytes = 0;

	function follow(columns: readonly Column[]): void {
		const evolved = widenSchema(schema.columns, writtenColumns(columns, forms), rowsBefore + rows > 0);
		if (evolved === schema.columns) return;
		const next = fileSchema(evolved, schema);
		chunks = adaptChunks(chunks, rows, next, schema);
		schema = next;
	}

	function append(page: Page, source: ColumnSource, from: number, to: number): void {
		const row = rowsBefore + rows + 1;
		const stranger = source.findStranger(from, to);
		if (stranger) throw refusedRecord(page, output.name, stranger.record, row + stranger.index - from);
		for (const node of schema.nodes) {
			const misfit = source.splitIntoLevels(node, from, to, chunks);
			if (!misfit) continue;
			const {node: at, value, index} = misfit;
			const column = at.kind === 'leaf' ? at.leaf.column : at.kind;
			throw refusedValue(page, output.name, {label: at.label, column, value, row: row + index - from});
		}
		for (const chunk of chunks) {
			const refusal = chunk.commit(source.text);
			if (!refusal) continue;
			const {leaf, value, row: at} = refusal;
			throw refusedValue(page, output.name, {
				label: leaf.label,
				column: leaf.column,
				value,
				row: rowsBefore + at + 1,
			});
		}
		rows += to - from;
	}

	function gatheredBytes(): number {
		return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
	}

	async function closeGroup(): Promise<void> {
		if (rows === 0) return;
		const infos: ChunkInfo[] = [];
		for (const chunk of chunks) infos.push(await body.place(await encodeChunk(chunk, codec)));
		groups.push({rows, schema, chunks: infos});
		rowsBefore += rows;
		rows = 0;
		await body.flush();
		for (const chunk of chunks) chunk.clear();
	}

	return {
		get fullness() {
			return mostBytes / rowGroupBytes;
		},
		begin: follow,
		async adopt(file, group) {
			await closeGroup();
			const infos: ChunkInfo[] = [];
			for (const info of group.chunks)
				infos.push(await body.place({parts: [await file.read(info.start, info.compressedBytes)], info}));
			groups.push({rows: group.rows, schema: file.schema, chunks: infos});
			rowsBefore += group.rows;
			await body.flush();
		},
		async take(file, group, count, isKept) {
			const bytes =
				group.chunks.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0) * (count / group.rows);
			if (rows + count > rowGroupRows || gatheredBytes() + bytes > rowGroupBytes) await closeGroup();
			await copyRows(file, group, chunks, isKept);
			rows += count;
			if (rows >= rowGroupRows || gatheredBytes() >= rowGroupBytes) await closeGroup();
		},
		async write(page) {
			if (!page.schema)
				throw new SinkError(
					`${page.resource}: ${pageName(page.number)} has no schema, and Parquet needs the type of ` +
						'every column; put normalize() before parquet(), and take whole columns from there on, not ' +
						'address.city',
				);
			if (page.schema !== seen) {
				const {columns} = seenColumns(page.schema);
				named(page.resource, () => follow(columns));
				seen = page.schema;
			}
			const {length} = page.records;
			const source = sourceOf(page.records, schema);
			for (let from = 0; from < length; ) {
				const to = Math.min(length, from + rowsAtOnce, from + rowGroupRows - rows);
				append(page, source, from, to);
				from = to;
				const bytes = gatheredBytes();
				mostBytes = Math.max(mostBytes, bytes);
				const rowBytes = bytes / rows;
				const isFull = rows >= rowGroupRows || bytes >= rowGroupBytes;
				if (isFull) await closeGroup();
				const fitting = Math.floor((isFull ? rowGroupBytes : rowGroupBytes - bytes) / rowBytes);
				rowsAtOnce = Math.max(1, Math.min(MOST_ROWS_AT_ONCE, rowsAtOnce * 2, fitting));
			}
		},
		async finish() {
			await closeGroup();
			if (schema.columns.length === 0) follow([STAND_IN]);
			const renewed: StoredGroup[] = [];
			for (const group of groups) renewed.push(await rewriteRowGroup(group, schema, body, codec));
			await body.end(footer(schema, renewed, forms));
		},
	};
}

function named(resource: string, action: () => void): void {
	try {
		action();
	} catch (error) {
		throw error instanceof SinkError
			? new SinkError(`${resource}: ${error.message}`, {cause: error.cause})
			: error;
	}
}
