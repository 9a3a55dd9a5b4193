/** One record of the commit log: everything that is known about a dataset after that commit. */
import {createHash} from 'node:crypto';
import {StateError} from '../core/errors.ts';
import {type JsonObject, type JsonValue, parse as parseJson, stringify} from '../core/json/json.ts';
import type {Cursor} from '../core/page.ts';
import type {Schema} from '../core/schema/schema.ts';

/** A file of rows that is committed, and will never change. */
export interface Part {
	/**
	 * From the root: `contacts/20261120T202059Z-0a33f9c-00001.parquet`. Never used again for another content.
	 */
	readonly path: string;
	/** The folder that readers glob: `contacts`, or a table of nested lists, `contacts__tags`. */
	readonly table: string;
	/**
	 * `rejects` are JSON Lines of rows that were refused; `owners` say which rows of lists came with which
	 * record, and are pending only.
	 */
	readonly kind: 'rows' | 'rejects' | 'owners';
	readonly resource: string;
	/** The run that wrote it. */
	readonly run: string;
	readonly rows: number;
	readonly bytes: number;
	/** Of the bytes of the file, in hexadecimal. */
	readonly sha256: string;
	/** Fingerprint of the names and types of its columns, of formats that have types. Older records lack it. */
	readonly columns?: string;
}

export type Disposition = 'append' | 'replace' | 'merge';

/** How far one resource got. */
export interface ResourceProgress {
	/** `20261120T202059Z-0a33f9c`; a run that is resumed keeps its name. */
	readonly run: string;
	/** ISO 8601, UTC. */
	readonly startedAt: string;
	readonly disposition: Disposition;
	/** Whether the run came to its end. One that did not goes on at `cursor`, if nothing has changed since. */
	readonly isFinished: boolean;
	/** When it did: ISO 8601, UTC. */
	readonly finishedAt?: string;
	/** The number of the command that brought it to its end, or is at it. */
	readonly command?: string;
	/** It reads everything again, whatever was there before. */
	readonly isFresh?: boolean;
	/** The place after the last page that is durable. Absent before the first. */
	readonly cursor?: Cursor;
	/** Pages that are durable, over all attempts of the run. */
	readonly pages: number;
	/** Parts that were named. */
	readonly parts: number;
	/** Where incremental reading stands. */
	readonly state: JsonObject;
	/** The same before this run, for when it has to be started over. */
	readonly before: JsonObject;
	/**
	 * The columns by table before this run, which a run that starts over goes back to. Of an unfinished run
	 * only.
	 */
	readonly columnsBefore?: {readonly [table: string]: Schema};
	/** Fingerprint of the config that a cursor depends on. */
	readonly definition: string;
}

/** A folder that readers saw before a switch. */
export interface Retired {
	/** The number of the folder. */
	readonly data: number;
	/** ISO 8601, UTC. */
	readonly until: string;
}

export interface Commit {
	/** 1, 2, 3 …: the name of the record. */
	readonly version: number;
	/** ISO 8601, UTC. */
	readonly at: string;
	/** Whose commit it is. */
	readonly resource: string;
	readonly run: string;
	/** Paths that appear, and that disappear, with this commit. */
	readonly add: readonly string[];
	readonly remove: readonly string[];
	/** The version whose folder holds what is visible. */
	readonly data: number;
	/** Folders that readers saw before, and which stay for a while. */
	readonly retired?: readonly Retired[];
	/** Every table there ever was; one without parts is an empty folder. */
	readonly tables: readonly string[];
	/** All that is visible. */
	readonly parts: readonly Part[];
	/** Durable, and not visible before the run that wrote them ends. */
	readonly pending: readonly Part[];
	/** By resource. */
	readonly standings: ReadonlyMap<string, ResourceProgress>;
	/** By table; of tables whose rows have typed columns. */
	readonly schemas: ReadonlyMap<string, Schema>;
	/** By table of nested lists: the table that the lists stand in, and the keys that lead to them. */
	readonly lists?: {readonly [table: string]: readonly string[]};
	/** Made from the files, as records before it are gone or damaged. */
	readonly isRepaired?: boolean;
}

/** Version of the form of records. */
const FORM = 1;

interface Written extends Omit<Commit, 'standings' | 'schemas'> {
	readonly form: number;
	readonly standings: {readonly [resource: string]: ResourceProgress};
	readonly schemas: {readonly [table: string]: Schema};
}

/** Two lines: a seal, and the record. */
export function serializeCommit(commit: Commit): string {
	const [standings, schemas] = [Object.fromEntries(commit.standings), Object.fromEntries(commit.schemas)];
	const body = stringify({form: FORM, ...commit, standings, schemas} as unknown as JsonValue);
	return `${stringify({sha256: digest(body)})}\n${body}\n`;
}

/** A record whose content is not what was written. */
export class DamagedRecordError extends StateError {
	constructor(message: string) {
		super(message);
		// To users it is one of these.
		this.name = StateError.name;
	}
}

/**
 * Reads what `serializeCommit()` wrote; anything else is an error that names the file at `path`. What to do depends
 * on what else is there.
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
		standings: new Map(Object.entries(standings)),
		schemas: new Map(Object.entries(schemas)),
	};
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
