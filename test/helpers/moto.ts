/** An S3 server of the Python package moto, where this machine has it. */
import {type ChildProcess, spawn} from 'node:child_process';
import {type AddressInfo, createServer} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';
import {lacks} from './python.ts';

const python = process.env.SLUICE_TEST_PYTHON ?? 'python3';

/** Why tests with it are skipped; `false` where they are not. */
export const lacksMoto = (): Promise<string | false> => lacks('moto.server');

export interface Moto extends AsyncDisposable {
	readonly url: string;
	/** Variables with credentials that it accepts. */
	readonly env: {readonly [name: string]: string};
}

/** Starts a server with a bucket of this name. */
export async function startMoto(bucket: string): Promise<Moto> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
		stdio: 'ignore',
	});
	try {
		await answering(url, server);
		const made = await fetch(`${url}/${bucket}`, {method: 'PUT'});
		if (!made.ok) throw new Error(`no bucket: ${made.status} ${await made.text()}`);
	} catch (error) {
		server.kill();
		throw error;
	}
	return {
		url,
		env: {AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1'},
		async [Symbol.asyncDispose]() {
			server.kill('SIGKILL');
		},
	};
}

async function answering(url: string, server: ChildProcess): Promise<void> {
	for (let tries = 0; tries < 600; tries++) {
		if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode}`);
		const found = await fetch(url).catch(() => undefined);
		if (found) return;
		await pause(100);
	}
	throw new Error('moto does not answer');
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	await new Promise<void>(resolve => server.close(() => resolve()));
	return port;
}
