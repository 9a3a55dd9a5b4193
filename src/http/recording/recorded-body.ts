/** A body of a recording, as an answer has it. */
import {createReadStream} from 'node:fs';
import type {Gathered} from '../inbox.ts';

export interface ReplayedBody extends AsyncIterableIterator<Uint8Array> {
	gather(limitBytes: number): Promise<Gathered>;
}

/** What is in the file, if there is one; then `last` may throw what the connection threw. */
export function recordedBody(
	path: string | undefined,
	onBytes: (bytes: number) => void,
	last: () => void,
): ReplayedBody {
	const chunks = path === undefined ? undefined : createReadStream(path)[Symbol.asyncIterator]();

	async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
		const read = await chunks?.next();
		if (read && !read.done) {
			onBytes(read.value.length);
			return {value: read.value, done: false};
		}
		last();
		return {value: undefined, done: true};
	}

	const body: ReplayedBody = {
		next,
		async return() {
			await chunks?.return?.();
			return {value: undefined, done: true};
		},
		[Symbol.asyncIterator]: () => body,
		async gather(limitBytes) {
			const gathered: Uint8Array[] = [];
			for (let bytes = 0; bytes <= limitBytes; ) {
				const {value} = await next();
				if (!value) return {chunks: gathered, isAll: true};
				gathered.push(value);
				bytes += value.length;
			}
			return {chunks: gathered, isAll: false};
		},
	};
	return body;
}
