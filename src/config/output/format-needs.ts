/** What a file format asks of the records that reach it, without making it. */
import type {Need} from '../../core/records/need.ts';
import {builtIn, type Registry} from '../../plugins/registry.ts';
import {namedFormat} from './formats.ts';

export interface FormatNeeds {
	/** It has columns with types. */
	readonly typed: boolean;
	/** What it looks at in records. */
	readonly needs: Need;
}

/** `columns` are those that are chosen on the way, of which records are made anew. */
export function formatNeedsOf(
	word: string,
	columns: readonly string[] | undefined,
	plugins: Registry = builtIn,
): FormatNeeds {
	const {isTyped, needs} = namedFormat(word, plugins).plugin;
	return {typed: isTyped, needs: columns === undefined ? needs : 'rows'};
}
