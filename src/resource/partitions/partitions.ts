/**
 * Where the partitions of a resource come from: the rows of a parent, a list, or both; each a sequence that
 * can begin anywhere.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import type {Cursor, JsonRecord, Page} from '../../core/page.ts';
import type {Range} from '../incremental/range.ts';
import type {StatesPatch} from './ancestor-states.ts';

/**
 * What one request is made from: rows of parents by the name of their resource, and listed values by theirs.
 */
export interface Binding {
	readonly rows: {readonly [resource: string]: JsonRecord};
	/** Where rows of several resources come in turn, by the name of all of them: the one that this row is of. */
	readonly chosen?: {readonly [name: string]: string};
	readonly values: JsonObject;
	/** In words, for messages: `users, record 4 of page 1`. */
	readonly where: string;
	/** Of an incremental resource: what is asked for. */
	readonly range?: Range;
}

/** The resource that a name stands for here: of several in turn, the one that the row is of. */
export function resourceOf({chosen = {}}: Binding, name: string): string {
	return ownValue(chosen, name) ?? name;
}

/** The row of a resource, or of whichever of several this one is of. */
export function rowOf(binding: Binding, name: string): JsonRecord | undefined {
	return ownValue(binding.rows, resourceOf(binding, name));
}

/** One walk of a resource. Several bindings are a batch: one walk for all of them. */
export interface Partition {
	readonly bindings: readonly Binding[];
	/** Begins with this partition. */
	readonly place: Cursor;
	/** Begins right after it; `null` when nothing follows, absent when that place is not known. */
	readonly next?: Cursor;
	/**
	 * What the state of the resource holds of its ancestors. Absent where all of their rows are read each time.
	 */
	readonly states?: {
		/** At `place`. */
		readonly before: StatesPatch;
		/** At `next`. */
		readonly after: StatesPatch;
	};
	/** Who it is, wherever its place is. Absent: only its place tells. */
	readonly key?: string;
	/**
	 * Where the sequence began at a place: whether it is the one that the place names. Absent: the first one is.
	 */
	readonly resumes?: boolean;
}

/** An ordered sequence of partitions; all it knows about its progress is in their places. */
export interface Partitions {
	/** From the beginning, or from a place on. Nothing is fetched before it is asked for. */
	from(place?: Cursor): AsyncIterable<Partition>;
}

/** A page, and what the request behind it was bound to. */
export interface BoundPage extends Page {
	readonly binding?: Binding;
}

/** A place between two pages of a resource. */
export interface Position {
	/** That of the page before. */
	readonly cursor: Cursor;
	/** Number of the page after it. */
	readonly page: number;
}

/** Opens a parent at the beginning, or at a position. */
export type OpenParent = (at?: Position) => AsyncIterable<BoundPage>;

/** What was read of a sequence to look at it, and the rest of it. */
export async function* joinedWith<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
	try {
		yield first;
		yield* rest;
	} finally {
		await rest.return(undefined);
	}
}

/** One partition, whose rows are known. */
export function singleBinding(binding: Binding): Partitions {
	return {
		async *from() {
			yield {bindings: [binding], place: 0, next: null};
		},
	};
}

/**
 * All of the first source, then all of the next; `name` is what the row is called whichever of them it is
 * from.
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
 * For each partition of `outer` every one that `innerOf` has for it.
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

/** Of a partition that is one of several for the same rows, and not the last. */
export function unchangedStates({
	before,
}: NonNullable<Partition['states']>): NonNullable<Partition['states']> {
	return {before, after: before};
}

/** The rows and values of both. */
export function combineBindings(one: Binding, other: Binding): Binding {
	return {
		rows: {...one.rows, ...other.rows},
		...((one.chosen || other.chosen) && {chosen: {...one.chosen, ...other.chosen}}),
		values: {...one.values, ...other.values},
		where: `${one.where}, ${other.where}`,
	};
}

/**
 * Those that are wanted.
 * @example filtered(parents, ({bindings}) => bindings[0]?.rows.posts?.open === true)
 */
export function filtered(all: Partitions, isWanted: (partition: Partition) => boolean): Partitions {
	return {
		async *from(place) {
			for await (const partition of all.from(place)) if (isWanted(partition)) yield partition;
		},
	};
}
