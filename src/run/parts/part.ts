/** A part of a plan: some of the rows of one resource, which a process reads alone. */
import {createHash} from 'node:crypto';
import {ConfigError} from '../../core/errors.ts';
import {canonical} from '../../core/json/canonical.ts';
import {type JsonObject, type JsonValue, parse, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import type {Binding} from '../../resource/partitions/partitions.ts';

/** The version of the format. */
export const FORM = 1;

export type Rows =
	/** All rows, one request after the other. */
	| {readonly kind: 'whole'}
	/** Rows from one offset up to another; without `to`, up to the end. */
	| ({readonly kind: 'offset'} & CountedRows)
	/** Pages from one number up to another; without `to`, up to the end. */
	| ({readonly kind: 'pages'} & CountedRows)
	/** A range of cursor values. */
	| {readonly kind: 'window'; readonly range: WindowRange}
	/** Some of the listed values. */
	| {readonly kind: 'list'; readonly lists: {readonly [name: string]: readonly JsonValue[]}}
	/** The rows for some rows of the parent. */
	| {readonly kind: 'parents'; readonly bindings: readonly Binding[]};

export interface CountedRows {
	readonly from: number;
	readonly to?: number;
	/** The paginator of the config, or the one that `auto` found. */
	readonly paginator: JsonObject;
	/** Parameters that `auto` adds. */
	readonly params?: JsonObject;
	/** The rows that the API stated for the resource, if it stated any. */
	readonly total?: number;
}

export interface WindowRange {
	/** Absent: from the beginning. */
	readonly start?: JsonValue;
	/** Absent: up to the last row. */
	readonly end?: JsonValue;
	readonly hasStart: boolean;
	readonly hasEnd: boolean;
}

/** One line of a plan. */
export type PlanPart = Rows & {
	readonly v: typeof FORM;
	/** The plan that it belongs to. */
	readonly plan: string;
	/** Follows from the rows alone: two plans give the same part the same id. */
	readonly id: string;
	/** The number of its line, from 0. */
	readonly index: number;
	readonly resource: string;
	/** What it is expected to take. Absent where nobody can know. */
	readonly est?: Estimate;
};

export interface Estimate {
	readonly rows?: number;
	readonly requests?: number;
}

/** The id of the rows of a resource. */
export function partId(resource: string, rows: Rows): string {
	return digest({resource, ...rows} as unknown as JsonObject);
}

/** A short hash of a value, whatever the order of its keys. */
export function digest(value: JsonValue): string {
	return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}

export function lineOf(part: PlanPart): string {
	return stringify(part as unknown as JsonObject);
}

/** The part in a line of a plan. `where` names the line in messages. */
export function parsePart(line: string, where: string): PlanPart {
	let value: JsonValue;
	try {
		value = parse(line);
	} catch {
		throw new ConfigError(`${where}: is no line of a plan: ${excerpt(line)}. sluice plan prints them`);
	}
	if (isObject(value) && value.v !== undefined && value.v !== FORM)
		throw new ConfigError(`${where}: a plan of another version of Sluice (${String(value.v)}); plan again`);
	const {plan, id, resource, kind} = isObject(value) ? value : ({} as JsonObject);
	const isPart = [plan, id, resource, kind].every(each => typeof each === 'string');
	if (!isPart || !/^[\da-f]{16}$/.test(String(plan)) || !/^[\da-f]{16}$/.test(String(id)))
		throw new ConfigError(`${where}: is no line of a plan: ${excerpt(line)}. sluice plan prints them`);
	return value as unknown as PlanPart;
}

function excerpt(line: string): string {
	return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
