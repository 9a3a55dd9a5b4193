/**
 * `npm run cases:auto [-- FOLDER]`: replays the shapes, or those of a folder with a server.mjs that listens at
 * PORT and names its shapes at /_list.
 */
import {spawn} from 'node:child_process';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {startServer} from '../../helpers/server.ts';
import {replayShape} from './replay.ts';
import {closed, silent, telling} from './shapes.ts';

const [folder] = process.argv.slice(2);
const wrong = await (folder === undefined ? own() : from(folder));
process.exitCode = wrong === 0 ? 0 : 1;

async function own(): Promise<number> {
	const shapes = {...telling, ...silent, ...closed};
	const server = await startServer(
		Object.entries(shapes).map(([name, fn]) => ({path: `/${name}`, respond: {fn}})),
	);
	try {
		return await replayAll(server.url, Object.keys(shapes));
	} finally {
		await server.close();
	}
}

async function from(path: string): Promise<number> {
	const port = await freePort();
	const server = spawn(process.execPath, [join(path, 'server.mjs')], {
		env: {...process.env, PORT: String(port)},
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const url = `http://127.0.0.1:${port}`;
	try {
		return await replayAll(url, (await listening(`${url}/_list`)) as string[]);
	} finally {
		server.kill();
	}
}

async function replayAll(url: string, names: readonly string[]): Promise<number> {
	const counts = {complete: 0, advised: 0, wrong: 0};
	for (const name of names) {
		const verdict = await replayShape(url, name);
		counts[verdict.kind]++;
		console.log(`${verdict.kind.padEnd(8)} ${name}`);
		if ('message' in verdict) console.log(`         ${verdict.message}`);
	}
	console.log(`${counts.complete} complete, ${counts.advised} failed with advice, ${counts.wrong} wrong`);
	return names.length === 0 ? 1 : counts.wrong;
}

async function listening(url: string): Promise<unknown> {
	for (let attempt = 0; ; attempt++) {
		try {
			return await (await fetch(url)).json();
		} catch (error) {
			if (attempt === 50) throw error;
			await pause(100);
		}
	}
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});
}
