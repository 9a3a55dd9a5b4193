/** The files of parts, with the columns to read them by. */
import type {Schema} from '../../../src/core/schema/schema.ts';
import type {Part} from '../../../src/state/commit.ts';
import {forEach} from '../../../src/state/in-parallel.ts';
import type {Target, WantedRows} from '../../../src/state/target.ts';

export interface PartFile {
	readonly path: string;
	readonly rows: number;
	readonly schema: Schema;
}

export async function fileOf(
	dataset: Target,
	part: Part,
	schema: Schema,
	wanted?: WantedRows,
): Promise<PartFile> {
	return {path: await dataset.fetch(part, wanted), rows: part.rows, schema};
}

/** In the order of the parts. */
export async function filesOf(
	dataset: Target,
	parts: readonly Part[],
	schema: Schema,
	wanted?: WantedRows,
): Promise<PartFile[]> {
	const files: PartFile[] = [];
	await forEach(parts.entries(), async ([index, part]) => {
		files[index] = await fileOf(dataset, part, schema, wanted);
	});
	return files;
}
