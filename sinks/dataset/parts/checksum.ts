/** The checksum of a file, computed while the file is written. */
import {createHash, type Hash} from 'node:crypto';
import type {FileOutput} from '../../output/output.ts';

export interface HashedOutput extends FileOutput {
	/** SHA-256 of all bytes, in hexadecimal. Call it once, after the last write. */
	digest(): string;
}

export function hashedOutput(inner: FileOutput): HashedOutput {
	let hash: Hash = createHash('sha256');

	async function* hashed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
		for await (const chunk of chunks) {
			hash.update(chunk);
			yield chunk;
		}
	}

	return {
		name: inner.name,
		get position() {
			return inner.position;
		},
		open: () => inner.open(),
		async write(bytes) {
			hash.update(bytes);
			await inner.write(bytes);
		},
		get read() {
			return inner.read;
		},
		get rewrite() {
			const {rewrite} = inner;
			if (!rewrite) return undefined;
			return (chunks: AsyncIterable<Uint8Array>) => {
				hash = createHash('sha256');
				return rewrite(hashed(chunks));
			};
		},
		close: () => inner.close(),
		discard: () => inner.discard(),
		digest: () => hash.digest('hex'),
	};
}
