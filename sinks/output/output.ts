/**
 * The destination of bytes: a file that appears whole or not at all, or a stream such as stdout, which is
 * written but never ended.
 */
import {fstatSync, write as writeToDescriptor} from 'node:fs';
import {type FileHandle, open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Writable} from 'node:stream';
import {promisify} from 'node:util';
import {OutputClosedError, SinkError, SluiceError} from '../../src/core/errors.ts';
import {fileProblems, syncFolder} from '../../src/core/files/durable.ts';
import {discardFile, type TargetPath, targetPath, type WholeFile} from './target-path.ts';

export interface FileOutput {
	/** The name in messages: a path, or `stdout`. */
	readonly name: string;
	/** The number of bytes so far: the position of the next write. */
	readonly position: number;
	open(): Promise<void>;
	/**
	 * Resolves when the destination has accepted the bytes, so that a caller that awaits it is slowed to the
	 * pace of the destination.
	 */
	write(bytes: Uint8Array): Promise<void>;
	/** Reads written bytes back; only for a regular file, once it is open. */
	readonly read?: ((position: number, length: number) => Promise<Buffer>) | undefined;
	/**
	 * Replaces everything written so far by these chunks, which may be made by reading it; exists where `read`
	 * does.
	 */
	readonly rewrite?: ((chunks: AsyncIterable<Uint8Array>) => Promise<void>) | undefined;
	/** Makes everything durable and visible. */
	close(): Promise<void>;
	/** Removes everything. */
	discard(): Promise<void>;
}

/**
 * A file that is written under a temporary name in the same folder, flushed to disk and renamed when it is
 * whole. A symbolic link is followed. A path that is no regular file (`/dev/null`, `/dev/stdout`, a named
 * pipe) is written in place, and cannot be read back. `mode` is the mode of the new file. Below the folder
 * `own`, no link is followed.
 * @example sink(fileSink(jsonlFormat, fileOutput('contacts.jsonl')))
 */
export function fileOutput(
	path: string,
	{mode = 0o666, own}: {mode?: number; own?: string} = {},
): FileOutput {
	let place: TargetPath | undefined;
	let handle: FileHandle | undefined;
	let position = 0;
	let pending: Promise<unknown> = Promise.resolve();
	let closing: Promise<void> | undefined;

	// Remembers the step under way, so that `discard` does not remove the file in the middle of it.
	function attempt<T>(work: () => Promise<T>): Promise<T> {
		const result = work().catch(error => {
			throw explain(error, path);
		});
		// The results are dropped, since each would hold the one before it until the file is closed.
		pending = Promise.allSettled([pending, result]).then(() => {});
		return result;
	}

	function opened(): FileHandle {
		if (!handle) throw new SinkError(`cannot write ${path}: it is not open`);
		return handle;
	}

	async function closeHandle(): Promise<void> {
		const last = handle;
		handle = undefined;
		await last?.close();
	}

	async function readBack(from: number, length: number): Promise<Buffer> {
		const buffer = Buffer.allocUnsafe(length);
		let filled = 0;
		while (filled < length) {
			const {bytesRead} = await opened().read(buffer, filled, length - filled, from + filled);
			if (bytesRead === 0)
				throw new SinkError(
					`${path}: the unfinished file was cut at ${from + filled} bytes by another process`,
				);
			filled += bytesRead;
		}
		return buffer;
	}

	async function rewrite({temporary}: WholeFile, chunks: AsyncIterable<Uint8Array>): Promise<void> {
		const second = `${temporary}-2`;
		let target: FileHandle | undefined;
		try {
			target = await open(second, 'wx+', mode);
			let written = 0;
			for await (const chunk of chunks) {
				await writeAll(target, chunk);
				written += chunk.length;
			}
			await rename(second, temporary);
			await closeHandle();
			handle = target;
			position = written;
		} catch (error) {
			await target?.close();
			await rm(second, {force: true});
			throw error;
		}
	}

	async function finish(): Promise<void> {
		if (place?.temporary !== undefined) await opened().sync();
		await closeHandle();
		if (place?.temporary === undefined) return;
		await rename(place.temporary, place.path);
		const folder = dirname(place.path);
		place = undefined;
		await syncFolder(folder);
	}

	return {
		name: path,
		get position() {
			return position;
		},
		open: () =>
			attempt(async () => {
				place = await targetPath(path, own);
				handle =
					place.temporary === undefined
						? await open(place.path, 'a')
						: await open(place.temporary, 'wx+', mode);
			}),
		write: bytes =>
			attempt(async () => {
				await writeAll(opened(), bytes);
				position += bytes.length;
			}),
		get read() {
			if (place?.temporary === undefined) return undefined;
			return (from: number, length: number) => attempt(() => readBack(from, length));
		},
		get rewrite() {
			const whole = place;
			if (whole?.temporary === undefined) return undefined;
			return (chunks: AsyncIterable<Uint8Array>) => attempt(() => rewrite(whole, chunks));
		},
		close() {
			closing ??= attempt(finish);
			return closing;
		},
		async discard() {
			// A pipe without a reader blocks without a limit, so `discard` does not wait for it. There is no file
			// to remove.
			if (place && place.temporary === undefined) {
				closeHandle().catch(() => {});
				return;
			}
			await pending;
			try {
				await closeHandle();
			} finally {
				if (place?.temporary !== undefined) await discardFile(place);
				place = undefined;
			}
		},
	};
}

