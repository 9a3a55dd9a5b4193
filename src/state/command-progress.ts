/**
 * Which resources one command was to read: so that the next one leaves out what the last had finished before
 * it broke off, or before another one of them failed.
 */
import {createHash} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {explained, replaceFile} from '../core/files/durable.ts';
import {nextNumber} from './command-number.ts';
import {isAlive, type LockOwner, leadBack, lockOwnerOf, self} from './lock-owner.ts';
import {makeOwnFolder, storeOf} from './own-folders.ts';

export interface CommandProgress {
	/** Its own number: what finishes under it bears it. */
	readonly number: string;
	/** An earlier attempt that did not bring all resources to their end. */
	readonly before: Before | undefined;
	/**
	 * All have come to their end, or none has: the next one begins anew. Not for one whose last commit failed
	 * half-way.
	 */
	end(): Promise<void>;
	/** These have failed, and others have not: the next one reads what is left. */
	leave(failed: readonly string[]): Promise<void>;
	/** It broke off: the next one goes on with it, also when this process lives on. */
	release(): Promise<void>;
}

export interface Before {
	/** Of the first attempt. */
	readonly number: string;
	/** When the first attempt began: ISO 8601, UTC. For people only. */
	readonly startedAt: string;
	/** What failed in the last one. None when it was killed, interrupted or out of time. */
	readonly failed: readonly string[];
	/** How many attempts have ended with a failure. */
	readonly timesFailed: number;
}

interface Stored extends LockOwner {
	/** Of the first attempt. */
	readonly startedAt: string;
	readonly number?: string;
	readonly resources: readonly string[];
	readonly failed?: readonly string[];
	readonly timesFailed?: number;
	/** Nothing runs under it any longer, whether its process lives or not. */
	readonly isOver?: boolean;
}

/** Begins a command of this kind over these resources, or goes on with one that is not over. */
export async function commandProgress(
	root: string,
	all: readonly {readonly name: string}[],
	kind: string,
): Promise<CommandProgress> {
	const resources = all.map(({name}) => name);
	const top = storeOf({root});
	const path = pathOf(root, resources, kind);
	const within = <T>(work: () => Promise<T>): Promise<T> => explained(resources.join(', '), root, work);
	const found = (await within(() => lockOwnerOf(path))) as Stored | undefined;
	const holder = await self();
	const number = await within(() => nextNumber({root}, holder.pid));
	// Somebody else is at it: the locks of the datasets will say so.
	if (found && found.isOver !== true && (await isAlive(found, path))) {
		await leadBack(path);
		return {number, before: undefined, async end() {}, async leave() {}, async release() {}};
	}
	const before = beforeIn(found);
	const stored: Stored = {
		...holder,
		startedAt: before?.startedAt ?? holder.since,
		number: before?.number ?? number,
		resources,
		...(before && {timesFailed: before.timesFailed}),
	};
	await within(() => store(top, path, stored));
	return {
		number,
		before,
		end: () => rm(path, {force: true}),
		leave: failed =>
			within(() => {
				const timesFailed = (before?.timesFailed ?? 0) + 1;
				return store(top, path, {...stored, failed, timesFailed, isOver: true});
			}),
		release: () => within(() => store(top, path, {...stored, isOver: true})),
	};
}

/** What the next such command goes on with. Changes nothing. */
export async function commandBefore(
	root: string,
	all: readonly {readonly name: string}[],
	kind: string,
): Promise<Before | undefined> {
	const names = all.map(({name}) => name);
	return beforeIn((await lockOwnerOf(pathOf(root, names, kind))) as Stored | undefined);
}

function pathOf(root: string, resources: readonly string[], kind: string): string {
	const key = createHash('sha256')
		.update(JSON.stringify([kind, resources.toSorted()]))
		.digest('hex')
		.slice(0, 16);
	return join(storeOf({root}), 'runs', `${key}.json`);
}

// One of an older version has no number, and what finished in it cannot be told.
function beforeIn(found: Stored | undefined): (Stored & Before) | undefined {
	return found?.number === undefined
		? undefined
		: {failed: [], timesFailed: 0, ...found, number: found.number};
}

async function store(top: string, path: string, content: Stored): Promise<void> {
	await makeOwnFolder(top, dirname(path));
	await replaceFile(path, JSON.stringify(content), `${path}.${content.pid}.part`);
}
