/**
 * The partitions of a resource: the rows of a parent, a list, or both. Each is a sequence that can begin at
 * any place.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import type {Cursor, JsonRecord, Page} from '../../core/page.ts';
import type {Range} from '../incremental/range.ts';
import type {StatesPatch} from './ancestor-states.ts';

/** The values for one request: rows of parents by the name of their resource, and listed values by theirs. */
export interface Binding {
	readonly rows: {readonly [resource: string]: JsonRecord};
	/** For several resources whose rows come in turn: the resource of this row, by the name of all of them. */
	readonly chosen?: {readonly [name: string]: string};
	readonly values: JsonObject;
	/** Text for messages: `users, record 4 of page 1`. */
	readonly where: string;
	/** The range of an incremental resource. */
	readonly range?: Range;
}

/**
 * The resource that a name stands for here. A name of several in turn stands for the one that the row is of.
 */
export function resourceOf({chosen = {}}: Binding, name: string): string {
	return ownValue(chosen, name) ?? name;
}

/** The row of a resource, or of the one of several that the row is of. */
export function rowOf(binding: Binding, name: string): JsonRecord | undefined {
	return ownValue(binding.rows, resourceOf(binding, name));
}

/** One walk of a resource. Several bindings are a batch: one walk for all of them. */
export interface Partition {
	readonly bindings: readonly Binding[];
	/** A sequence from this place begins with this partition. */
	readonly place: Cursor;
	/** The place right after it; `null` when nothing follows, absent when that place is not known. */
	readonly next?: Cursor;
	/** States of ancestors in the state of the resource. Absent where all rows of them are read each time. */
	readonly states?: {
		/** At `place`. */
		readonly before: StatesPatch;
		/** At `next`. */
		readonly after: StatesPatch;
	};
	/** The identity of the partition, wherever its place is. Absent: its place is its identity. */
	readonly key?: string;
	/**
	 * Where the sequence began at a place: whether the place names this partition. Absent: it names the first
	 * one.
	 */
	readonly resumes?: boolean;
}

/** An ordered sequence of partitions. Its progress is only in their places. */
export interface Partitions {
	/** All partitions, or those from a place on. Requests are sent only when the reader asks for more. */
	from(place?: Cursor): AsyncIterable<Partition>;
}

/** A page, and the bindings of its request. */
export interface BoundPage extends Page {
	readonly binding?: Binding;
}

/** A place between two pages of a resource. */
export interface Position {
	/** The cursor of the page before. */
	readonly cursor: Cursor;
	/** Number of the page after it. */
	readonly page: number;
}

/** Opens a parent at the beginning, or at a position. */
export type OpenParent = (at?: Position) => AsyncIterable<BoundPage>;

/** A first item that was read ahead, and the rest of its sequence. */
export async function* joinedWith<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
	try {
		yield first;
		yield* rest;
	} finally {
		await rest.return(undefined);
	}
}

/** One partition with known rows. */
export function singleBinding(binding: Binding): Partitions {
	return {
		async *from() {
			yield {bindings: [binding], place: 0, next: null};
		},
	};
}

/**
 * All partitions of the first source, then those of the next. `name` is the name of the row in all of them.
 */
export function inTurn(
	name: string,
	sources: readonly (readonly [resource: string, source: Partitions])[],
): Partitions {
	return {
		async *from(place) {
			const start = place as {source: string; at?: Cursor} | undefined;
			const first = sources.findIndex(([resource]) => resource === start?.source);
			let at = start?.at;
			for (let index = Math.max(first, 0); index < sources.length; index++) {
				const [resource, source] = sources[index] as (typeof sources)[number];
				const [following] = sources[index + 1] ?? [];
				const after: Cursor = following === undefined ? null : {source: following};
				const isOther = start !== undefined && index > first;
				for await (const {bindings, place, next, ...known} of source.from(at)) {
					const then = next === null ? after : next === undefined ? next : {source: resource, at: next};
					yield {
						...known,
						...(isOther && {resumes: false}),
						bindings: bindings.map(binding => ({...binding, chosen: {...binding.chosen, [name]: resource}})),
						place: {source: resource, at: place},
						...(then !== undefined && {next: then}),
					};
				}
				at = undefined;
			}
		},
	};
}

/**
 * One partition for each combination of listed values, in order: the last name varies fastest.
 * @example listed({region: ['eu', 'us'], year: [2025, 2026]})
 */
export function listedValues(lists: Readonly<Record<string, readonly JsonValue[]>>): Partitions {
	const entries = Object.entries(lists);
	const total = entries.reduce((product, [, list]) => product * list.length, 1);
	const valuesAt = (index: number): JsonObject => {
		const values: [name: string, value: JsonValue][] = [];
		let rest = index;
		for (const [name, list] of entries.toReversed()) {
			values.push([name, list[rest % list.length] as JsonValue]);
			rest = Math.floor(rest / list.length);
		}
		return Object.fromEntries(values.reverse());
	};
	return {
		async *from(place = 0) {
			for (let index = place as number; index < total; index++) {
				const binding = {rows: {}, values: valuesAt(index), where: `partition ${index}`};
				yield {bindings: [binding], place: index, next: index + 1 < total ? index + 1 : null};
			}
		},
	};
}

/**
 * Combines each partition of `outer` with every partition of `innerOf` for it.
 * @example product(listed({region: ['eu', 'us']}), () => listed({year: [2025, 2026]}))
 */
export function product(outer: Partitions, innerOf: (one: Partition) => Partitions): Partitions {
	return {
		async *from(place) {
			const start = place as {outer: Cursor; inner?: Cursor} | undefined;
			let innerPlace = start?.inner;
			for await (const one of outer.from(start?.outer)) {
				const after: Cursor | undefined =
					one.next === null || one.next === undefined ? one.next : {outer: one.next};
				const isOther = one.resumes === false;
				for await (const other of innerOf(one).from(isOther ? undefined : innerPlace)) {
					const next =
						other.next === null
							? after
							: other.next === undefined
								? undefined
								: {outer: one.place, inner: other.next};
					const resumes = isOther ? false : other.resumes;
					yield {
						bindings: one.bindings.flatMap(binding =>
							other.bindings.map(added => combineBindings(binding, added)),
						),
						place: {outer: one.place, inner: other.place},
						...(one.key !== undefined && {key: `${one.key}${other.key ?? ''}`}),
						...(resumes !== undefined && {resumes}),
						...(next !== undefined && {next}),
						...(one.states && {states: other.next === null ? one.states : unchangedStates(one.states)}),
					};
				}
				if (!isOther) innerPlace = undefined;
			}
		},
	};
}

/** The states of a partition that is one of several for the same rows, and not the last. */
export function unchangedStates({
	before,
}: NonNullable<Partition['states']>): NonNullable<Partition['states']> {
	return {before, after: before};
}

/** A binding with the rows and values of both. */
export function combineBindings(one: Binding, other: Binding): Binding {
	return {
		rows: {...one.rows, ...other.rows},
		...((one.chosen || other.chosen) && {chosen: {...one.chosen, ...other.chosen}}),
		values: {...one.values, ...other.values},
		where: `${one.where}, ${other.where}`,
	};
}

/**
 * Only the partitions that are wanted.
 * @example filtered(parents, ({bindings}) => bindings[0]?.rows.posts?.open === true)
 */
export function filtered(all: Partitions, isWanted: (partition: Partition) => boolean): Partitions {
	return {
		async *from(place) {
			for await (const partition of all.from(place)) if (isWanted(partition)) yield partition;
		},
	};
}
