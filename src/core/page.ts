import type {JsonObject, JsonValue} from './json/json.ts';
import type {RecordList} from './records/record-list.ts';
import type {Rejection, Schema} from './schema/schema.ts';

/** One row. It is called `JsonRecord` because `Record` is a type of TypeScript. */
export type JsonRecord = JsonObject;

/**
 * A place in a resource: everything before it has been read. It is plain JSON, so that it can be stored. The
 * code that made it (a paginator, a window, a parent) defines its form, and it contains the places of all
 * inner levels.
 */
export type Cursor = JsonValue;

/** The unit of every stream: the records of one response, or of one slice of a huge response. */
export interface Page {
	/** Name of the resource, for example `contacts`. */
	readonly resource: string;
	/** The number of the page, from 0, within one run. */
	readonly number: number;
	/** An array, or the text of the answer until a stage looks at a record. A transform returns a new page. */
	readonly records: RecordList;
	/** The place right after this page; `null` when nothing follows; absent when the source cannot resume. */
	readonly cursor?: Cursor;
	/**
	 * What this page changes in the state of the resource: each key replaces the stored value of that key, and
	 * `null` removes it. The stage that makes the page durable stores the sum, and passes it to the next run.
	 * Only together with `cursor`.
	 */
	readonly state?: JsonObject;
	/**
	 * The columns to which every record of this page conforms, set by `normalize()`. A new object whenever they
	 * change.
	 */
	readonly schema?: Schema;
	/**
	 * Names of the columns in order, where records cannot show it: keys that are whole numbers come first in
	 * any object.
	 */
	readonly order?: readonly string[];
	/** Records that a transform refused, for the sink to store. */
	readonly rejections?: readonly Rejection[];
	/**
	 * Rows of nested lists, as pages of their own tables; `resource` is the name of the table:
	 * `contacts__tags`.
	 */
	readonly tables?: readonly Page[];
	/** On a page in `tables`: for each row, the index of its record in `records` of the outer page. */
	readonly owners?: readonly number[];
	/**
	 * On a page in `tables`: the table of the rows with the lists, and the keys that lead to the lists from
	 * these rows. So each list keeps its table, even if another one has the same name.
	 */
	readonly list?: readonly string[];
}

/** A page in a message, counted from 1. Data for programs (`page` in rejects) has the number unchanged. */
export function pageName(number: number): string {
	return `page ${number + 1}`;
}

/** The same for a record, by its index in the page. */
export function recordName(index: number, page: number): string {
	return `record ${index + 1} of ${pageName(page)}`;
}
