/** A Redis of its own for a test, where this machine has its program (Debian: `redis-server`). */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ignoreCodes} from '../../src/core/files/durable.ts';

/** Why a test is skipped; `false` where the program and the package are there. */
export const lacksRedis: string | false = await lacking();

async function lacking(): Promise<string | false> {
	if (spawnSync('redis-server', ['--version']).status !== 0) return 'this machine has no redis-server';
	return import('ioredis').then(
		() => false,
		() => 'the package ioredis is not installed',
	);
}

export interface RedisServer extends AsyncDisposable {
	readonly url: string;
	stop(): Promise<void>;
}

/** `await using store = await redis()` */
export async function redis(): Promise<RedisServer> {
	const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
	const port = await freePort();
	const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
	const child = spawn('redis-server', words, {stdio: ['ignore', 'pipe', 'inherit']});
	const ended = once(child, 'exit');
	for await (const chunk of child.stdout) if (/Ready to accept connections/.test(String(chunk))) break;
	const stop = async (): Promise<void> => {
		child.kill('SIGKILL');
		await ended;
	};
	return {
		url: `redis://127.0.0.1:${port}`,
		stop,
		async [Symbol.asyncDispose]() {
			await stop();
			await rm(folder, {recursive: true, force: true}).catch(error => ignoreCodes(error, 'ENOENT'));
		},
	};
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});
}
