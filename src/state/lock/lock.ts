/** The lock for writing: one process at a time has it, and never a dead one. */
import {rm, stat} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {StateError} from '../../core/errors.ts';
import {ignoreCodes, linkNew, makeFolder, pathsIn, writeDurably} from '../../core/files/durable.ts';
import {type Layout, paddedVersion} from '../folders/layout.ts';
import {isAlive, type LockOwner, leadBack, lockOwnerOf, refreshLock, thisProcess} from './lock-owner.ts';

export interface Lock {
	/** The name of the holder's staged files. */
	readonly writer: string;
	release(): Promise<void>;
}

/** The locked object: the folder of its locks, and its name for messages. */
export type Locked = Pick<Layout, 'lock' | 'name'>;

/** Another process has the lock. */
export class LockHeldError extends StateError {
	/** The holder, as text. */
	readonly who: string;
	/** The path of its lock; unknown for a holder that has just begun. */
	readonly path: string | undefined;

	constructor(name: string, owner: LockOwner | undefined, path?: string) {
		const who = owner
			? `process ${owner.pid} on ${owner.host}, since ${owner.since}`
			: 'another process, which began just now';
		const advice =
			path === undefined ? 'Try again later' : `Wait for it; or, if it is gone for certain, remove ${path}`;
		super(`${name}: is being written by ${who}. Nothing was changed. ${advice}`);
		// Users see it as a StateError.
		this.name = StateError.name;
		this.who = who;
		this.path = path;
	}
}

const BEAT_MS = 20_000;
const lockName = /^\d{12}\.json$/;

/**
 * Takes the lock, or fails with the name of its holder. Locks are numbered, and each is created once: two
 * processes that both find a dead holder cannot both take its place.
 */
export async function acquire({lock: folder, name}: Locked, writer: string): Promise<Lock> {
	await makeFolder(folder);
	const owner = await thisProcess(writer);
	const draft = join(folder, `${writer}.part`);
	await writeDurably(draft, JSON.stringify(owner));
	let mine: string | undefined;
	try {
		const now = (await stat(draft).catch(error => ignoreCodes(error, 'ENOENT')))?.mtimeMs;
		const before = await locksIn(folder);
		await refuseIfHeld(before, name, now);
		const number = 1 + Math.max(0, ...before.map(path => Number.parseInt(basename(path), 10)));
		mine = join(folder, `${paddedVersion(number)}.json`);
		await linkNew(draft, mine).catch(error => {
			mine = undefined;
			// Another process took the lock; or the draft is gone, since another process has the lock and took this
			// one for dead.
			throw ['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')
				? new LockHeldError(name, undefined)
				: error;
		});
		// A process that looked before a lock was released may have taken another number.
		const own = mine;
		await refuseIfHeld(
			(await locksIn(folder)).filter(path => path !== own),
			name,
			now,
		);
		await Promise.all([...before, ...(await deadDrafts(folder))].map(path => rm(path, {force: true})));
	} catch (error) {
		if (mine !== undefined) await rm(mine, {force: true});
		throw error;
	} finally {
		await rm(draft, {force: true});
	}
	const path = mine;
	const beat = setInterval(() => void refreshLock(path), BEAT_MS);
	beat.unref();
	return {
		writer,
		async release() {
			clearInterval(beat);
			// If this process was taken for dead, the number of its lock may belong to another process now.
			if ((await lockOwnerOf(path))?.writer === writer) await rm(path, {force: true});
		},
	};
}

/** The running process that has the lock; `undefined` when the lock is free. */
export async function lockHolder({lock}: Locked): Promise<LockOwner | undefined> {
	for (const path of await locksIn(lock)) {
		const owner = await lockOwnerOf(path);
		if (owner && (await isAlive(owner, path))) return owner;
	}
	return undefined;
}

async function locksIn(folder: string): Promise<string[]> {
	return (await pathsIn(folder)).filter(path => lockName.test(basename(path)));
}

// Drafts of processes that were killed before they had the lock.
async function deadDrafts(folder: string): Promise<string[]> {
	const drafts = (await pathsIn(folder)).filter(path => path.endsWith('.part'));
	const isDead = await Promise.all(
		drafts.map(async path => {
			const owner = await lockOwnerOf(path);
			return owner === undefined || !(await isAlive(owner, path));
		}),
	);
	return drafts.filter((_, i) => isDead[i]);
}

async function refuseIfHeld(locks: readonly string[], name: string, now = Date.now()): Promise<void> {
	for (const path of locks) {
		const holder = await lockOwnerOf(path);
		if (!holder || !(await isAlive(holder, path, now))) continue;
		await leadBack(path, now);
		throw new LockHeldError(name, holder, path);
	}
}
