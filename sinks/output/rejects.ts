/** Stores the records that a transform refused: a JSONL file beside the data. */
import {type JsonObject, stringify} from '../../src/core/json/json.ts';
import type {Rejection} from '../../src/core/schema/schema.ts';
import type {Sink} from '../../src/core/stage.ts';
import {fileOutput} from './output.ts';

/**
 * The sink, with rejections written to `path`; without a path they are only counted. The file exists also
 * when no record is refused, so that a file of an earlier run is not taken for this run's. It is complete
 * before the data appears, so that a reader of the data finds it.
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
			// A file that is still being opened would remain.
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

/** The stored form of a rejection: where the record came from, the reason, and the record. */
export function rejectionLine(
	resource: string,
	{page, index, column, reason, record}: Rejection,
): JsonObject {
	return {resource, page, index, ...(column !== undefined && {column}), reason, record};
}
