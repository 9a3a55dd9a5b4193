/** The codecs of a page: those of Node's zlib, and Snappy, which parquetjs-lite reads. */
import {promisify} from 'node:util';
import zlib from 'node:zlib';
import types from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import compression from 'parquetjs-lite/lib/compression.js';
import {ConfigError} from '../../../src/core/errors.ts';
import {compressSnappy} from './snappy.ts';

export const compressions = ['snappy', 'gzip', 'brotli', 'zstd', 'none'] as const;
export type Compression = (typeof compressions)[number];

export interface Codec {
	readonly name: Compression;
	compress(bytes: Buffer): Promise<Buffer> | Buffer;
	decompress(bytes: Buffer): Promise<Buffer> | Buffer;
}

/** A function of zlib that the types of Node 20 lack. */
type ZstdFunction = (
	bytes: Buffer,
	options: {params?: {[parameter: number]: number}},
	done: (error: Error | null, result: Buffer) => void,
) => void;

const levels: {
	readonly [name in Compression]?: {readonly least: number; readonly most: number; readonly usual: number};
} = {
	gzip: {least: 1, most: 9, usual: 1},
	brotli: {least: 0, most: 11, usual: 1},
	zstd: {least: 1, most: 22, usual: 1},
};

/** The codec of a name. Throws `ConfigError` for a name, a level or a Node version that it cannot use. */
export function codec(name: Compression, level?: number): Codec {
	if (!compressions.includes(name))
		throw new ConfigError(
			`parquet: compression must be one of ${compressions.join(', ')}; got ${JSON.stringify(name)}`,
		);
	const used = checkedLevel(name, level);
	if (name === 'snappy') return snappy;
	if (name === 'gzip') return gzip(used);
	if (name === 'brotli') return brotli(used);
	return name === 'zstd' ? zstd(used) : none;
}

/** The names in Parquet. */
export const codecNames = {
	snappy: 'SNAPPY',
	gzip: 'GZIP',
	brotli: 'BROTLI',
	zstd: 'ZSTD',
	none: 'UNCOMPRESSED',
} as const satisfies {[name in Compression]: string};

/** The number of a codec in the footer. */
export function formatCode(name: Compression): number {
	return types.CompressionCodec[codecNames[name]];
}

/** The codec with a number; `undefined` for those that are not used here. */
export function compressionOf(code: number): Compression | undefined {
	return compressions.find(name => formatCode(name) === code);
}

/** Pages below this size are compressed without a trial: there is little to win. */
const LEAST_JUDGED = 64 * 1024;
const SAMPLE_BYTES = 16 * 1024;
/** The largest fraction of a sample that compression may leave. */
const WORTHWHILE = 0.9;

/**
 * The codec for a chunk that begins with this page: none where hardly anything would be saved, as with random
 * ids. That saves most of the time that such columns take to write, and some of the time to read them.
 */
export async function codecFor(wanted: Codec, page: Buffer): Promise<Codec> {
	if (page.length < LEAST_JUDGED) return wanted;
	const sample = await wanted.compress(page.subarray(0, SAMPLE_BYTES));
	return sample.length > SAMPLE_BYTES * WORTHWHILE ? none : wanted;
}

/** Whether chunks might have been written with this codec, some of them without any. */
export function isWrittenBy({name}: Codec, chunks: readonly {readonly compression: Compression}[]): boolean {
	return (
		chunks.some(chunk => chunk.compression === name) &&
		chunks.every(chunk => chunk.compression === name || chunk.compression === none.name)
	);
}

function checkedLevel(name: Compression, level: number | undefined): number {
	const range = levels[name];
	if (level === undefined) return range?.usual ?? 0;
	if (!range) throw new ConfigError(`parquet: level has no meaning with compression ${name}; leave it out`);
	if (!Number.isInteger(level) || level < range.least || level > range.most)
		throw new ConfigError(
			`parquet: level must be a whole number from ${range.least} to ${range.most} with compression ` +
				`${name}; got ${level}`,
		);
	return level;
}

const none: Codec = {name: 'none', compress: bytes => bytes, decompress: bytes => bytes};

const snappy: Codec = {
	name: 'snappy',
	compress: compressSnappy,
	decompress: bytes => compression.inflate('SNAPPY', bytes),
};

// The asynchronous functions of zlib work on other threads: requests go on while a page is compressed.
function gzip(level: number): Codec {
	const compress = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gzip);
	const decompress = promisify<Buffer, Buffer>(zlib.gunzip);
	return {name: 'gzip', compress: bytes => compress(bytes, {level}), decompress};
}

function brotli(quality: number): Codec {
	const compress = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);
	const decompress = promisify<Buffer, Buffer>(zlib.brotliDecompress);
	const {BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT} = zlib.constants;
	return {
		name: 'brotli',
		compress: bytes =>
			compress(bytes, {params: {[BROTLI_PARAM_QUALITY]: quality, [BROTLI_PARAM_SIZE_HINT]: bytes.length}}),
		decompress,
	};
}

// ZSTD_c_compressionLevel in the interface of zstd.
const ZSTD_LEVEL = 100;

function zstd(level: number): Codec {
	const {zstdCompress, zstdDecompress} = zlib as {zstdCompress?: ZstdFunction; zstdDecompress?: ZstdFunction};
	if (!zstdCompress || !zstdDecompress)
		throw new ConfigError(
			`parquet: compression zstd needs Node 22.15 or newer, and this is ${process.version}; use gzip ` +
				'for small files or snappy for fast ones',
		);
	const compress = promisify(zstdCompress);
	const decompress = promisify(zstdDecompress);
	return {
		name: 'zstd',
		compress: bytes => compress(bytes, {params: {[ZSTD_LEVEL]: level}}),
		decompress: bytes => decompress(bytes, {}),
	};
}
