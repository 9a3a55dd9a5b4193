/** The file formats of Sluice itself, and the formats for words and extensions of paths. */
import type {AnyFormatPlugin} from '../format.ts';
import {csv} from './csv.ts';
import {jsonl} from './jsonl.ts';
import {parquet} from './parquet.ts';

export const builtInFormats = [parquet, jsonl, csv] as const;

/** The file formats of Sluice itself. */
export type BuiltInFormat = (typeof builtInFormats)[number];

/** A file format, and whether its files are compressed with gzip as a whole. */
export interface NamedFormat {
	readonly plugin: AnyFormatPlugin;
	readonly isGzip: boolean;
}

/** The file format for the extension of a path. */
export function formatOf(
	path: string,
	formats: readonly AnyFormatPlugin[] = builtInFormats,
): NamedFormat | undefined {
	const isGzip = /\.gz$/i.test(path);
	const name = (isGzip ? path.slice(0, -3) : path).toLowerCase();
	const plugin = formats.find(({endings}) => endings.some(ending => name.endsWith(`.${ending}`)));
	return plugin && (!isGzip || plugin.mayBeGzip) ? {plugin, isGzip} : undefined;
}
