/** Writes the bytes of a Parquet file in their order: the magic bytes, chunks as they come, the footer. */
import parquetjs from 'parquetjs-lite';
import {SinkError} from '../../../../src/core/errors.ts';
import type {FileOutput} from '../../../output/output.ts';
import type {ChunkInfo, EncodedChunk} from './pages.ts';

export interface Body {
	/** Appends a chunk and returns where it begins. */
	place(chunk: EncodedChunk): Promise<ChunkInfo>;
	/** Writes the buffered bytes, so that their memory can be used again. */
	flush(): Promise<void>;
	/** Reads a chunk back. The error names `column` when the output cannot be read. */
	read(chunk: ChunkInfo, column: string): Promise<Buffer>;
	/** Writes the buffered rest, then the footer. */
	end(footer: Buffer): Promise<void>;
}

/** Compressed bytes that are buffered before a write. */
const WRITE_BYTES = 1024 * 1024;

export function fileBody(output: FileOutput): Body {
	const write = (bytes: Buffer): Promise<void> => output.write(bytes);
	// The envelope keeps the offset. Its own footer, the only part that needs a schema, lacks some of the data
	// of ours.
	const envelope = new parquetjs.ParquetEnvelopeWriter(
		new parquetjs.ParquetSchema({}),
		write,
		async () => {},
		0,
		{
			pageIndex: false,
		},
	);
	let gathered: Buffer[] = [];
	let gatheredBytes = 0;

	async function begin(): Promise<void> {
		if (envelope.offset === 0) await envelope.writeHeader();
	}

	async function send(): Promise<void> {
		if (gatheredBytes === 0) return;
		const bytes = Buffer.concat(gathered, gatheredBytes);
		gathered = [];
		gatheredBytes = 0;
		await envelope.writeSection(bytes);
	}

	return {
		async place({parts, info}) {
			await begin();
			const start = envelope.offset + gatheredBytes;
			gathered.push(...parts);
			gatheredBytes += info.compressedBytes;
			if (gatheredBytes >= WRITE_BYTES) await send();
			return {...info, start};
		},
		flush: send,
		async read({start, compressedBytes}, column) {
			await send();
			if (!output.read)
				throw new SinkError(
					`${output.name} cannot be read back, and column ${JSON.stringify(column)} changed after rows ` +
						'of it were written; declare its type in the schema, or write to a file',
				);
			return output.read(start, compressedBytes);
		},
		async end(footer) {
			await begin();
			await send();
			await envelope.writeSection(footer);
		},
	};
}
