/** Decompressors for the files of other programs: those of Node, and those of a package that need not be there. */
import zlib from 'node:zlib';
import type {Compressors} from 'hyparquet';

type Decompress = (bytes: Uint8Array) => Uint8Array;

// Not in the import itself: a bundler would resolve it.
const PACKAGE = 'hyparquet-compressors';

type Package = typeof import('hyparquet-compressors');

let found: Promise<Compressors> | undefined;

/** Node 20 lacks Zstandard, with which deltalake compacts tables. */
export function decompressors(): Promise<Compressors> {
	found ??= load();
	return found;
}

async function load(): Promise<Compressors> {
	const {zstdDecompressSync} = zlib as {zstdDecompressSync?: Decompress};
	const own = {
		GZIP: (bytes: Uint8Array) => zlib.gunzipSync(bytes),
		BROTLI: (bytes: Uint8Array) => zlib.brotliDecompressSync(bytes),
		...(zstdDecompressSync && {ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes)}),
	};
	const {compressors} = (await import(PACKAGE).catch(() => ({}))) as Partial<Package>;
	return {...compressors, ...own};
}

/** What to do about a file that cannot be read. */
export function adviceFor(error: unknown): string {
	return /unsupported compression codec/.test(String(error))
		? `Install a package that reads it (npm install ${PACKAGE}), or run Sluice by Node 22.15 or newer`
		: 'Restore the file, or read all again into another place';
}
