/** Keeps the records that a transform refused: a JSONL file beside the data. */
import {type JsonObject, stringify} from '../../src/core/json/json.ts';
import type {Rejection} from '../../src/core/schema/schema.ts';
import type {Sink} from '../../src/core/stage.ts';
import {fileOutput} from './output.ts';

/**
 * The sink, with rejections written to `path`; without a path they are counted only. The file is there also
 * when nothing is refused, so that one of an earlier run does not pass for this run's; and it is in place
 * before the data is, for whoever sees the data.
 */
export function withRejects(inner: Sink, path: string | undefined): Sink {
	if (path === undefined) return inner;
	const output = fileOutput(path);
	let opening: Promise<void> | undefined;
	let isDiscarded = false;

	async function open(): Promise<void> {
		await inner.open?.();
		if (!isDiscarded) await output.open();
	}

	return {
		...inner,
		open() {
			opening = open();
			return opening;
		},
		async write(page) {
			if (page.rejections?.length)
				await output.write(
					Buffer.from(page.rejections.map(rejection => line(page.resource, rejection)).join('')),
				);
			await inner.write(page);
		},
		async close() {
			await output.close();
			await inner.close();
		},
		async discard(error) {
			isDiscarded = true;
			// What is still being opened would be there afterwards.
			await opening?.catch(() => {});
			try {
				await output.discard();
			} finally {
				await inner.discard?.(error);
			}
		},
	};
}

function line(resource: string, rejection: Rejection): string {
	return `${stringify(rejectionLine(resource, rejection))}\n`;
}

/** What is kept of a rejection: where the record came from, what is wrong with it, and the record. */
export function rejectionLine(
	resource: string,
	{page, index, column, reason, record}: Rejection,
): JsonObject {
	return {resource, page, index, ...(column !== undefined && {column}), reason, record};
}
