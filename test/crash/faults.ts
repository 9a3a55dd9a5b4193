/**
 * Loaded into the command line with `node --import`: lets the n-th call that changes something under a folder
 * go wrong. No line of the product knows of it.
 *
 * | variable | |
 * |---|---|
 * | FAULT_FOLDER | calls on paths below it are counted, from 1 |
 * | FAULT_AT | the call that goes wrong; none if absent |
 * | FAULT_HOW | `before`, `torn`, `after`: killed before the call, with half of it done, or after; else a
 * code: `ENOSPC` |
 * | FAULT_TALLY | a file that gets the number of calls when the process ends by itself |
 */
import fs, {type PathLike, writeFileSync} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {join, resolve, sep} from 'node:path';

type Call = (this: object, ...values: unknown[]) => Promise<unknown>;

const {FAULT_FOLDER = '', FAULT_AT = '0', FAULT_HOW = 'before', FAULT_TALLY} = process.env;
const root = resolve(FAULT_FOLDER);
const at = Number(FAULT_AT);
const isKill = ['before', 'torn', 'after'].includes(FAULT_HOW);
const promises = fs.promises as unknown as Record<string, Call>;
const plain = {...promises};
const ours = new WeakSet<object>();
let calls = 0;

function isBelow(path: unknown): boolean {
	if (typeof path !== 'string') return false;
	const absolute = resolve(path);
	return absolute === root || absolute.startsWith(root + sep);
}

function die(): Promise<never> {
	process.kill(process.pid, 'SIGKILL');
	return new Promise(() => {});
}

async function counted(work: () => Promise<unknown>, torn: () => Promise<unknown>): Promise<unknown> {
	calls++;
	// A disk that is full stays full.
	if (!isKill && at > 0 && calls >= at)
		throw Object.assign(new Error(`${FAULT_HOW}: injected`), {code: FAULT_HOW});
	if (calls !== at || !isKill) return work();
	if (FAULT_HOW === 'torn') await torn();
	if (FAULT_HOW === 'after') await work();
	return die();
}

const nothing = async (): Promise<void> => {};

// A full disk can still take names away.
const names =
	isKill || at === 0
		? ['mkdir', 'rename', 'rmdir', 'link', 'symlink', 'unlink', 'rm']
		: ['mkdir', 'link', 'symlink'];
for (const name of names) {
	promises[name] = function (...values) {
		const call = plain[name] as Call;
		const work = () => call.apply(this, values);
		if (!isBelow(values[0]) && !isBelow(values[1])) return work();
		return counted(work, () => (name === 'rm' ? halfRemoved(values[0] as string) : nothing()));
	};
}

async function halfRemoved(path: string): Promise<void> {
	const all = await fs.promises.readdir(path, {recursive: true}).catch(() => []);
	for (const name of all.slice(0, Math.ceil(all.length / 2)))
		await (plain.unlink as Call)(join(path, name)).catch(nothing);
}

const open = plain.open as unknown as typeof fs.promises.open;
promises.open = async function (path, flags = 'r', ...rest) {
	const work = () => open.call(this, path as PathLike, flags as string, ...(rest as []));
	if (!isBelow(path)) return work();
	const handle = (flags === 'r' ? await work() : await counted(work, nothing)) as FileHandle;
	ours.add(handle);
	return handle;
};

const sample = await open(import.meta.filename);
const prototype = Object.getPrototypeOf(sample) as Record<string, Call>;
await sample.close();
for (const name of isKill || at === 0 ? ['sync', 'write', 'writeFile'] : ['write', 'writeFile']) {
	const call = prototype[name] as Call;
	prototype[name] = function (this: object, ...values) {
		const work = () => call.apply(this, values);
		if (!ours.has(this)) return work();
		return counted(work, () =>
			name === 'sync' ? nothing() : (prototype.appendFile as Call).call(this, halfOf(values)),
		);
	};
}

function halfOf([data, from = 0]: unknown[]): Uint8Array {
	const bytes = typeof data === 'string' ? Buffer.from(data) : (data as Uint8Array).subarray(Number(from));
	return bytes.subarray(0, bytes.length >> 1);
}

syncBuiltinESMExports();

if (FAULT_TALLY !== undefined) process.on('exit', () => writeFileSync(FAULT_TALLY, String(calls)));
