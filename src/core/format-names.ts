/**
 * The names of the file formats of Sluice itself, for help texts and types that load no format. A test
 * compares them with the registry of plugins.
 */
export const formatNames = ['parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const;
export type FormatName = (typeof formatNames)[number];
