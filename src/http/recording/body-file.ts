/** The file for the body of one response, while a recording is made. */
import {closeSync, createReadStream, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import {encodingsOf} from '../decode/charset.ts';
import {archiveKind, MAGIC_BYTES} from '../decode/magic.ts';
import {checkBody, type Keepable, withheldBody} from './clean-body.ts';
import {type Cleaner, cleaner} from './cleaner.ts';
import type {RecordedBody} from './format.ts';
import {needles} from './spellings.ts';

/** A body up to this size is held in memory until its end: by then the secrets in it are known. */
const HELD_BYTES = 1024 * 1024;

export interface BodyFileOptions {
	/** The absolute path. */
	readonly path: string;
	/** The name in the index. */
	readonly name: string;
	readonly encoding: string | undefined;
}

/** Takes the pieces of a body. A long one goes to its file as it arrives; if it is text, without secrets. */
export class BodyFile {
	bytes = 0;
	private readonly options: BodyFileOptions;
	private held: Uint8Array[] = [];
	private file: number | undefined;
	private clean: Cleaner | undefined;

	constructor(options: BodyFileOptions) {
		this.options = options;
	}

	push(chunk: Uint8Array): void {
		this.bytes += chunk.length;
		if (this.file !== undefined) {
			this.write(chunk);
			return;
		}
		// A copy, since the reader of the piece may change it in place.
		this.held.push(Uint8Array.from(chunk));
		if (this.bytes > HELD_BYTES) this.spill();
	}

	/** The body for the index, after the file has been checked for secrets. `undefined` for an empty body. */
	async finish(): Promise<RecordedBody | undefined> {
		const {path, name, encoding} = this.options;
		if (this.bytes === 0) return undefined;
		const {held} = this;
		if (this.file === undefined) {
			const kept = await checkBody(() => each(held), encoding);
			this.held = [];
			if (kept.keep === 'as it came') await save(path, each(held));
			return keepOrWithhold(kept, {path, name});
		}
		this.write(this.clean?.end() ?? new Uint8Array(), true);
		closeSync(this.file);
		const isMarred = this.clean?.hasFound() === true && (await isBinary(path));
		return keepOrWithhold(isMarred ? withheldBody(false) : await checkBody(() => readerOf(path), encoding), {
			path,
			name,
		});
	}

	/** Deletes the file. */
	drop(): void {
		this.held = [];
		if (this.file === undefined) return;
		closeSync(this.file);
		this.file = undefined;
		rmSync(this.options.path, {force: true});
	}

	private spill(): void {
		const {path, encoding} = this.options;
		const start = Buffer.concat(this.held);
		this.held = [];
		const isPacked =
			encodingsOf(encoding).length > 0 || archiveKind(start.subarray(0, MAGIC_BYTES)) !== undefined;
		this.clean = isPacked ? undefined : cleaner(needles());
		this.file = openSync(path, 'wx', 0o600);
		this.write(start);
	}

	private write(chunk: Uint8Array, isClean = false): void {
		const bytes = this.clean && !isClean ? this.clean.feed(chunk) : chunk;
		for (let at = 0; at < bytes.length; ) at += writeSync(this.file as number, bytes, at, bytes.length - at);
	}
}

/** Checks a body again, for secrets that were not known when it was written. */
export async function checkAgain(
	body: RecordedBody,
	{path, name, encoding}: BodyFileOptions,
): Promise<RecordedBody> {
	const kept = await checkBody(() => readerOf(path), body.decoded === undefined ? encoding : undefined);
	return kept.keep === 'as it came' ? body : {...body, ...(await keepOrWithhold(kept, {path, name}))};
}

async function keepOrWithhold(
	kept: Keepable,
	{path, name}: {readonly path: string; readonly name: string},
): Promise<RecordedBody> {
	if (kept.keep === 'nothing') {
		rmSync(path, {force: true});
		return {withheld: kept.reason};
	}
	if (kept.keep === 'cleaned') await save(path, kept.bytes);
	return {file: name, ...(kept.keep === 'cleaned' && kept.decoded && {decoded: kept.decoded})};
}

async function save(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
	const beside = `${path}.part`;
	const file = openSync(beside, 'wx', 0o600);
	try {
		for await (const chunk of bytes)
			for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at, chunk.length - at);
	} catch (error) {
		rmSync(beside, {force: true});
		throw error;
	} finally {
		closeSync(file);
	}
	renameSync(beside, path);
}

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* chunks;
}

function readerOf(path: string): AsyncIterable<Uint8Array> {
	return createReadStream(path);
}

async function isBinary(path: string): Promise<boolean> {
	for await (const chunk of readerOf(path)) if (chunk.includes(0)) return true;
	return false;
}
