/** Partitions in batches: one walk for each batch. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import {isObject} from '../../core/path/path.ts';
import type {Partition, Partitions} from './partitions.ts';

/**
 * Partitions in batches of at most `size`. A place names all members of its batch: with other members it is
 * another request.
 * @example batched(listed({id: [1, 2, 3]}), 2)
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
