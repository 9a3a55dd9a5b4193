/** Partitions without duplicates: parents with the same values are read once. */
import {createHash} from 'node:crypto';
import {StageError} from '../../core/errors.ts';
import {fingerprints} from '../../core/fingerprints.ts';
import type {Cursor} from '../../core/page.ts';
import {type Done, isDone, isFullText, KEY_LENGTH, withKey} from './done-parents.ts';
import {joinedWith, type Partition, type Partitions} from './partitions.ts';

export interface DistinctOptions {
	/** Name of the resource, for messages. */
	readonly name?: string;
	/** Memory for the fingerprints of the keys, about 27 bytes each. @default 1 GiB */
	readonly maxBytes?: number;
	/** Gets a message when the list of parents differs from the one that the place describes. */
	readonly onLost?: (message: string) => void;
}

// Places of older versions have no `done`, and a shorter key.
type DistinctPlace = {at: number; key?: string; done?: Done};

type Counted = Omit<Partition, 'key'> & {readonly key: string; readonly count: number};

/**
 * Only the first of the partitions with the same key, by 128-bit fingerprints. A place names its parent and
 * the parents that are done. A resumed run reads the source from its beginning, as it needs the keys again.
 * @example distinct(parents, ({bindings}) => JSON.stringify(bindings[0]?.rows.posts?.author))
 */
export function distinct(
	all: Partitions,
	key: (partition: Partition) => string,
	{name, maxBytes = 2 ** 30, onLost}: DistinctOptions = {},
): Partitions {
	async function* read(): AsyncGenerator<Counted> {
		const seen = fingerprints(maxBytes);
		for await (const {bindings, place} of all.from()) {
			const count = seen.size;
			const id = key({bindings, place});
			const isNew = seen.add(id);
			if (isNew === undefined) throw tooMany(name, count, maxBytes);
			if (isNew) yield {bindings, place, key: short(id), count};
		}
	}

	/** The partitions that are not done. */
	async function* rest(
		partitions: AsyncIterable<Counted>,
		known: Done,
		named: string | undefined,
	): AsyncGenerator<Partition> {
		const isKnown = isDone(known);
		let done = known;
		for await (const one of partitions) {
			if (isKnown.has(one.key)) continue;
			yield partitionOf(one, one.count, done, named === undefined ? undefined : one.key === named);
			done = withKey(done, one.key);
		}
	}

	async function lookedFor(named: string): Promise<Counted | undefined> {
		for await (const one of read()) if (one.key === named) return one;
		return undefined;
	}

	/** The partitions from an index on, for a place without keys. */
	async function* counted(at: number): AsyncGenerator<Counted> {
		for await (const one of read()) if (one.count >= at) yield one;
	}

	return {
		async *from(start) {
			const {at, key: named, done} = placeOf(start);
			if (!Array.isArray(done)) {
				yield* rest(counted(at), [], undefined);
				return;
			}
			// As long as the parents that are done come first, the list is unchanged.
			const isKnown = isDone(done);
			const partitions = read();
			let count = 0;
			let {value: one} = await partitions.next();
			for (; one && count < at && isKnown.has(one.key); count++) ({value: one} = await partitions.next());
			if (count === at && (named === undefined || one?.key === named)) {
				if (one) yield* rest(joinedWith(one, partitions), done, named);
				return;
			}
			await partitions.return(undefined);
			const own = named === undefined ? undefined : await lookedFor(named);
			onLost?.(changed(named !== undefined && !own, done));
			// The interrupted partition comes before all others, wherever it is in the list.
			if (own) yield partitionOf(own, 0, done, true);
			yield* rest(read(), own ? withKey(done, own.key) : done, '');
		},
	};
}

function placeOf(start: Cursor = 0): DistinctPlace {
	return typeof start === 'number' ? {at: start} : (start as DistinctPlace);
}

function partitionOf(
	{bindings, key, count}: Counted,
	at: number,
	done: Done,
	resumes: boolean | undefined,
): Partition {
	const known = at === count ? {at: at + 1} : {at};
	return {
		bindings,
		key,
		place: {at, key, done},
		next: {...known, done: withKey(done, key)},
		...(resumes !== undefined && {resumes}),
	};
}

function changed(isGone: boolean, done: Done): string {
	return `distinct: the list of parents has changed since the run before broke off${
		isGone ? ', and the parent at which it broke off is gone' : ''
	}: the parents that were done are left out${isFullText(done) ? '; beyond the first million they may come twice' : ''}`;
}

function short(id: string): string {
	return createHash('sha256').update(id).digest('base64').slice(0, KEY_LENGTH);
}

function tooMany(name: string | undefined, keys: number, maxBytes: number): StageError {
	return new StageError(
		`${name === undefined ? '' : `${name}: `}distinct knows ${keys} parents by their values, as many as ` +
			`fit in ${Math.round(maxBytes / 2 ** 20)} MiB. Leave it out, or read fewer parents in one run`,
	);
}
