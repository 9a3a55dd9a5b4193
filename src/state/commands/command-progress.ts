/**
 * Stores which resources one command was to read, so that the next command skips resources that were finished
 * before the command was interrupted, or before another resource failed.
 */
import {createHash} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {explainFileErrors, replaceFile} from '../../core/files/durable.ts';
import {makeOwnFolder, storeOf} from '../folders/own-folders.ts';
import {isAlive, type LockOwner, leadBack, lockOwnerOf, thisProcess} from '../lock/lock-owner.ts';
import {nextNumber} from './command-number.ts';

export interface CommandProgress {
	/** The number of this command, which is stored with each resource that it finishes. */
	readonly number: string;
	/** An earlier attempt that did not finish all resources. */
	readonly before: Before | undefined;
	/**
	 * Ends the command when all resources are finished, or none is: the next one begins anew. Not for a command
	 * whose last commit failed half-way.
	 */
	end(): Promise<void>;
	/** Ends the command when these resources have failed, and others have not: the next one reads the rest. */
	leave(failed: readonly string[]): Promise<void>;
	/** Ends an interrupted command: the next one continues it, even while this process still runs. */
	release(): Promise<void>;
}

export interface Before {
	/** The number of the first attempt. */
	readonly number: string;
	/** The start of the first attempt: ISO 8601, UTC. For display only. */
	readonly startedAt: string;
	/** Resources that failed in the last attempt. Empty when it was killed, interrupted or out of time. */
	readonly failed: readonly string[];
	/** The number of attempts that ended with a failure. */
	readonly timesFailed: number;
}

interface Stored extends LockOwner {
	/** The start of the first attempt. */
	readonly startedAt: string;
	readonly number?: string;
	readonly resources: readonly string[];
	readonly failed?: readonly string[];
	readonly timesFailed?: number;
	/** The command has ended, even if its process still runs. */
	readonly isOver?: boolean;
}

/** Begins a command of this kind for these resources, or continues an unfinished one. */
export async function commandProgress(
	root: string,
	all: readonly {readonly name: string}[],
	kind: string,
): Promise<CommandProgress> {
	const resources = all.map(({name}) => name);
	const top = storeOf({root});
	const path = pathOf(root, resources, kind);
	const within = <T>(work: () => Promise<T>): Promise<T> =>
		explainFileErrors(resources.join(', '), root, work);
	const found = (await within(() => lockOwnerOf(path))) as Stored | undefined;
	const owner = await thisProcess();
	const number = await within(() => nextNumber({root}, owner.pid));
	// Another process runs the command: the locks of the datasets will report it.
	if (found && found.isOver !== true && (await isAlive(found, path))) {
		await leadBack(path);
		return {number, before: undefined, async end() {}, async leave() {}, async release() {}};
	}
	const before = beforeIn(found);
	const stored: Stored = {
		...owner,
		startedAt: before?.startedAt ?? owner.since,
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

/** The command that the next one would continue. Changes nothing. */
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

// A command of an older version has no number, so its finished resources are unknown.
function beforeIn(found: Stored | undefined): (Stored & Before) | undefined {
	return found?.number === undefined
		? undefined
		: {failed: [], timesFailed: 0, ...found, number: found.number};
}

async function store(top: string, path: string, content: Stored): Promise<void> {
	await makeOwnFolder(top, dirname(path));
	await replaceFile(path, JSON.stringify(content), `${path}.${content.pid}.part`);
}
