import type {JsonObject, JsonValue} from './json.ts';
import type {Rejection, Schema} from './schema.ts';

/** One row. `JsonRecord` because `Record` is TypeScript's own word. */
export type JsonRecord = JsonObject;

/**
 * A place in a resource: everything before it has been read. Plain JSON, so that it can be stored; its shape belongs to
 * whoever made it (a paginator, a window, a parent), and holds the places of everything it is nested in.
 */
export type Cursor = JsonValue;

/** What flows through every stream: the records of one response, or of one slice of a huge response. */
export interface Page {
	/** Name of the resource, for example `contacts`. */
	readonly resource: string;
	/** 0, 1, 2 … within one run. */
	readonly number: number;
	/** Never changed in place: a transform returns a new page. */
	readonly records: readonly JsonRecord[];
	/** The place right after this page; `null` when nothing follows; absent when the source cannot resume. */
	readonly cursor?: Cursor;
	/**
	 * What this page changes in the state of the resource: each key replaces what is stored under it, `null` takes it away.
	 * Whoever makes the page durable keeps the sum, and hands it to the next run. Only together with `cursor`.
	 */
	readonly state?: JsonObject;
	/** Set by `normalize()`: the columns that every record of this page conforms to. A new object whenever they change. */
	readonly schema?: Schema;
	/** Records that a transform refused, on their way to whoever stores them. */
	readonly rejections?: readonly Rejection[];
	/** Rows of nested lists, as pages of tables of their own; `resource` is the name of the table: `contacts__tags`. */
	readonly tables?: readonly Page[];
}
