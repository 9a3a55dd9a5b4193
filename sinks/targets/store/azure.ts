/**
 * A store in a container of Azure Blob Storage. Credentials come from the environment, by the names that the
 * tools of Azure use, or from `@azure/identity`, which knows the account of the machine and `az login`.
 */
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {BlockBlobClient, ContainerClient, StoragePipelineOptions} from '@azure/storage-blob';
import {ConfigError, StateError} from '../../../src/core/errors.ts';
import {Secret} from '../../../src/core/secret.ts';
import {forEach} from '../../../src/state/in-parallel.ts';
import type {Store} from '../../../src/state/store.ts';
import {type Bucket, bucketOf, cutShort, explained, MOST_ATTEMPTS, retried, sdkOf} from './remote.ts';

export interface AzureOptions {
	/** @default `AZURE_STORAGE_ACCOUNT` */
	readonly account?: string | undefined;
	/** Address of the account: `http://127.0.0.1:10000/devstoreaccount1`. @default that of Azure */
	readonly endpoint?: string | undefined;
	/** Variables with the account and the credentials. */
	readonly env: NodeJS.Dict<string>;
}

type Sdk = typeof import('@azure/storage-blob');

/** `az://container/prefix`. Throws `ConfigError` where the SDK is not installed, or no account is named. */
export async function azureStore(url: string, options: AzureOptions): Promise<Store> {
	const bucket = bucketOf(url);
	const sdk = await sdkOf<Sdk>('@azure/storage-blob', url);
	const service = await serviceOf(sdk, url, options);
	return new AzureStore(service.getContainerClient(bucket.name), bucket);
}

const pipelineOptions: StoragePipelineOptions = {
	retryOptions: {maxTries: MOST_ATTEMPTS, retryDelayInMs: 100, maxRetryDelayInMs: 5000},
};

// From here on, no message shows them.
function hidden(secret: string): string {
	new Secret(secret);
	return secret;
}

async function serviceOf(sdk: Sdk, url: string, {account, endpoint, env}: AzureOptions) {
	const {BlobServiceClient, StorageSharedKeyCredential} = sdk;
	const whole = env.AZURE_STORAGE_CONNECTION_STRING;
	if (whole && account === undefined && endpoint === undefined) {
		for (const [, secret] of whole.matchAll(/(?:AccountKey|SharedAccessSignature)=([^;]+)/gi))
			if (secret !== undefined) hidden(secret);
		return BlobServiceClient.fromConnectionString(whole, pipelineOptions);
	}
	const name = account ?? env.AZURE_STORAGE_ACCOUNT;
	if (name === undefined)
		throw new ConfigError(
			`${url}: names no storage account. Set AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_CONNECTION_STRING, or ` +
				'account in output.target',
		);
	const place = endpoint ?? `https://${name}.blob.core.windows.net`;
	const key = env.AZURE_STORAGE_KEY;
	if (key)
		return new BlobServiceClient(place, new StorageSharedKeyCredential(name, hidden(key)), pipelineOptions);
	const signature = env.AZURE_STORAGE_SAS_TOKEN?.replace(/^\?/, '');
	if (signature) {
		hidden(new URLSearchParams(signature).get('sig') ?? signature);
		return new BlobServiceClient(`${place}?${hidden(signature)}`, undefined, pipelineOptions);
	}
	return new BlobServiceClient(place, await accountOfMachine(url), pipelineOptions);
}

// The name is not in the import itself: a bundler would look for it, and few need it.
const IDENTITY = '@azure/identity';

async function accountOfMachine(url: string) {
	const {DefaultAzureCredential} = await import(IDENTITY).catch(() => {
		throw new ConfigError(
			`${url}: no credentials. Set AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN; or npm install ` +
				`${IDENTITY}, for az login and the identity of a machine`,
		);
	});
	return new DefaultAzureCredential();
}

class AzureStore implements Store {
	readonly location: string;
	readonly #container: ContainerClient;
	readonly #prefix: string;

	constructor(container: ContainerClient, {prefix, location}: Bucket) {
		this.#container = container;
		this.#prefix = prefix;
		this.location = location;
	}

	async get(key: string): Promise<Buffer | undefined> {
		try {
			return await retried(() => this.#blob(key).downloadToBuffer(), statusOf);
		} catch (error) {
			if (statusOf(error) === 404 && codeOf(error) !== 'ContainerNotFound') return undefined;
			throw this.#explained(key, error);
		}
	}

	async putNew(key: string, body: Uint8Array): Promise<boolean> {
		try {
			const conditions = {ifNoneMatch: '*'};
			await retried(() => this.#blob(key).upload(Buffer.from(body), body.byteLength, {conditions}), statusOf);
			return true;
		} catch (error) {
			const isThere = codeOf(error) === 'BlobAlreadyExists' || statusOf(error) === 412;
			// The SDK sends a put again whose answer was lost, and the blob in its way may be its own.
			if (isThere) return (await this.get(key))?.equals(body) === true;
			throw this.#explained(key, error);
		}
	}

	async put(key: string, body: Uint8Array): Promise<void> {
		await this.#attempt(key, () => this.#blob(key).upload(Buffer.from(body), body.byteLength));
	}

	async read(key: string, from: number, length: number): Promise<Buffer> {
		const bytes = await this.#attempt(key, () => this.#blob(key).downloadToBuffer(from, length));
		if (bytes.length === length) return bytes;
		throw new StateError(cutShort(`${this.location}/${key}`, bytes.length, length));
	}

	async upload(key: string, file: string): Promise<void> {
		await this.#attempt(key, () => this.#blob(key).uploadFile(file));
	}

	async download(key: string, file: string): Promise<void> {
		await mkdir(dirname(file), {recursive: true});
		await this.#attempt(key, () => this.#blob(key).downloadToFile(file));
	}

	async *list(prefix: string, after?: string): AsyncGenerator<string> {
		try {
			for await (const {name} of this.#container.listBlobsFlat({prefix: `${this.#prefix}${prefix}`})) {
				const key = name.slice(this.#prefix.length);
				if (after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0) yield key;
			}
		} catch (error) {
			throw this.#explained(prefix, error);
		}
	}

	async remove(keys: readonly string[]): Promise<void> {
		await forEach(keys, key => this.#attempt(key, () => this.#blob(key).deleteIfExists()));
	}

	async close(): Promise<void> {}

	#blob(key: string): BlockBlobClient {
		return this.#container.getBlockBlobClient(`${this.#prefix}${key}`);
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
		const advice = adviceFor(error, status);
		return explained({location: this.location, key, error, status, advice});
	}
}

function statusOf(error: unknown): number | undefined {
	const {statusCode} = error as {statusCode?: unknown};
	return typeof statusCode === 'number' ? statusCode : undefined;
}

function codeOf(error: unknown): unknown {
	return (error as {code?: unknown}).code;
}

function adviceFor(error: unknown, status: number | undefined): string | undefined {
	if (codeOf(error) === 'ContainerNotFound') return 'Make the container, or name another one';
	if (status === 401 || status === 403)
		return (
			'The credentials need to read, write, delete and list blobs of the container: Storage Blob Data ' +
			'Contributor'
		);
	return undefined;
}
