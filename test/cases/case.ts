/** The format of a case file: a config, a scripted server, and what must come of them. */
import type {JsonValue} from '../../src/core/json/json.ts';
import type {Route} from '../helpers/server.ts';

export interface ExpectedRequest {
	readonly method: string;
	readonly path: string;
	readonly query?: Readonly<Record<string, readonly string[]>>;
	/** `null`: must be absent. Compared for the names in `check_headers` only. */
	readonly headers?: Readonly<Record<string, string | null>>;
	readonly json?: JsonValue;
	readonly form?: string;
	readonly body?: string;
}

export interface Expected {
	readonly requests?: readonly ExpectedRequest[];
	readonly rows?: Readonly<Record<string, readonly JsonValue[]>>;
	/** `pattern` is a regular expression for our message; the other two describe what was measured. */
	readonly error?: {readonly stage?: string; readonly message_excerpt?: string; readonly pattern?: string};
	readonly waits_s?: readonly number[];
	readonly endless?: boolean;
}

/**
 * What one run of several brings, and what is stored after it: dlt's state by cursor path, of which
 * `last_value` and the number of hashes are ours too.
 */
export interface ExpectedRun extends Expected {
	readonly state_after?: Readonly<
		Record<string, {readonly last_value: JsonValue; readonly unique_hashes: number}>
	>;
}

export interface ExpectedTables {
	readonly tables_on_disk_after?: Readonly<Record<string, readonly Readonly<Record<string, JsonValue>>[]>>;
	readonly columns?: Readonly<
		Record<string, Readonly<Record<string, {readonly data_type?: string; readonly nullable?: boolean}>>>
	>;
	readonly error?: {readonly stage?: string; readonly pattern?: string};
}

export type TableRow = Readonly<Record<string, JsonValue>>;

export interface Case {
	readonly name: string;
	readonly group: string;
	readonly about?: string;
	/** A request case. */
	readonly config?: Readonly<Record<string, unknown>>;
	readonly server?: {readonly routes: readonly Route[]};
	readonly expect?: Expected;
	readonly select?: readonly string[];
	readonly limit_pages?: number;
	readonly check_headers?: readonly string[];
	readonly unordered?: boolean;
	readonly env?: Readonly<Record<string, string>>;
	/** Consecutive runs: of a config, each with a server of its own; or of a normalize case, each with rows. */
	readonly runs?: readonly (NormalizeRun | ConfigRun)[];
	readonly hints?: Readonly<Record<string, unknown>>;
	/** A unit case: what one function of dlt made of what. */
	readonly table?: readonly TableRow[];
	/** What was measured is a defect: `want`, in words, is the aim; `wants.ts` says the same to the machine. */
	readonly dlt_defect?: {readonly why: string; readonly want: string};
}

export interface NormalizeRun {
	readonly rows: readonly JsonValue[];
	readonly expect: ExpectedTables;
}

export interface ConfigRun {
	readonly server: {readonly routes: readonly Route[]};
	readonly expect: ExpectedRun;
}

export type Outcome =
	| {readonly ok: true}
	| {readonly ok: false; readonly why: string}
	| {readonly skip: string};
