/** What file formats ask of the records that reach them, for code that does not load the formats. */
import type {FormatName} from '../../core/format-names.ts';
import type {Need} from '../../core/records/need.ts';

export interface Intake {
	/** It has columns with types. */
	readonly typed: boolean;
	/** What it looks at in records. */
	readonly needs: Need;
}

const csv: Intake = {typed: false, needs: 'rows'};
const jsonl: Intake = {typed: false, needs: 'text'};
const intakes: Readonly<Record<FormatName, Intake>> = {
	parquet: {typed: true, needs: 'index'},
	jsonl,
	'jsonl.gz': jsonl,
	csv,
	'csv.gz': csv,
};

/** `columns` are those that are chosen on the way, of which records are made anew. */
export function intakeOf(format: FormatName, columns: readonly string[] | undefined): Intake {
	const {typed, needs} = intakes[format];
	return {typed, needs: columns === undefined ? needs : 'rows'};
}
