/** Makes the parts of a run: names them, writes them, and describes what was written. */
import type {Page} from '../../src/core/page.ts';
import type {Dataset} from '../../src/state/dataset.ts';
import {storeOf} from '../../src/state/own-folders.ts';
import type {Part} from '../../src/state/record.ts';
import type {FileFormat} from '../file.ts';
import {fileOutput, type Output} from '../output.ts';
import {type HashedOutput, hashedOutput} from './checksum.ts';
import {columnsKey} from './columns-key.ts';

export interface PartMaker {
	/** How many names were given out, over all attempts of the run. */
	readonly named: number;
	/** A part that is written page by page. */
	writer(folder: Folder): Promise<PartWriter>;
	/**
	 * A part that somebody writes as a whole: opens the output, and closes or discards it. `owner`: whose rows they are, where not
	 * those of this run.
	 */
	make(folder: Folder, rows: number, write: (output: Output) => Promise<void>, owner?: Owner): Promise<Part>;
}

/** Which run of which resource brought the rows of a part. */
export type Owner = Pick<Part, 'resource' | 'run'>;

/** Where a part belongs. */
export interface Folder {
	readonly table: string;
	/** From the root: that of the table, or one below it. */
	readonly path: string;
	readonly kind: Part['kind'];
	readonly format: FileFormat;
}

export interface PartWriter {
	/** That of the part it makes. */
	readonly path: string;
	readonly rows: number;
	/** Bytes so far; what the format still holds back is not in it. */
	readonly bytes: number;
	/** Memory that the format keeps, of the most that it may. */
	readonly fullness: number;
	write(page: Page): Promise<void>;
	/** Makes it durable. */
	close(): Promise<Part>;
	discard(): Promise<void>;
}

export interface PartMakerOptions {
	readonly dataset: Dataset;
	readonly resource: string;
	readonly run: string;
	/** Names that earlier attempts of the run gave out. */
	readonly named: number;
}

export function partMaker({dataset, resource, run, named: first}: PartMakerOptions): PartMaker {
	let named = first;
	const own = storeOf(dataset.layout);

	function next({path, format}: Folder): {path: string; output: HashedOutput} {
		named++;
		const name = `${run}-${String(named).padStart(5, '0')}.${format.extension}`;
		return {path: `${path}/${name}`, output: hashedOutput(fileOutput(dataset.stage(`${path}/${name}`), {own}))};
	}

	async function described(
		path: string,
		{table, kind, format}: Folder,
		output: HashedOutput,
		rows: number,
		owner: Owner,
	): Promise<Part> {
		const {resource, run} = owner;
		const columns = await format.typed?.columns(dataset.stage(path));
		return {
			...{path, table, kind, resource, run, rows, bytes: output.position, sha256: output.digest()},
			...(columns && {columns: columnsKey(columns)}),
		};
	}

	return {
		get named() {
			return named;
		},
		async writer(folder) {
			const {path, output} = next(folder);
			const packed = folder.format.compress?.(output) ?? output;
			await packed.open();
			const encoder = folder.format.encoder(packed);
			let rows = 0;
			return {
				path,
				get rows() {
					return rows;
				},
				get bytes() {
					return output.position;
				},
				get fullness() {
					return encoder.fullness ?? 0;
				},
				async write(page) {
					await encoder.write(page);
					rows += page.records.length;
				},
				async close() {
					await encoder.finish();
					await packed.close();
					return described(path, folder, output, rows, {resource, run});
				},
				discard: () => packed.discard(),
			};
		},
		async make(folder, rows, write, owner = {resource, run}) {
			const {path, output} = next(folder);
			await write(output);
			return described(path, folder, output, rows, owner);
		},
	};
}
