/** Parents with the same values are asked for once. */
import {createHash} from 'node:crypto';
import {StageError} from '../../core/errors.ts';
import {fingerprints} from '../../core/fingerprints.ts';
import {KEY_LENGTH} from './parent-rows.ts';
import type {Partition, Partitions} from './partitions.ts';

export interface DistinctOptions {
	/** Of the resource, for messages. */
	readonly name?: string;
	/** Memory for what tells keys apart, about 27 bytes each. @default 1 GiB */
	readonly maxBytes?: number;
	/** Told in words when the parent that a place names is not where it was. */
	readonly onLost?: (message: string) => void;
}

type Place = {at: number; key: string};

/**
 * Only the first of those with the same key, by 128-bit fingerprints. A place is a count and a key: whoever
 * resumes reads the source from its beginning, as the keys must be known again. Where the key has moved, the
 * walk goes on there; where it is gone, at the count.
 */
export function distinct(
	all: Partitions,
	key: (partition: Partition) => string,
	{name, maxBytes = 2 ** 30, onLost}: DistinctOptions = {},
): Partitions {
	async function* read(): AsyncGenerator<Partition & {readonly key: string; readonly count: number}> {
		const seen = fingerprints(maxBytes);
		for await (const partition of all.from()) {
			const count = seen.size;
			const id = key(partition);
			const isNew = seen.add(id);
			if (isNew === undefined) throw tooMany(name, count, maxBytes);
			if (isNew)
				yield {
					bindings: partition.bindings,
					place: {at: count, key: short(id)},
					next: count + 1,
					key: short(id),
					count,
				};
		}
	}

	return {
		async *from(start = 0) {
			const {at, key: named} = typeof start === 'number' ? {at: start, key: undefined} : (start as Place);
			let isFound = named === undefined;
			for await (const {count, ...partition} of read()) {
				if (!isFound && partition.key === named) {
					if (count !== at)
						onLost?.(
							`distinct: the parent at which the run before broke off was number ${at + 1}, and is ${count + 1}`,
						);
					isFound = true;
					yield {...partition, resumes: true};
				} else if (isFound && (named !== undefined || count >= at)) {
					yield named === undefined ? partition : {...partition, resumes: false};
				}
			}
			if (isFound) return;
			onLost?.(
				'distinct: the parent at which the run before broke off is gone; those after its place are read from their beginning',
			);
			for await (const {count, ...partition} of read()) if (count >= at) yield {...partition, resumes: false};
		},
	};
}

function short(id: string): string {
	return createHash('sha256').update(id).digest('base64').slice(0, KEY_LENGTH);
}

function tooMany(name: string | undefined, keys: number, maxBytes: number): StageError {
	return new StageError(
		`${name === undefined ? '' : `${name}: `}distinct knows ${keys} parents by their values, as many as fit in ${Math.round(maxBytes / 2 ** 20)} MiB. Leave it out, or read fewer parents in one run`,
	);
}
