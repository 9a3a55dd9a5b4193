/** The process that owns a file, and whether it still runs. */
import {open, readFile, stat} from 'node:fs/promises';
import {hostname} from 'node:os';
import {ignoreCodes} from '../../core/files/durable.ts';

export interface LockOwner {
	/** The name of the writer. */
	readonly writer?: string;
	readonly host: string;
	readonly pid: number;
	/**
	 * The start of the process, which distinguishes it from a later one with the same number. Absent where the
	 * system does not report it.
	 */
	readonly start?: string;
	/** The time since when it has the lock: ISO 8601, UTC. */
	readonly since: string;
}

// Whether a process on another machine runs is visible only from the time of its file.
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

/** The owner in the file at `path`; `undefined` if it is gone, or not a file of Sluice. */
export async function lockOwnerOf(path: string): Promise<LockOwner | undefined> {
	try {
		const owner = JSON.parse(await readFile(path, 'utf8')) as LockOwner;
		return typeof owner?.pid === 'number' ? owner : undefined;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		return ignoreCodes(error, 'ENOENT');
	}
}

/**
 * Whether the process that wrote the file at `path` is still running. `nowMs` is the time of the clock from
 * which files get their times, where it is known: the clock of a shared disk may differ from the local one.
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
 * Sets a file time that is ahead of the clock to the present. Otherwise the old sign of life would count
 * until the clock has caught up; a running holder soon gives a new one.
 */
export async function leadBack(path: string, nowMs = Date.now()): Promise<void> {
	const found = await stat(path).catch(() => undefined);
	if (found && found.mtimeMs > nowMs) await refreshLock(path);
}

/**
 * Gives a sign of life. It is a write, so that its time comes from the clock of the disk: the clocks of two
 * machines may differ by more than the time for which a silent holder is waited for.
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
		// A file that is gone, or that this process may not write, stays as it is.
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

// On Linux: the boot, and the clock tick in it at which the process began (proc(5), fields 3 and 22 of stat).
// A killed process stays in the list until its parent has collected it.
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
