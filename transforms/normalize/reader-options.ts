/** How records are read into columns. */
import type {Naming, SchemaContract} from '../../src/core/schema/schema.ts';
import type {OnOutOfRange} from './out-of-range.ts';

export interface ReaderOptions {
	readonly contract: SchemaContract;
	readonly naming: Naming;
	/** How many levels of nested objects become columns; 0 keeps them all as json. */
	readonly nesting: number;
	/** A value of another type is a misfit, even where it could be converted. */
	readonly strict: boolean;
	/**
	 * Column whose value says that a row takes its key away. Such a row needs no other columns than those of the
	 * key.
	 */
	readonly hardDelete?: string | undefined;
	readonly key?: ReadonlySet<string>;
	/** Told once for each column, of a number that no column of its kind holds. */
	readonly onOutOfRange?: OnOutOfRange | undefined;
}