// The system may accept fewer bytes than given, as a disk that is filling up does.
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
	let from = 0;
	while (from < bytes.length) from += (await handle.write(bytes, from)).bytesWritten;
}

/**
 * A stream that other code owns, such as `process.stdout`: written with backpressure, never ended.
 * @example sink(fileSink(csvFormat(), streamOutput(response, 'the response')))
 */
export function streamOutput(stream: Writable, name = 'stdout'): FileOutput {
	const put = isStdoutFile(stream) ? writeToStdoutFile : (bytes: Uint8Array) => writeTo(stream, bytes);
	let position = 0;
	let failure: Error | undefined;
	const onError = (error: Error): void => {
		failure ??= error;
	};

	return {
		name,
		get position() {
			return position;
		},
		async open() {
			stream.on('error', onError);
		},
		async write(bytes) {
			try {
				if (failure) throw failure;
				await put(bytes);
			} catch (error) {
				throw explain(failure ?? error, name);
			}
			position += bytes.length;
		},
		async close() {
			stream.off('error', onError);
		},
		// The listener stays: an EPIPE that arrives late must not crash the process.
		async discard() {},
	};
}

function writeTo(stream: Writable, bytes: Uint8Array): Promise<void> {
	return new Promise((resolve, reject) => {
		stream.write(bytes, error => (error ? reject(error) : resolve()));
	});
}

function isStdoutFile(stream: Writable): boolean {
	return stream === process.stdout && fstatSync(process.stdout.fd).isFile();
}

// For a redirected stdout, Node's own stream loses the rest of a short write, and with it the end of the data
// on a full disk.
async function writeToStdoutFile(bytes: Uint8Array): Promise<void> {
	const write = promisify(writeToDescriptor);
	let from = 0;
	while (from < bytes.length) from += (await write(process.stdout.fd, bytes, from)).bytesWritten;
}

const advice: Readonly<Record<string, string>> = {
	...fileProblems,
	EISDIR: 'it is a folder; name a file in it',
	ENAMETOOLONG: 'the name is too long',
	ENOENT: 'there is no such folder, and none can be made',
	EMFILE: 'too many open files',
};

function explain(error: unknown, name: string): Error {
	const {code = '', message} = error as NodeJS.ErrnoException;
	if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED')
		return new OutputClosedError(`${name}: closed by its reader`, {cause: error});
	if (error instanceof SluiceError) return error;
	return new SinkError(
		`cannot write ${name}: ${advice[code] ?? message}${code && advice[code] ? ` (${code})` : ''}`,
		{
			cause: error,
		},
	);
}
