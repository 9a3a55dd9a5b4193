/** The names of file formats, which are the endings of their files. */

export const formatNames = ['parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const;
export type FormatName = (typeof formatNames)[number];

type Unpacked<Name> = Name extends `${infer Base}.gz` ? Base : Name;
/** The formats without those that are another one in gzip. */
export type BaseFormatName = Unpacked<FormatName>;

/** The format of a file, by its ending. */
export function formatOf(path: string): FormatName | undefined {
	return formatNames.find(name => path.endsWith(`.${name}`));
}
