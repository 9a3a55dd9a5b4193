/** The names of file formats, and what they ask of records, for whoever does not need the formats themselves. */

export const formatNames = ['parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const;
export type FormatName = (typeof formatNames)[number];

/** What a format asks of the records that reach it. */
export interface Intake {
	/** It has columns with types. */
	readonly typed: boolean;
	/** It looks at each record, and could not use their text. */
	readonly parsed: boolean;
}

/** `columns` are those that are chosen on the way, of which records are made anew. */
export function intakeOf(format: FormatName, columns: readonly string[] | undefined): Intake {
	return {typed: format === 'parquet', parsed: columns !== undefined || format.startsWith('csv')};
}
