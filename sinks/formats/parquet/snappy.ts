/** Snappy compression by snappy-wasm: it takes a third of the time of JavaScript, and warms up quickly. */
import {createRequire} from 'node:module';
import compression from 'parquetjs-lite/lib/compression.js';

type Compress = (bytes: Uint8Array) => Uint8Array;

let compress: Compress | undefined;

/** Bytes that are passed at once: WebAssembly never gives memory back. */
const PIECE = 2 * 1024 * 1024;

export function compressSnappy(bytes: Buffer): Buffer {
	compress ??= loaded();
	if (bytes.length <= PIECE) return bufferOf(compress(bytes));
	// References go back by at most 64 KiB, so compressed pieces without their lengths, one after the other,
	// are valid after the total length.
	const parts: Uint8Array[] = [lengthOf(bytes.length)];
	for (let at = 0; at < bytes.length; at += PIECE) {
		const piece = compress(bytes.subarray(at, at + PIECE));
		parts.push(piece.subarray(lengthOf(Math.min(PIECE, bytes.length - at)).length));
	}
	return Buffer.concat(parts);
}

// The package is made for CommonJS: as an ES module, the version for browsers would be loaded, which fetches
// its code.
function loaded(): Compress {
	try {
		return (createRequire(import.meta.url)('snappy-wasm') as typeof import('snappy-wasm')).compress_raw;
	} catch {
		// A bundled program lacks the file with the WebAssembly.
		return bytes => compression.deflate('SNAPPY', bytes);
	}
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

// The length with seven bits a byte, the lowest first.
function lengthOf(length: number): Uint8Array {
	const bytes: number[] = [];
	let rest = length;
	for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
	return Uint8Array.of(...bytes, rest);
}
