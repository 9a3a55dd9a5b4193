/** The body of a response from a recording. */
import {createReadStream, type ReadStream} from 'node:fs';
import {messageOf} from '../../core/stage.ts';
import type {Gathered} from '../connection/body-queue.ts';
import {Failure} from '../failure.ts';

export interface ReplayedBody extends AsyncIterableIterator<Uint8Array> {
	gather(limitBytes: number): Promise<Gathered>;
}

function unreadable(cause: unknown): never {
	throw new Failure(`was answered with a body that the recording has lost: ${messageOf(cause)}`, {
		code: 'ERR_NOT_RECORDED',
		retryable: false,
		cause,
	});
}

/**
 * The content of the file, if there is one. At the end, `last` may throw the recorded error of the
 * connection.
 */
export function recordedBody(
	path: string | undefined,
	onBytes: (bytes: number) => void,
	last: () => void,
): ReplayedBody {
	// The first read opens the file, so that a response that is not read leaves no file open.
	let stream: ReadStream | undefined;
	let chunks: AsyncIterator<Uint8Array> | undefined;

	async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
		if (path !== undefined) stream ??= createReadStream(path);
		chunks ??= stream?.[Symbol.asyncIterator]();
		const read = await chunks?.next().catch(unreadable);
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
			stream?.destroy();
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
