/** The rows that a resumed run has written before. */
import type {JsonRecord} from '../../src/core/page.ts';
import type {ResumedRun} from '../../src/state/resume.ts';
import type {Target} from '../../src/state/target.ts';
import type {FileFormat} from '../formats/format.ts';

/** Rows that earlier attempts of the run have written. */
export async function* writtenRows(
	dataset: Target,
	{parts, schemas}: ResumedRun,
	format: FileFormat,
	table: string,
	key: readonly string[],
): AsyncGenerator<readonly JsonRecord[]> {
	const schema = schemas.get(table);
	for (const part of parts) {
		if (part.kind === 'rows' && part.table === table)
			yield* format.rows(await dataset.fetch(part, {columns: key}), {
				columns: key,
				...(schema && {schema}),
			});
	}
}
