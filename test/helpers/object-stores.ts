/** Servers of object storage for tests, where this machine has them. */
import {type ChildProcess, spawn} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {folderStore} from '../../sinks/targets/store/folder.ts';
import type {Store} from '../../src/state/store.ts';
import {freePort} from './moto.ts';

export interface StoreServer extends AsyncDisposable {
	/** The address of a fresh prefix. */
	address(prefix: string): string;
	/** Options of the target. */
	readonly target: {readonly type: string; readonly [option: string]: string};
	readonly env: Readonly<Record<string, string>>;
	/** The store itself. */
	open(prefix: string): Promise<Store>;
}

export interface StoreKind {
	readonly name: string;
	/** Why it cannot be tried here; `false` where it can. */
	readonly skip: string | false;
	start(): Promise<StoreServer>;
}

/** A program by the path in a variable, or by its name in PATH. */
function programOf(variable: string, name: string): string | undefined {
	const paths = [
		process.env[variable],
		...(process.env.PATH ?? '').split(delimiter).map(each => join(each, name)),
	];
	return paths.find(path => {
		try {
			accessSync(path ?? '', constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

const gofakes3 = programOf('SLUICE_TEST_GOFAKES3', 'gofakes3');
const fakeGcs = programOf('SLUICE_TEST_GCS', 'fake-gcs-server');
const azurite = programOf('SLUICE_TEST_AZURITE', 'azurite-blob');

const lacking = (program: string | undefined, name: string): string | false =>
	program === undefined && `this machine has no ${name}`;

// Known to all copies of azurite.
const AZURE_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Each with puts that let exactly one of several writers win. */
export const storeKinds: readonly StoreKind[] = [
	{
		name: 'a folder',
		skip: false,
		async start() {
			const folder = await mkdtemp(join(tmpdir(), 'sluice-store-'));
			return {
				address: prefix => `delta:${folder}/${prefix}`,
				target: {type: 'delta'},
				env: {},
				open: async prefix => folderStore(join(folder, prefix)),
				[Symbol.asyncDispose]: () => rm(folder, {recursive: true}),
			};
		},
	},
	{
		name: 'S3 (gofakes3)',
		skip: lacking(gofakes3, 'gofakes3'),
		async start() {
			const port = await freePort();
			const url = `http://127.0.0.1:${port}`;
			const words = ['-backend', 'memory', '-host', `127.0.0.1:${port}`, '-initialbucket', 'lake'];
			const server = await started(gofakes3, words, url);
			const env = {AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1'};
			const {s3Store} = await import('../../sinks/targets/store/s3.ts');
			return {
				address: prefix => `s3://lake/${prefix}`,
				target: {type: 's3', endpoint: url},
				env,
				async open(prefix) {
					Object.assign(process.env, env);
					return s3Store(`s3://lake/${prefix}`, {endpoint: url});
				},
				...server,
			};
		},
	},
	{
		name: 'Google Cloud Storage (fake-gcs-server)',
		skip: lacking(fakeGcs, 'fake-gcs-server'),
		async start() {
			const port = await freePort();
			const url = `http://127.0.0.1:${port}`;
			const words = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
			const server = await started(fakeGcs, [...words, '-public-host', `127.0.0.1:${port}`], url);
			const made = await fetch(`${url}/storage/v1/b?project=p`, {
				method: 'POST',
				headers: {'content-type': 'application/json'},
				body: JSON.stringify({name: 'lake'}),
			});
			if (!made.ok) throw new Error(`no bucket: ${made.status} ${await made.text()}`);
			const {gcsStore} = await import('../../sinks/targets/store/gcs.ts');
			return {
				address: prefix => `gs://lake/${prefix}`,
				target: {type: 'gs', endpoint: url},
				env: {},
				open: prefix => gcsStore(`gs://lake/${prefix}`, {endpoint: url}),
				...server,
			};
		},
	},
	{
		name: 'Azure (azurite)',
		skip: lacking(azurite, 'azurite'),
		async start() {
			const port = await freePort();
			const endpoint = `http://127.0.0.1:${port}/devstoreaccount1`;
			const words = [
				'--blobHost',
				'127.0.0.1',
				'--blobPort',
				String(port),
				'--inMemoryPersistence',
				'--silent',
			];
			const server = await started(azurite, [...words, '--skipApiVersionCheck'], endpoint);
			const {BlobServiceClient, StorageSharedKeyCredential} = await import('@azure/storage-blob');
			const credential = new StorageSharedKeyCredential('devstoreaccount1', AZURE_KEY);
			await new BlobServiceClient(endpoint, credential).createContainer('lake');
			const env = {AZURE_STORAGE_ACCOUNT: 'devstoreaccount1', AZURE_STORAGE_KEY: AZURE_KEY};
			const {azureStore} = await import('../../sinks/targets/store/azure.ts');
			return {
				address: prefix => `az://lake/${prefix}`,
				target: {type: 'az', endpoint},
				env,
				open: prefix => azureStore(`az://lake/${prefix}`, {endpoint, env}),
				...server,
			};
		},
	},
];

async function started(program = '', words: readonly string[], url: string): Promise<AsyncDisposable> {
	const server = spawn(program, words, {stdio: 'ignore'});
	await answering(url, server);
	return {
		async [Symbol.asyncDispose]() {
			server.kill('SIGKILL');
		},
	};
}

async function answering(url: string, server: ChildProcess): Promise<void> {
	for (let tries = 0; tries < 600; tries++) {
		if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
		if (await fetch(url).catch(() => undefined)) return;
		await pause(100);
	}
	server.kill('SIGKILL');
	throw new Error(`nothing answers at ${url}`);
}
