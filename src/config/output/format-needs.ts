/** The needs of a file format for the records that reach it. They are found without making the format. */
import type {Need} from '../../core/records/need.ts';
import {builtIn, type Registry} from '../../plugins/registry.ts';
import {namedFormat} from './formats.ts';

export interface FormatNeeds {
	/** Whether it has columns with types. */
	readonly typed: boolean;
	/** The parts of records that it reads. */
	readonly needs: Need;
}

/** The needs of a format. `columns` are the selected columns, for which records are made anew. */
export function formatNeedsOf(
	word: string,
	columns: readonly string[] | undefined,
	plugins: Registry = builtIn,
): FormatNeeds {
	const {isTyped, needs} = namedFormat(word, plugins).plugin;
	return {typed: isTyped, needs: columns === undefined ? needs : 'rows'};
}
