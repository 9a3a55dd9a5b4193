/** What `stub.yaml` beside an example says: the answers of the vendor's server, as its documentation has them. */

export type Row = Readonly<Record<string, unknown>>;

export interface Stub {
	/** The time of the run. @default now */
	readonly now?: string;
	/** The path of `base_url`. @default '' */
	readonly base?: string;
	/** The environment of the run: secrets, and the names in the config. */
	readonly env: Readonly<Record<string, string>>;
	/** Values of the config that name another host. `{{BASE}}` is the address of the server. */
	readonly set?: readonly string[];
	/** Headers that each request must have. */
	readonly requires: Readonly<Record<string, string>>;
	/** The answer to a request without them. */
	readonly refusal: {readonly status: number; readonly json: unknown};
	/** The answer to the first request at `path`: how the vendor says that there were too many requests. */
	readonly busy?: {
		readonly path: string;
		readonly status: number;
		readonly headers?: Readonly<Record<string, string>>;
		readonly json: unknown;
		/** Seconds that the client has to wait then, at least. @default any time */
		readonly waits?: number;
	};
	/** Fixed answers, such as that of a token endpoint. They need no auth. */
	readonly fixed?: readonly {
		readonly method: string;
		readonly path: string;
		/** Fields of the form that the request must have. */
		readonly form?: Readonly<Record<string, string>>;
		/** Headers that the request must have. */
		readonly headers?: Readonly<Record<string, string>>;
		/** @default 200 */
		readonly status?: number;
		readonly json: unknown;
	}[];
	readonly routes: readonly StubRoute[];
	/** The number of rows in the dataset of a resource after each run, where it is not that of the routes. */
	readonly expect?: Readonly<Record<string, readonly [first: number, second: number]>>;
}

export interface StubRoute {
	/** @default 'GET' */
	readonly method?: string;
	readonly path: string;
	/**
	 * Parameters that tell this route from others with its path: in the query, else in the JSON body. A value in
	 * slashes is a pattern.
	 */
	readonly match?: Readonly<Record<string, string>>;
	/** The resource of the config that reads it. */
	readonly resource: string;
	/** The place of the rows in the answer. @default '', the answer is the list */
	readonly rows_at?: string;
	/** The rest of the answer. */
	readonly envelope?: Row;
	/** How the answer writes the rows: shapes.ts. @default as they are */
	readonly shape?: Shape;
	/** What stands in the place of the rows on a page without rows. @default an empty list */
	readonly empty_as?: 'null' | 'absent';
	/** @default all rows in one answer */
	readonly paging?: Paging;
	readonly since?: Bound;
	readonly until?: Bound;
	/** Rows that the vendor leaves out unless the request says otherwise. */
	readonly hides?: readonly {readonly unless: Readonly<Record<string, string>>; readonly rows: Row}[];
	/** The field by which a changed row takes the place of an older one. @default 'id' */
	readonly key?: string;
	/** In the order of the vendor. */
	readonly rows: readonly Row[];
	/** Rows that are new or changed before the second run. */
	readonly later?: readonly Row[];
	/** Whether new rows come first. @default false */
	readonly newest_first?: boolean;
}

export type Shape = 'analytics' | 'search' | 'columns' | 'values';

/** A filter by time, or by a number that grows. */
export interface Bound {
	/** In the query, else a dot path into the JSON body. */
	readonly param: string;
	/** A pattern whose group is the value in the parameter. @default the whole */
	readonly pattern?: string;
	readonly field: string;
	/** Whether the bound is a day, and all of it counts. @default false */
	readonly days?: boolean;
	/** The unit of a number. @default 's' */
	readonly unit?: 's' | 'ms';
	/** @default false */
	readonly exclusive?: boolean;
	/** Whether a request without it is refused. @default false */
	readonly required?: boolean;
}

export interface Paging {
	/** The parameter of the place: in the query, else a dot path into the JSON body. */
	readonly param: string;
	readonly in?: 'query' | 'body';
	/** A pattern whose group is the place in the parameter. @default the whole */
	readonly pattern?: string;
	/** What the place is: a number of a page, a number of rows, the id of the last row, or a text of the server. */
	readonly counts: 'page' | 'rows' | 'id' | 'token';
	/** The number of the first page, 1 if left out; or of the first row, 0 if left out. */
	readonly first?: number;
	/** Rows of a page of the stub. @default 2 */
	readonly size?: number;
	/** The parameter of the page size, and the largest one that the vendor takes. A request must have it. */
	readonly size_param?: string;
	readonly size_pattern?: string;
	readonly most?: number;
	/** Where the answer has the next place. */
	readonly next?: string;
	/** What stands there. @default 'place' */
	readonly next_is?: 'place' | 'url' | 'path';
	/** Values that the answer has beside the next place, by their places. */
	readonly beside?: Row;
	/** Whether the next address is in the Link header. */
	readonly link?: boolean;
	/** What stands at `next` on the last page; `again`: a place, as before. @default 'absent' */
	readonly end?: 'absent' | 'null' | 'empty' | 'again';
	/** Parameters that must not stand beside the place. */
	readonly alone?: boolean;
	/** Where the answer says that there is more, or that there is none. */
	readonly more?: string;
	readonly done?: string;
	/** Where the answer has the number of rows, or of pages. */
	readonly total?: string;
	readonly pages?: string;
	/** A header with the number of rows, or of pages. */
	readonly total_header?: string;
	readonly pages_header?: string;
}
