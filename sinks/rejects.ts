/** Keeps the records that a transform refused: a JSONL file beside the data, made when the first one comes. */
import {stringify} from '../src/core/json.ts';
import type {Sink} from '../src/core/stage.ts';
import {fileOutput, type Output} from './output.ts';

/** The sink, with rejections written to `path`. Without a path they are counted only. The file shares the fate of the data. */
export function withRejects(inner: Sink, path: string | undefined): Sink {
	if (path === undefined) return inner;
	let output: Output | undefined;
	return {
		...inner,
		async write(page) {
			if (page.rejections?.length) {
				if (!output) {
					output = fileOutput(path);
					await output.open();
				}
				let text = '';
				for (const {reason, column, page: number, index, record} of page.rejections) {
					text += `${stringify({resource: page.resource, page: number, index, ...(column !== undefined && {column}), reason, record})}\n`;
				}
				await output.write(Buffer.from(text));
			}
			await inner.write(page);
		},
		async close() {
			await output?.close();
			await inner.close();
		},
		async discard(error) {
			await output?.discard();
			await inner.discard?.(error);
		},
	};
}
