import {once} from 'node:events';
import {createGzip} from 'node:zlib';
import type {FileOutput} from '../output/output.ts';
import type {FileFormat} from './format.ts';

/**
 * The same format, compressed. Reading needs no change, as gzip is detected by the first bytes of a file.
 * @example dataset('out', 'contacts', {format: gzipped(jsonlFormat)})
 */
export function gzipped<Format extends FileFormat>(format: Format): Format {
	const join = format.join?.bind(format);
	const without = format.without?.bind(format);
	return {
		...format,
		extension: `${format.extension}.gz`,
		compress: gzipOutput,
		...(join && {join: (paths, output, options) => join(paths, gzipOutput(output), options)}),
		...(without && {
			without: (path, dropped, output, options) => without(path, dropped, gzipOutput(output), options),
		}),
	};
}

/** An output that compresses the bytes. `position` counts the bytes before compression. */
export function gzipOutput(inner: FileOutput): FileOutput {
	const gzip = createGzip();
	let position = 0;
	let pump: Promise<void> | undefined;

	async function pour(): Promise<void> {
		for await (const chunk of gzip) await inner.write(chunk);
	}

	return {
		name: inner.name,
		get position() {
			return position;
		},
		async open() {
			await inner.open();
			pump = pour();
			// The next write or close throws the error; until then it must not count as "unhandled".
			pump.catch(error => gzip.destroy(error));
		},
		async write(bytes) {
			position += bytes.length;
			if (!gzip.write(bytes)) await Promise.race([once(gzip, 'drain'), pump]);
		},
		async close() {
			gzip.end();
			await pump;
			await inner.close();
		},
		async discard() {
			gzip.destroy();
			await pump?.catch(() => {});
			await inner.discard();
		},
	};
}
