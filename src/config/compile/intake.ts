/** What file formats ask of the records that reach them, for whoever does not need the formats themselves. */
import type {FormatName} from '../../core/format-names.ts';

export interface Intake {
	/** It has columns with types. */
	readonly typed: boolean;
	/** It looks at each record, and could not use their text. */
	readonly parsed: boolean;
}

const csv = {typed: false, parsed: true};
const jsonl = {typed: false, parsed: false};
const intakes: Readonly<Record<FormatName, Intake>> = {
	parquet: {typed: true, parsed: false},
	jsonl,
	'jsonl.gz': jsonl,
	csv,
	'csv.gz': csv,
};

/** `columns` are those that are chosen on the way, of which records are made anew. */
export function intakeOf(format: FormatName, columns: readonly string[] | undefined): Intake {
	const {typed, parsed} = intakes[format];
	return {typed, parsed: parsed || columns !== undefined};
}
