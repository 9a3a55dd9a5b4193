/** A sink that encodes pages into one output: what `jsonl()`, `csv()` and `parquet()` have in common. */
import type {Page} from '../src/core/page.ts';
import type {Counts, Sink} from '../src/core/stage.ts';
import type {Output} from './output.ts';

/** Writes pages to one output in one format. Holds no resources of its own: the output's owner closes or discards it. */
export interface Encoder {
	write(page: Page): Promise<void>;
	/** Writes whatever is still held back, and the footer. */
	finish(): Promise<void>;
}

/** A file format: how pages become bytes. */
export interface FileFormat {
	/** `jsonl`, `csv`, `parquet`. */
	readonly name: string;
	/** Without the dot: `jsonl.gz`. */
	readonly extension: string;
	encoder(output: Output): Encoder;
}

export function fileSink(format: FileFormat, output: Output): Sink {
	const counts: Partial<Counts> = {};
	let encoder: Encoder;
	return {
		name: `${format.name} ${output.name}`,
		counts,
		async open() {
			await output.open();
			encoder = format.encoder(output);
		},
		write: page => encoder.write(page),
		async close() {
			await encoder.finish();
			await output.close();
			counts.bytesWritten = output.position;
		},
		discard: () => output.discard(),
	};
}
