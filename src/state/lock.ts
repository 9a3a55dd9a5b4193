/** Who may write to a dataset: one process at a time, and none that has died. */
import {link, mkdir, readFile, rm, stat, utimes} from 'node:fs/promises';
import {hostname} from 'node:os';
import {basename, join} from 'node:path';
import {StateError} from '../core/errors.ts';
import {entriesOf, ignoring, writeDurably} from './files.ts';
import {type Layout, padded} from './layout.ts';

export interface Lock {
	/** Names what the holder has under way. */
	readonly writer: string;
	release(): Promise<void>;
}

interface Holder {
	readonly writer: string;
	readonly host: string;
	readonly pid: number;
	/** Tells a process from a later one with the same number. Absent where the system does not say. */
	readonly start?: string;
	/** ISO 8601, UTC. */
	readonly since: string;
}

const BEAT_MS = 20_000;
// Of a process on another machine nobody can say whether it lives, but that it touches its lock.
const SILENT_MS = 5 * 60_000;
const lockName = /^\d{12}\.json$/;

/**
 * Takes the lock, or fails with the name of who has it. Locks are numbered, and each is created once: two processes that both
 * find a dead one cannot both take its place.
 */
export async function acquire({lock: folder, name}: Layout, writer: string): Promise<Lock> {
	await mkdir(folder, {recursive: true});
	const {start} = await startOf(process.pid);
	const holder: Holder = {
		writer,
		host: hostname(),
		pid: process.pid,
		since: new Date().toISOString(),
		...(await startOf(process.pid)),
	};
	const draft = join(folder, `${writer}.part`);
	await writeDurably(draft, JSON.stringify(holder));
	let mine: string | undefined;
	try {
		const before = await locksIn(folder);
		await refuseIfHeld(before, name);
		const number = 1 + Math.max(0, ...before.map(path => Number.parseInt(basename(path), 10)));
		mine = join(folder, `${padded(number)}.json`);
		await link(draft, mine).catch(error => {
			mine = undefined;
			throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? held(name, undefined) : error;
		});
		// Somebody who looked before a lock was released may have taken another number.
		const own = mine;
		await refuseIfHeld(
			(await locksIn(folder)).filter(path => path !== own),
			name,
		);
		await Promise.all(before.map(path => rm(path, {force: true})));
	} catch (error) {
		if (mine !== undefined) await rm(mine, {force: true});
		throw error;
	} finally {
		await rm(draft, {force: true});
	}
	const path = mine;
	const beat = setInterval(() => {
		const now = new Date();
		utimes(path, now, now).catch(() => {});
	}, BEAT_MS);
	beat.unref();
	return {
		writer,
		async release() {
			clearInterval(beat);
			await rm(path, {force: true});
		},
	};
}

async function locksIn(folder: string): Promise<string[]> {
	return (await entriesOf(folder)).filter(path => lockName.test(basename(path)));
}

async function refuseIfHeld(locks: readonly string[], name: string): Promise<void> {
	for (const path of locks) {
		const holder = await holderOf(path);
		if (holder && (await isAlive(holder, path))) throw held(name, holder, path);
	}
}

function held(name: string, holder: Holder | undefined, path?: string): StateError {
	const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'another process, which began just now';
	const advice = path === undefined ? 'Try again later' : `Wait for it; or, if it is gone for certain, remove ${path}`;
	return new StateError(`${name}: is being written by ${who}. Nothing was changed. ${advice}`);
}

async function holderOf(path: string): Promise<Holder | undefined> {
	try {
		return JSON.parse(await readFile(path, 'utf8')) as Holder;
	} catch (error) {
		// Released in the meantime, or not one of ours.
		if (error instanceof SyntaxError) return undefined;
		return ignoring(error, 'ENOENT');
	}
}

async function isAlive({host, pid, start}: Holder, path: string): Promise<boolean> {
	if (host === hostname()) {
		if (!isRunning(pid)) return false;
		const now = await startOf(pid);
		if (now.isOver) return false;
		if (start !== undefined && now.start !== undefined) return now.start === start;
	}
	const found = await stat(path).catch(error => ignoring(error, 'ENOENT'));
	return found !== undefined && Date.now() - found.mtimeMs < SILENT_MS;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

// Linux: the boot, and the clock tick in it at which the process began (proc(5), fields 3 and 22 of stat). One that was killed
// stays in the list until its parent takes notice.
async function startOf(pid: number): Promise<{start?: string; isOver?: boolean}> {
	try {
		const [boot, line] = await Promise.all([
			readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
			readFile(`/proc/${pid}/stat`, 'utf8'),
		]);
		const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
		const tick = fields[19];
		return {isOver: fields[0] === 'Z' || fields[0] === 'X', ...(tick !== undefined && {start: `${boot.trim()}:${tick}`})};
	} catch {
		return {};
	}
}
