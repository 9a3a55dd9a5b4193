/** Makes the parts of a run: names them, writes them, and describes them for the commit. */
import {basename} from 'node:path';
import type {Page} from '../../../src/core/page.ts';
import type {Part} from '../../../src/state/commit.ts';
import type {Target} from '../../../src/state/target.ts';
import {columnsKey} from '../../formats/columns-key.ts';
import type {FileFormat} from '../../formats/format.ts';
import {type FileOutput, fileOutput} from '../../output/output.ts';
import {type HashedOutput, hashedOutput} from './checksum.ts';

export interface PartMaker {
	/** How many names were used in all attempts of the run. */
	readonly named: number;
	/** The path of a part that will be written. */
	name(folder: Folder): string;
	/** Writes a part page by page, under a name from `name()` or a new one. */
	writer(folder: Folder, path?: string): Promise<PartWriter>;
	/**
	 * Makes a part with the bytes that `write` writes; `write` opens the output, and closes or discards it. A
	 * part that replaces `inPlaceOf` belongs to the same run, and its name sorts in the same place.
	 */
	make(
		folder: Folder,
		rows: number,
		write: (output: FileOutput) => Promise<void>,
		inPlaceOf?: Part,
	): Promise<Part>;
}

/** The folder of a part. */
export interface Folder {
	readonly table: string;
	/** The path from the root: the folder of the table, or one below it. */
	readonly path: string;
	readonly kind: Part['kind'];
	readonly format: FileFormat;
}

export interface PartWriter {
	/** The path of the part. */
	readonly path: string;
	readonly rows: number;
	/** The number of bytes so far, without those that the format still buffers. */
	readonly bytes: number;
	/** Memory that the format uses, as a fraction of its limit. */
	readonly fullness: number;
	/** Whether a page can go into the part; otherwise it needs a new part. */
	fits(page: Page): boolean;
	write(page: Page): Promise<void>;
	/** Makes the part durable. */
	close(): Promise<Part>;
	discard(): Promise<void>;
}

export interface PartMakerOptions {
	readonly dataset: Target;
	readonly resource: string;
	readonly run: string;
	/** How many names earlier attempts of the run used. */
	readonly named: number;
}

/** The digits of the number in a name, and of the count of replacements after it. */
const DIGITS = 5;

// `…-00007.parquet`, `…-0000700001.parquet`, `…-0000700002.parquet`: each name is used only once. A suffix
// begins with another sign than the number, as the name of a run may end in digits.
function successor(path: string, suffix: string): string {
	return path.replace(
		/-(\d{5,}?)(\d{5})?(?:_[\da-f]+)?(\.[a-z.]+)$/,
		(_, number: string, times: string | undefined, ending: string) => {
			return `-${number}${String(Number(times ?? 0) + 1).padStart(DIGITS, '0')}${suffix}${ending}`;
		},
	);
}

export function partMaker({dataset, resource, run, named: first}: PartMakerOptions): PartMaker {
	let named = first;
	const own = dataset.spool;
	const suffix = dataset.suffix === undefined ? '' : `_${dataset.suffix}`;

	function name({path, format}: Folder): string {
		named++;
		return `${path}/${run}-${String(named).padStart(DIGITS, '0')}${suffix}.${format.extension}`;
	}

	// Other programs name their files in other ways.
	function nameAfter({path}: Part, folder: Folder): string {
		const next = successor(basename(path), suffix);
		return next === basename(path) ? name(folder) : `${folder.path}/${next}`;
	}

	function at(path: string): {path: string; output: HashedOutput} {
		return {path, output: hashedOutput(fileOutput(dataset.stage(path), {own}))};
	}

	async function described(
		path: string,
		{table, kind, format}: Folder,
		output: HashedOutput,
		rows: number,
	): Promise<Part> {
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
		name,
		async writer(folder, given) {
			const {path, output} = at(given ?? name(folder));
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
				fits: page => encoder.fits?.(page) ?? true,
				async write(page) {
					await encoder.write(page);
					rows += page.records.length;
				},
				async close() {
					await encoder.finish();
					await packed.close();
					return described(path, folder, output, rows);
				},
				discard: () => packed.discard(),
			};
		},
		async make(folder, rows, write, inPlaceOf) {
			const {path, output} = at(inPlaceOf ? nameAfter(inPlaceOf, folder) : name(folder));
			await write(output);
			const made = await described(path, folder, output, rows);
			return inPlaceOf ? {...made, run: inPlaceOf.run, resource: inPlaceOf.resource} : made;
		},
	};
}

/** The extension of a part: `jsonl.gz`. */
export function endingOf(path: string): string {
	// Other programs name the compression before it: `part-0001.snappy.parquet`.
	return path.endsWith('.parquet') ? 'parquet' : path.slice(path.indexOf('.', path.lastIndexOf('/')) + 1);
}
