/**
 * A store in a bucket of Google Cloud Storage. Credentials come from the chain of the SDK:
 * `GOOGLE_APPLICATION_CREDENTIALS`, `gcloud auth application-default login`, the account of the machine.
 */
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {File, Bucket as GcsBucket} from '@google-cloud/storage';
import {StateError} from '../../../src/core/errors.ts';
import {forEach} from '../../../src/state/in-parallel.ts';
import type {Store} from '../../../src/state/store.ts';
import {type Bucket, bucketOf, cutShort, explained, MOST_ATTEMPTS, retried, sdkOf} from './remote.ts';

export interface GcsOptions {
	/** Address of a server other than Google's, which gets no credentials. @default that of the SDK */
	readonly endpoint?: string | undefined;
}

/** `gs://bucket/prefix`. Throws `ConfigError` where the SDK is not installed. */
export async function gcsStore(url: string, {endpoint}: GcsOptions = {}): Promise<Store> {
	const bucket = bucketOf(url);
	const sdk = await sdkOf<typeof import('@google-cloud/storage')>('@google-cloud/storage', url);
	const storage = new sdk.Storage({
		...(endpoint !== undefined && {apiEndpoint: endpoint}),
		// Each key is written by one writer, or with a condition: all requests may be sent again.
		retryOptions: {maxRetries: MOST_ATTEMPTS, idempotencyStrategy: sdk.IdempotencyStrategy.RetryAlways},
	});
	return new GcsStore(storage.bucket(bucket.name), bucket);
}

class GcsStore implements Store {
	readonly location: string;
	readonly #bucket: GcsBucket;
	readonly #prefix: string;

	constructor(bucket: GcsBucket, {prefix, location}: Bucket) {
		this.#bucket = bucket;
		this.#prefix = prefix;
		this.location = location;
	}

	async get(key: string): Promise<Buffer | undefined> {
		try {
			const [body] = await retried(() => this.#file(key).download(), statusOf);
			return body;
		} catch (error) {
			if (statusOf(error) === 404 && !isBucketGone(error)) return undefined;
			throw this.#explained(key, error);
		}
	}

	async putNew(key: string, body: Uint8Array): Promise<boolean> {
		try {
			await retried(
				() =>
					this.#file(key).save(Buffer.from(body), {
						resumable: false,
						preconditionOpts: {ifGenerationMatch: 0},
					}),
				statusOf,
			);
			return true;
		} catch (error) {
			// A put whose answer was lost is sent again, and the object in its way may be its own.
			if (statusOf(error) === 412) return (await this.get(key))?.equals(body) === true;
			throw this.#explained(key, error);
		}
	}

	async put(key: string, body: Uint8Array): Promise<void> {
		await this.#attempt(key, () => this.#file(key).save(Buffer.from(body), {resumable: false}));
	}

	async read(key: string, from: number, length: number): Promise<Buffer> {
		const range = {start: from, end: from + length - 1};
		const [bytes] = await this.#attempt(key, () => this.#file(key).download(range));
		if (bytes.length === length) return bytes;
		throw new StateError(cutShort(`${this.location}/${key}`, bytes.length, length));
	}

	async upload(key: string, file: string): Promise<void> {
		await this.#attempt(key, async () => {
			await this.#bucket.upload(file, {destination: `${this.#prefix}${key}`, resumable: false});
		});
	}

	async download(key: string, file: string): Promise<void> {
		await mkdir(dirname(file), {recursive: true});
		await this.#attempt(key, async () => {
			await this.#file(key).download({destination: file});
		});
	}

	async *list(prefix: string, after?: string): AsyncGenerator<string> {
		const first = after === undefined ? {} : {startOffset: `${this.#prefix}${after}`};
		let pageToken: string | undefined;
		do {
			const query = {prefix: `${this.#prefix}${prefix}`, autoPaginate: false, ...first};
			const [files, next] = await this.#attempt(prefix, () =>
				this.#bucket.getFiles({...query, ...(pageToken !== undefined && {pageToken})}),
			);
			for (const {name} of files) {
				const key = name.slice(this.#prefix.length);
				if (key !== after) yield key;
			}
			pageToken = (next as {pageToken?: string} | null)?.pageToken;
		} while (pageToken !== undefined);
	}

	async remove(keys: readonly string[]): Promise<void> {
		await forEach(keys, key => this.#attempt(key, () => this.#file(key).delete({ignoreNotFound: true})));
	}

	async close(): Promise<void> {}

	#file(key: string): File {
		return this.#bucket.file(`${this.#prefix}${key}`);
	}

	async #attempt<T>(key: string, work: () => Promise<T>): Promise<T> {
		try {
			return await retried(work, statusOf);
		} catch (error) {
			throw this.#explained(key, error);
		}
	}

	#explained(key: string, error: unknown): Error {
		const status = statusOf(error);
		return explained({location: this.location, key, error, status, advice: adviceFor(error, status)});
	}
}

function statusOf(error: unknown): number | undefined {
	const {code, status} = error as {code?: unknown; status?: unknown};
	return [code, status].find((each): each is number => typeof each === 'number');
}

function isBucketGone(error: unknown): boolean {
	return /bucket does not exist/i.test((error as Error).message);
}

function adviceFor(error: unknown, status: number | undefined): string | undefined {
	if (/Could not load the default credentials/i.test((error as Error).message))
		return 'Set GOOGLE_APPLICATION_CREDENTIALS, or call gcloud auth application-default login';
	if (status === 404) return 'Make the bucket, or name another one';
	if (status === 401 || status === 403)
		return (
			'The credentials need storage.objects.get, create, delete and list on the bucket: ' +
			'roles/storage.objectUser'
		);
	return undefined;
}
