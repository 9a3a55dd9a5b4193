/**
 * Where the partitions of a resource come from: the rows of a parent, a list, or both; each a sequence that
 * can begin anywhere.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {own} from '../../core/own.ts';
import type {Cursor, JsonRecord, Page} from '../../core/page.ts';
import {isObject} from '../../core/path/path.ts';
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
export function originOf({chosen = {}}: Binding, name: string): string {
	return own(chosen, name) ?? name;
}

/** The row of a resource, or of whichever of several this one is of. */
export function rowOf(binding: Binding, name: string): JsonRecord | undefined {
	return own(binding.rows, originOf(binding, name));
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

/** One partition, whose rows are known. */
export function settled(binding: Binding): Partitions {
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
				for await (const {bindings, place, next, ...known} of source.from(at)) {
					const then = next === null ? after : next === undefined ? next : {source: resource, at: next};
					yield {
						...known,
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

/** One partition for each combination of listed values, in order: the last name varies fastest. */
export function listed(lists: Readonly<Record<string, readonly JsonValue[]>>): Partitions {
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

/** For each partition of `outer` every one that `innerOf` has for it. */
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
						bindings: one.bindings.flatMap(binding => other.bindings.map(added => combined(binding, added))),
						place: {outer: one.place, inner: other.place},
						...(one.key !== undefined && {key: `${one.key}${other.key ?? ''}`}),
						...(resumes !== undefined && {resumes}),
						...(next !== undefined && {next}),
						...(one.states && {states: other.next === null ? one.states : unchanged(one.states)}),
					};
				}
				if (!isOther) innerPlace = undefined;
			}
		},
	};
}

/** Of a partition that is one of several for the same rows, and not the last. */
export function unchanged({before}: NonNullable<Partition['states']>): NonNullable<Partition['states']> {
	return {before, after: before};
}

/** The rows and values of both. */
export function combined(one: Binding, other: Binding): Binding {
	return {
		rows: {...one.rows, ...other.rows},
		...((one.chosen || other.chosen) && {chosen: {...one.chosen, ...other.chosen}}),
		values: {...one.values, ...other.values},
		where: `${one.where}, ${other.where}`,
	};
}

/** Those that are wanted. */
export function filtered(all: Partitions, isWanted: (partition: Partition) => boolean): Partitions {
	return {
		async *from(place) {
			for await (const partition of all.from(place)) if (isWanted(partition)) yield partition;
		},
	};
}

/**
 * Partitions in batches of at most `size`. A place names all members of its batch: with others it is another
 * request.
 */
export function batched(all: Partitions, size: number): Partitions {
	return {
		async *from(place) {
			const start =
				isObject(place as JsonValue) && Object.hasOwn(place as JsonObject, 'batch')
					? (place as BatchPlace)
					: undefined;
			let batch: Partition[] = [];
			let isFirst = true;
			const joined = (): Partition => {
				const one = joinedOf(batch);
				const isOther = isFirst && start !== undefined && start.keys !== one.key;
				batch = [];
				isFirst = false;
				return isOther || (start && one.resumes === false) ? {...one, resumes: false} : one;
			};
			for await (const partition of all.from(start ? start.batch : place)) {
				batch.push(partition);
				if (batch.length === size) yield joined();
			}
			if (batch.length > 0) yield joined();
		},
	};
}

type BatchPlace = {batch: Cursor; keys: string};

function joinedOf(batch: readonly Partition[]): Partition {
	const last = batch.at(-1);
	const [first] = batch;
	const keys = batch.every(({key}) => key !== undefined) ? batch.map(({key}) => key).join('') : undefined;
	const place = first?.place ?? null;
	return {
		bindings: batch.flatMap(({bindings}) => bindings),
		place: keys === undefined ? place : {batch: place, keys},
		...(keys !== undefined && {key: keys}),
		...(first?.resumes !== undefined && {resumes: first.resumes}),
		...(last?.next !== undefined && {next: last.next}),
		...(first?.states && last?.states && {states: {before: first.states.before, after: last.states.after}}),
	};
}
