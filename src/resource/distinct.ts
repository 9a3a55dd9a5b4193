/** Parents with the same values are asked for once. */
import {StageError} from '../core/errors.ts';
import {fingerprints} from '../core/fingerprints.ts';
import type {Partition, Partitions} from './partitions.ts';

export interface DistinctOptions {
	/** Of the resource, for messages. */
	readonly name?: string;
	/** Memory for what tells keys apart, about 27 bytes each. @default 1 GiB */
	readonly maxBytes?: number;
}

/**
 * Only the first of those with the same key, by 128-bit fingerprints. A place is a count: whoever resumes reads the source from its
 * beginning, as the keys must be known again.
 */
export function distinct(
	all: Partitions,
	key: (partition: Partition) => string,
	{name, maxBytes = 2 ** 30}: DistinctOptions = {},
): Partitions {
	return {
		async *from(start = 0) {
			const seen = fingerprints(maxBytes);
			for await (const partition of all.from()) {
				const place = seen.size;
				const isNew = seen.add(key(partition));
				if (isNew === undefined) throw tooMany(name, place, maxBytes);
				if (isNew && place >= (start as number)) yield {bindings: partition.bindings, place, next: place + 1};
			}
		},
	};
}

function tooMany(name: string | undefined, keys: number, maxBytes: number): StageError {
	return new StageError(
		`${name === undefined ? '' : `${name}: `}distinct knows ${keys} parents by their values, as many as fit in ${Math.round(maxBytes / 2 ** 20)} MiB. Leave it out, or read fewer parents in one run`,
	);
}
