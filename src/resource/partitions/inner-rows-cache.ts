/**
 * A cache for the inner side of a product: it is read once for all partitions of the outer side with the same
 * request, as far as the memory allows.
 */
import {stringify} from '../../core/json/json.ts';
import type {JsonRecord} from '../../core/page.ts';
import type {Binding, Partition, Partitions} from './partitions.ts';

/** Characters of JSON. A longer result is not kept: it is read again for each partition of the outer side. */
const MOST = 8 * 1024 * 1024;

/** The part of a binding with the rows of some resources. */
export function bindingOf({rows, chosen, values, where}: Binding, names: ReadonlySet<string>): Binding {
	const kept = <T>(all: {readonly [name: string]: T}): {[name: string]: T} =>
		Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
	return {rows: kept(rows), ...(chosen && {chosen: kept(chosen)}), values, where};
}

/**
 * The result of `sourceFor` for the rows of `names` in a partition of the outer side. It is called once for
 * the same rows, by identity. When there is no room for a new result, the oldest one is removed. A walk that
 * begins in the middle is not cached.
 */
export function cachedInnerRows(
	names: ReadonlySet<string>,
	sourceFor: (shared: Binding) => Partitions,
	most: number = MOST,
): (outer: Partition) => Partitions {
	const sets = new Map<string, {readonly partitions: readonly Partition[]; readonly size: number}>();
	let total = 0;
	const numberOf = numbers();

	function hasRoom(size: number): boolean {
		for (const [key, set] of sets) {
			if (total + size <= most) break;
			sets.delete(key);
			total -= set.size;
		}
		return total + size <= most;
	}

	return ({bindings: [outer]}) => {
		const shared = bindingOf(outer ?? {rows: {}, values: {}, where: ''}, names);
		const key = Object.values(shared.rows).map(numberOf).join();
		const source = sourceFor(shared);
		return {
			async *from(place) {
				const known = place === undefined ? sets.get(key) : undefined;
				if (known) {
					yield* known.partitions;
					return;
				}
				let size = key.length;
				let partitions: Partition[] | undefined = place === undefined && hasRoom(size) ? [] : undefined;
				for await (const partition of source.from(place)) {
					if (partitions) {
						size += sizeOf(partition, partitions.at(-1));
						if (hasRoom(size)) partitions.push(partition);
						else partitions = undefined;
					}
					yield partition;
				}
				if (!partitions) return;
				sets.set(key, {partitions, size});
				total += size;
			},
		};
	};
}

// Rows of ancestors are the same objects in consecutive partitions, and count once.
function sizeOf({bindings, place}: Partition, before: Partition | undefined): number {
	const known = new Set(before?.bindings.flatMap(({rows}) => Object.values(rows)));
	const rows = bindings.flatMap(({rows}) => Object.values(rows)).filter(row => !known.has(row));
	return stringify(place).length + rows.reduce((sum, row) => sum + stringify(row).length, 0);
}

function numbers(): (row: JsonRecord) => number {
	const known = new WeakMap<JsonRecord, number>();
	let last = 0;
	return row => {
		const number = known.get(row) ?? ++last;
		known.set(row, number);
		return number;
	};
}
