/** Which process something belongs to, and whether it still lives. */
import {open, readFile, stat} from 'node:fs/promises';
import {hostname} from 'node:os';
import {ignoreCodes} from '../core/files/durable.ts';

export interface LockOwner {
	/** What it calls itself. */
	readonly writer?: string;
	readonly host: string;
	readonly pid: number;
	/** Tells a process from a later one with the same number. Absent where the system does not say. */
	readonly start?: string;
	/** ISO 8601, UTC. */
	readonly since: string;
}

// Of a process on another machine nobody can say whether it lives, but that it touches its file.
const SILENT_MS = 5 * 60_000;

/** This process. */
export async function thisProcess(writer?: string): Promise<LockOwner> {
	const {start} = await startOf(process.pid);
	return {
		...(writer !== undefined && {writer}),
		host: hostname(),
		pid: process.pid,
		since: new Date().toISOString(),
		...(start !== undefined && {start}),
	};
}

/** Who the file at `path` names; nobody if it is gone, or not one of ours. */
export async function lockOwnerOf(path: string): Promise<LockOwner | undefined> {
	try {
		const holder = JSON.parse(await readFile(path, 'utf8')) as LockOwner;
		return typeof holder?.pid === 'number' ? holder : undefined;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		return ignoreCodes(error, 'ENOENT');
	}
}

/**
 * Whether the process that wrote the file at `path` is still running. `nowMs` is the time by the clock that
 * gives files their times, where it is known: that of a shared disk may differ from ours.
 */
export async function isAlive(
	{host, pid, start}: LockOwner,
	path: string,
	nowMs = Date.now(),
): Promise<boolean> {
	if (host === hostname()) {
		if (!isRunning(pid)) return false;
		const now = await startOf(pid);
		if (now.isOver) return false;
		if (start !== undefined && now.start !== undefined) return now.start === start;
	}
	const found = await stat(path).catch(error => ignoreCodes(error, 'ENOENT'));
	return found !== undefined && nowMs - found.mtimeMs < SILENT_MS;
}

/**
 * Gives a file whose time is ahead of the clock the present one. Else its old sign of life would count until
 * the clock has caught up; a holder that lives gives a new one soon.
 */
export async function leadBack(path: string, nowMs = Date.now()): Promise<void> {
	const found = await stat(path).catch(() => undefined);
	if (found && found.mtimeMs > nowMs) await refreshLock(path);
}

/**
 * A sign of life. By a write, so that the clock of the disk says when it was: those of two machines may
 * differ by more than a silent holder is waited for.
 */
export async function refreshLock(path: string): Promise<void> {
	try {
		const file = await open(path, 'r+');
		try {
			await file.write('{', 0);
		} finally {
			await file.close();
		}
	} catch {
		// One that is gone, or is not ours to write, stays as it is.
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

// Linux: the boot, and the clock tick in it at which the process began (proc(5), fields 3 and 22 of stat).
// One that was killed stays in the list until its parent takes notice.
async function startOf(pid: number): Promise<{start?: string; isOver?: boolean}> {
	try {
		const [boot, line] = await Promise.all([
			readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
			readFile(`/proc/${pid}/stat`, 'utf8'),
		]);
		const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
		const tick = fields[19];
		return {
			isOver: fields[0] === 'Z' || fields[0] === 'X',
			...(tick !== undefined && {start: `${boot.trim()}:${tick}`}),
		};
	} catch {
		return {};
	}
}
