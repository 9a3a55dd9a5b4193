/** One record of the commit log: the complete state of a dataset after that commit. */
import {createHash} from 'node:crypto';
import {StateError} from '../core/errors.ts';
import {type JsonObject, type JsonValue, parse as parseJson, stringify} from '../core/json/json.ts';
import type {Cursor} from '../core/page.ts';
import type {Schema} from '../core/schema/schema.ts';

/** A committed file of rows, which never changes. */
export interface Part {
	/**
	 * Path from the root: `contacts/20261120T202059Z-0a33f9c-00001.parquet`. Never used again for another
	 * content.
	 */
	readonly path: string;
	/** The folder that readers glob: `contacts`, or a table of nested lists, `contacts__tags`. */
	readonly table: string;
	/**
	 * `rejects` are JSON Lines with refused rows; `owners` have the record of each row of a list, and are only
	 * pending.
	 */
	readonly kind: 'rows' | 'rejects' | 'owners';
	readonly resource: string;
	/** The run that wrote it. */
	readonly run: string;
	readonly rows: number;
	readonly bytes: number;
	/** Hash of the bytes of the file, in hexadecimal. */
	readonly sha256: string;
	/**
	 * Fingerprint of the names and types of its columns, for formats that have types. Older records lack it.
	 */
	readonly columns?: string;
}

/**
 * The paths of parts. Parts are compared by path: the same part is another object once it was read from a log.
 */
export function pathsOf(parts: readonly Part[] = []): Set<string> {
	return new Set(parts.map(({path}) => path));
}

export type Disposition = 'append' | 'replace' | 'merge';

/** How far one resource has been read. */
export interface ResourceProgress {
	/** `20261120T202059Z-0a33f9c`; a resumed run keeps its name. */
	readonly run: string;
	/** The start of the run: ISO 8601, UTC. */
	readonly startedAt: string;
	readonly disposition: Disposition;
	/** Whether the run has ended. An unfinished one goes on at `cursor`, if nothing has changed since. */
	readonly isFinished: boolean;
	/** The end of the run: ISO 8601, UTC. */
	readonly finishedAt?: string;
	/** The number of the command that finished the run, or that runs it. */
	readonly command?: string;
	/** The run reads everything again, whatever was there before. */
	readonly isFresh?: boolean;
	/** The place after the last durable page. Absent before the first. */
	readonly cursor?: Cursor;
	/** The number of durable pages, in all attempts of the run. */
	readonly pages: number;
	/** The number of names for parts that were used. */
	readonly parts: number;
	/** The state of incremental reading. */
	readonly state: JsonObject;
	/** The state before this run, in case it has to be started over. */
	readonly before: JsonObject;
	/**
	 * The columns by table before this run, to which a run that starts over returns. For an unfinished run
	 * only.
	 */
	readonly columnsBefore?: {readonly [table: string]: Schema};
	/** Fingerprint of the part of the config on which a cursor depends. */
	readonly definition: string;
}

/** A folder that readers saw before a switch. */
export interface Retired {
	/** The number of the folder. */
	readonly data: number;
	/** The time until which it stays: ISO 8601, UTC. */
	readonly until: string;
}

export interface Commit {
	/** 1, 2, 3 …: the name of the record. */
	readonly version: number;
	/** The time of the commit: ISO 8601, UTC. */
	readonly at: string;
	/** The resource that was committed. */
	readonly resource: string;
	readonly run: string;
	/** Paths that this commit adds, and removes. */
	readonly add: readonly string[];
	readonly remove: readonly string[];
	/** The version of the folder with the visible parts. */
	readonly data: number;
	/** Folders that readers saw before, and which stay for a while. */
	readonly retired?: readonly Retired[];
	/** Every table so far; one without parts is an empty folder. */
	readonly tables: readonly string[];
	/** All visible parts. */
	readonly parts: readonly Part[];
	/** Durable parts that are not visible before the run that wrote them ends. */
	readonly pending: readonly Part[];
	/** Progress by resource. */
	readonly progress: ReadonlyMap<string, ResourceProgress>;
	/** Schemas by table, for tables whose rows have typed columns. */
	readonly schemas: ReadonlyMap<string, Schema>;
	/** By table of nested lists: the table of the rows with the lists, and the keys that lead to the lists. */
	readonly lists?: {readonly [table: string]: readonly string[]};
	/** What a target other than a folder stores with a commit. */
	readonly targetState?: JsonObject;
	/** Made from the files, as earlier records are missing or damaged. */
	readonly isRepaired?: boolean;
}

/** Version of the record format. */
const FORM = 1;

interface Written extends Omit<Commit, 'standings' | 'schemas'> {
	readonly form: number;
	readonly standings: {readonly [resource: string]: ResourceProgress};
	readonly schemas: {readonly [table: string]: Schema};
}

/** Two lines: a checksum, and the record. */
export function serializeCommit(commit: Commit): string {
	const [standings, schemas] = [Object.fromEntries(commit.progress), Object.fromEntries(commit.schemas)];
	const body = stringify({form: FORM, ...commit, standings, schemas} as unknown as JsonValue);
	return `${stringify({sha256: digest(body)})}\n${body}\n`;
}

/** A record whose content is not what was written. */
export class DamagedRecordError extends StateError {
	constructor(message: string) {
		super(message);
		// Users see it as a StateError.
		this.name = StateError.name;
	}
}

/**
 * Parses the output of `serializeCommit()`; any other text is an error that names the file at `path`. The
 * caller adds what to do, which depends on other files.
 */
export function parseCommit(text: string, path: string): Commit {
	const [seal = '', body = ''] = text.split('\n');
	const written = /^\{"sha256":"([0-9a-f]{64})"\}$/.exec(seal)?.[1];
	if (written === undefined || written !== digest(body)) {
		const what =
			written === undefined ? 'not a record of a commit' : 'damaged: its content is not what was written';
		throw new DamagedRecordError(`${path}: ${what}`);
	}
	const {form, standings, schemas, ...commit} = parseJson(body) as unknown as Written;
	if (form !== FORM)
		throw new StateError(
			`${path}: written by another version of Sluice (form ${form}; this one reads ${FORM})`,
		);
	return {
		...commit,
		progress: new Map(Object.entries(standings)),
		schemas: new Map(Object.entries(schemas)),
	};
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
