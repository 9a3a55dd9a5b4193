/** The options for reading records into columns. */
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
	 * Column whose value marks a row as a deletion of its key. Such a row needs only the columns of the key.
	 */
	readonly hardDelete?: string | undefined;
	readonly key?: ReadonlySet<string>;
	/** Called once for each column with a number that no column of its kind holds. */
	readonly onOutOfRange?: OnOutOfRange | undefined;
}
