import type {JsonObject, JsonValue} from './json/json.ts';
import type {RecordList} from './records/record-list.ts';
import type {Rejection, Schema} from './schema/schema.ts';

/** One row. `JsonRecord` because `Record` is TypeScript's own word. */
export type JsonRecord = JsonObject;

/**
 * A place in a resource: everything before it has been read. Plain JSON, so that it can be stored; its shape
 * belongs to whoever made it (a paginator, a window, a parent), and holds the places of everything it is
 * nested in.
 */
export type Cursor = JsonValue;

/** What flows through every stream: the records of one response, or of one slice of a huge response. */
export interface Page {
	/** Name of the resource, for example `contacts`. */
	readonly resource: string;
	/** 0, 1, 2 … within one run. */
	readonly number: number;
	/** An array, or the text of the answer until a stage looks at a record. A transform returns a new page. */
	readonly records: RecordList;
	/** The place right after this page; `null` when nothing follows; absent when the source cannot resume. */
	readonly cursor?: Cursor;
	/**
	 * What this page changes in the state of the resource: each key replaces what is stored under it, `null`
	 * takes it away. Whoever makes the page durable keeps the sum, and hands it to the next run. Only together
	 * with `cursor`.
	 */
	readonly state?: JsonObject;
	/**
	 * Set by `normalize()`: the columns that every record of this page conforms to. A new object whenever they
	 * change.
	 */
	readonly schema?: Schema;
	/**
	 * Names of the columns in order, where records cannot say it: keys that are whole numbers come first in any
	 * object.
	 */
	readonly order?: readonly string[];
	/** Records that a transform refused, on their way to whoever stores them. */
	readonly rejections?: readonly Rejection[];
	/**
	 * Rows of nested lists, as pages of tables of their own; `resource` is the name of the table:
	 * `contacts__tags`.
	 */
	readonly tables?: readonly Page[];
	/**
	 * Of a page in `tables`: by row, the index of the record that it came with, in `records` of the page it is
	 * in.
	 */
	readonly owners?: readonly number[];
	/**
	 * Of a page in `tables`: the table that the lists stand in, and the keys that lead to them from its rows. So
	 * each list keeps its table, also where another one has the same name.
	 */
	readonly list?: readonly string[];
}

/**
 * A page in a message: people count from 1. What programs read (`page` in rejects) has its number as it is.
 */
export function pageName(number: number): string {
	return `page ${number + 1}`;
}

/** The same for a record, by its index in the page. */
export function recordName(index: number, page: number): string {
	return `record ${index + 1} of ${pageName(page)}`;
}
