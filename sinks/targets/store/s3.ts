/**
 * A store in a bucket of Amazon S3, or of a server that speaks its protocol: MinIO, Cloudflare R2, Ceph.
 * Credentials, region and endpoint come from the chain of the SDK: environment, profile, role of the instance.
 */
import {createReadStream, createWriteStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {setTimeout as pause} from 'node:timers/promises';
import type {S3Client} from '@aws-sdk/client-s3';
import {StateError} from '../../../src/core/errors.ts';
import {makeFolder} from '../../../src/core/files/durable.ts';
import type {Store} from '../../../src/state/store.ts';
import {type Bucket, bucketOf, explained, MOST_ATTEMPTS, retried, sdkOf} from './remote.ts';

export interface S3Options {
	/** Address of a server other than Amazon's: `http://127.0.0.1:9000`. @default that of the SDK */
	readonly endpoint?: string | undefined;
	/** @default that of the SDK: `AWS_REGION`, or the profile */
	readonly region?: string | undefined;
	/** The bucket is the first step of the path, not a part of the host name. @default true with an endpoint */
	readonly forcePathStyle?: boolean | undefined;
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** `s3://bucket/prefix`. Throws `ConfigError` where the SDK is not installed. */
export async function s3Store(url: string, options: S3Options = {}): Promise<Store> {
	const bucket = bucketOf(url);
	const sdk = await sdkOf<Sdk>('@aws-sdk/client-s3', url);
	const {endpoint, region, forcePathStyle = endpoint !== undefined} = options;
	const client = new sdk.S3Client({
		...(endpoint !== undefined && {endpoint}),
		...(region !== undefined && {region}),
		forcePathStyle,
		maxAttempts: MOST_ATTEMPTS,
		// Its words about attempts that are made again would be between those of the run.
		logger: silent,
		// Not all servers know the trailers that the SDK puts after a file by default.
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	return new S3Store(sdk, client, bucket);
}

const silent = {trace() {}, debug() {}, info() {}, warn() {}, error() {}};

/** The most keys that one request removes. */
const MOST_REMOVED = 1000;
/** How often a conditional put is sent again, when the server says that another one is under way. */
const MOST_CONFLICTS = 10;

class S3Store implements Store {
	readonly location: string;
	readonly #sdk: Sdk;
	readonly #client: S3Client;
	readonly #bucket: string;
	readonly #prefix: string;

	constructor(sdk: Sdk, client: S3Client, {name, prefix, location}: Bucket) {
		this.#sdk = sdk;
		this.#client = client;
		this.#bucket = name;
		this.#prefix = prefix;
		this.location = location;
	}

	async get(key: string): Promise<Buffer | undefined> {
		try {
			const {Body: body} = await this.#client.send(new this.#sdk.GetObjectCommand(this.#object(key)));
			return body && Buffer.from(await body.transformToByteArray());
		} catch (error) {
			if (statusOf(error) === 404) return undefined;
			throw this.#explained(key, error);
		}
	}

	async putNew(key: string, body: Uint8Array): Promise<boolean> {
		for (let conflicts = 0; ; conflicts++) {
			try {
				await this.#client.send(
					new this.#sdk.PutObjectCommand({...this.#object(key), Body: body, IfNoneMatch: '*'}),
				);
				return true;
			} catch (error) {
				// Two conditional puts at once: the server lets neither of them win.
				if (statusOf(error) === 409 && conflicts < MOST_CONFLICTS)
					await pause(50 * 2 ** Math.min(conflicts, 5));
				// The SDK sends a put again whose response was lost, and the object in its way may be its own.
				else if (statusOf(error) === 412) return (await this.get(key))?.equals(body) === true;
				else throw this.#explained(key, error);
			}
		}
	}

	async put(key: string, body: Uint8Array): Promise<void> {
		try {
			await this.#client.send(new this.#sdk.PutObjectCommand({...this.#object(key), Body: body}));
		} catch (error) {
			throw this.#explained(key, error);
		}
	}

	async read(key: string, from: number, length: number): Promise<Buffer> {
		const range = {Range: `bytes=${from}-${from + length - 1}`};
		let bytes = Buffer.alloc(0);
		await this.#retried(key, async () => {
			const command = new this.#sdk.GetObjectCommand({...this.#object(key), ...range});
			const {Body: body} = await this.#client.send(command);
			bytes = Buffer.from((await body?.transformToByteArray()) ?? []);
		});
		if (bytes.length === length) return bytes;
		throw new StateError(
			`${this.location}/${key}: the server sent ${bytes.length} bytes for a range of ${length}`,
		);
	}

	async upload(key: string, file: string): Promise<void> {
		const {size} = await stat(file);
		await this.#retried(key, async () => {
			const body = createReadStream(file);
			const command = new this.#sdk.PutObjectCommand({
				...this.#object(key),
				Body: body,
				ContentLength: size,
			});
			await this.#client.send(command).finally(() => body.destroy());
		});
	}

	async download(key: string, file: string): Promise<void> {
		await makeFolder(dirname(file));
		await this.#retried(key, async () => {
			const {Body: body} = await this.#client.send(new this.#sdk.GetObjectCommand(this.#object(key)));
			await pipeline(body as Readable, createWriteStream(file));
		});
	}

	async *list(prefix: string, after?: string): AsyncGenerator<string> {
		let token: string | undefined;
		do {
			const page = await this.#client
				.send(
					new this.#sdk.ListObjectsV2Command({
						Bucket: this.#bucket,
						Prefix: `${this.#prefix}${prefix}`,
						...(after !== undefined && {StartAfter: `${this.#prefix}${after}`}),
						ContinuationToken: token,
					}),
				)
				.catch(error => {
					throw this.#explained(prefix, error);
				});
			for (const {Key: key} of page.Contents ?? [])
				if (key !== undefined) yield key.slice(this.#prefix.length);
			token = page.IsTruncated ? page.NextContinuationToken : undefined;
		} while (token !== undefined);
	}

	async remove(keys: readonly string[]): Promise<void> {
		for (let first = 0; first < keys.length; first += MOST_REMOVED) {
			const objects = keys.slice(first, first + MOST_REMOVED).map(key => ({Key: `${this.#prefix}${key}`}));
			const {Errors: errors = []} = await this.#client
				.send(new this.#sdk.DeleteObjectsCommand({Bucket: this.#bucket, Delete: {Objects: objects}}))
				.catch(error => {
					throw this.#explained(keys[first] ?? '', error);
				});
			const [failed] = errors;
			if (failed)
				throw new StateError(
					`${this.location}: ${failed.Key} could not be removed: ${failed.Code}: ${failed.Message}`,
				);
		}
	}

	async close(): Promise<void> {
		this.#client.destroy();
	}

	// The SDK cannot send a stream a second time, nor go on with a response that broke off.
	async #retried(key: string, work: () => Promise<void>): Promise<void> {
		try {
			await retried(work, statusOf);
		} catch (error) {
			throw this.#explained(key, error);
		}
	}

	#object(key: string): {Bucket: string; Key: string} {
		return {Bucket: this.#bucket, Key: `${this.#prefix}${key}`};
	}

	#explained(key: string, error: unknown): StateError {
		const status = statusOf(error);
		const advice = adviceFor(error as Error, status);
		return explained({location: this.location, key, error, status, advice});
	}
}

function statusOf(error: unknown): number | undefined {
	return (error as {$metadata?: {httpStatusCode?: number}}).$metadata?.httpStatusCode;
}

function adviceFor({name, message}: Error, status: number | undefined): string | undefined {
	if (name === 'CredentialsProviderError' || name === 'CredentialsError')
		return 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
	if (message === 'Region is missing') return 'Set AWS_REGION, or region in output.target';
	if (name === 'NoSuchBucket') return 'Make the bucket, or name another one';
	if (status === 403)
		return (
			'The credentials need s3:GetObject, s3:PutObject and s3:DeleteObject on its objects, and ' +
			's3:ListBucket'
		);
	return undefined;
}
