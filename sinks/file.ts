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
	/** What bytes pass through on their way to the output. */
	compress?(output: Output): Output;
}

export function fileSink(format: FileFormat, destination: Output): Sink {
	const counts: Partial<Counts> = {};
	const output = format.compress?.(destination) ?? destination;
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
			counts.bytesWritten = destination.position;
		},
		discard: () => output.discard(),
	};
}
