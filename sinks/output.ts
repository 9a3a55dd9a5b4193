/**
 * Where bytes go: a file that appears whole or not at all, or a stream such as stdout that is written but never ended.
 */
import {type FileHandle, mkdir, open, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Writable} from 'node:stream';
import {OutputClosedError, SinkError} from '../src/core/errors.ts';

export interface Output {
	/** For messages: a path, or `stdout`. */
	readonly name: string;
	/** Bytes accepted so far: the position of the next write. */
	readonly position: number;
	open(): Promise<void>;
	/** Resolves when the bytes are taken, so that whoever awaits it is slowed to the pace of the destination. */
	write(bytes: Uint8Array): Promise<void>;
	/** Reads back what was written; only files can. */
	read?(position: number, length: number): Promise<Buffer>;
	/** Replaces everything written so far by these chunks, which may be made by reading it; only files can. */
	rewrite?(chunks: AsyncIterable<Uint8Array>): Promise<void>;
	/** Makes everything durable and visible. */
	close(): Promise<void>;
	/** Removes everything. */
	discard(): Promise<void>;
}

/**
 * A file written under a temporary name in the same folder, flushed to disk and renamed when it is whole. What is there but
 * is no regular file (`/dev/null`, a named pipe) is written in place.
 */
export function fileOutput(path: string): Output {
	const temporary = join(dirname(path), `.${basename(path)}.tmp-${process.pid}`);
	let handle: FileHandle | undefined;
	let position = 0;
	let inPlace = false;

	const opened = (): FileHandle => {
		if (!handle) throw new SinkError(`${path}: not open`);
		return handle;
	};

	return {
		name: path,
		get position() {
			return position;
		},
		async open() {
			try {
				await mkdir(dirname(path), {recursive: true});
				inPlace = await isSpecial(path);
				handle = await open(inPlace ? path : temporary, inPlace ? 'w' : 'w+');
			} catch (error) {
				throw explain(error, path);
			}
		},
		async write(bytes) {
			try {
				let from = 0;
				while (from < bytes.length) from += (await opened().write(bytes, from)).bytesWritten;
			} catch (error) {
				throw explain(error, path);
			}
			position += bytes.length;
		},
		async read(from, length) {
			const buffer = Buffer.allocUnsafe(length);
			let filled = 0;
			while (filled < length) {
				const {bytesRead} = await opened().read(buffer, filled, length - filled, from + filled);
				if (bytesRead === 0)
					throw new SinkError(`${path}: the unfinished file was cut at ${from + filled} bytes by somebody else`);
				filled += bytesRead;
			}
			return buffer;
		},
		async rewrite(chunks) {
			const second = `${temporary}-2`;
			const target = await open(second, 'w+');
			try {
				let written = 0;
				for await (const chunk of chunks) written += (await target.write(chunk)).bytesWritten;
				await opened().close();
				handle = target;
				position = written;
				await rename(second, temporary);
			} catch (error) {
				await target.close();
				await rm(second, {force: true});
				throw explain(error, path);
			}
		},
		async close() {
			try {
				if (!inPlace) await opened().sync();
				await opened().close();
				handle = undefined;
				if (inPlace) return;
				await rename(temporary, path);
				await syncFolder(dirname(path));
			} catch (error) {
				if (!inPlace) await rm(temporary, {force: true});
				throw explain(error, path);
			}
		},
		async discard() {
			await handle?.close();
			handle = undefined;
			if (!inPlace) await rm(temporary, {force: true});
		},
	};
}

async function isSpecial(path: string): Promise<boolean> {
	try {
		const found = await stat(path);
		if (found.isDirectory()) throw Object.assign(new Error('is a directory'), {code: 'EISDIR'});
		return !found.isFile();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
		throw error;
	}
}

// A rename is durable only when the folder that holds the names is.
async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

/** A stream that somebody else owns, such as `process.stdout`: written with backpressure, never ended. */
export function streamOutput(stream: Writable, name = 'stdout'): Output {
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
		write(bytes) {
			return new Promise((resolve, reject) => {
				if (failure) {
					reject(explain(failure, name));
					return;
				}
				stream.write(bytes, error => {
					if (error) {
						reject(explain(error, name));
						return;
					}
					position += bytes.length;
					resolve();
				});
			});
		},
		async close() {
			stream.off('error', onError);
		},
		// The listener stays: an EPIPE that arrives late must not crash the process.
		async discard() {},
	};
}

const advice: Record<string, string> = {
	EACCES: 'no permission to write there',
	EPERM: 'no permission to write there',
	EROFS: 'the file system is read-only',
	ENOSPC: 'no space left on the disk',
	EDQUOT: 'the disk quota is used up',
	ENOTDIR: 'a part of the path is a file, not a folder',
	EEXIST: 'a part of the path is a file, not a folder',
	EISDIR: 'it is a folder; name a file in it',
	EMFILE: 'too many open files',
};

function explain(error: unknown, name: string): Error {
	const {code = '', message} = error as NodeJS.ErrnoException;
	if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED')
		return new OutputClosedError(`${name}: closed by its reader`, {cause: error});
	if (error instanceof SinkError) return error;
	return new SinkError(`cannot write ${name}: ${advice[code] ?? message}${code && advice[code] ? ` (${code})` : ''}`, {
		cause: error,
	});
}
