/** The files of parts, with the columns to read them by. */
import type {Schema} from '../../src/core/schema/schema.ts';
import type {Part} from '../../src/state/commit.ts';
import type {Target} from '../../src/state/target.ts';

export interface PartFile {
	readonly path: string;
	readonly rows: number;
	readonly schema: Schema;
}

export async function fileOf(dataset: Target, part: Part, schema: Schema): Promise<PartFile> {
	return {path: await dataset.fetch(part), rows: part.rows, schema};
}

/** In the order of the parts. */
export function filesOf(dataset: Target, parts: readonly Part[], schema: Schema): Promise<PartFile[]> {
	return Promise.all(parts.map(part => fileOf(dataset, part, schema)));
}
