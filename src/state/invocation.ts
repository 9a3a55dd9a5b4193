/** Which resources one command was to read: so that the next one leaves out what the last had finished before it broke off. */
import {createHash} from 'node:crypto';
import {rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {explained, writeDurably} from './files.ts';
import {type Holder, holderOf, isAlive, self} from './holder.ts';
import {makeOwnFolder, storeOf} from './own-folders.ts';

export interface Invocation {
	/** When the first attempt began, if an earlier one broke off: ISO 8601, UTC. */
	readonly brokeOff: string | undefined;
	/** It came to its end, well or badly: the next one begins anew. Not for one whose last commit failed half-way. */
	end(): Promise<void>;
}

interface Stored extends Holder {
	/** Of the first attempt. */
	readonly startedAt: string;
	readonly resources: readonly string[];
}

/** Begins a command of this kind over these resources, or goes on with one that was killed, interrupted or out of time. */
export async function invocation(root: string, all: readonly {readonly name: string}[], kind: string): Promise<Invocation> {
	const resources = all.map(({name}) => name);
	const key = createHash('sha256')
		.update(JSON.stringify([kind, resources.toSorted()]))
		.digest('hex')
		.slice(0, 16);
	const path = join(storeOf({root}), 'runs', `${key}.json`);
	const before = (await explained(resources.join(', '), root, () => holderOf(path))) as Stored | undefined;
	// Somebody else is at it: the locks of the datasets will say so.
	if (before && (await isAlive(before, path))) return {brokeOff: undefined, async end() {}};
	const holder = await self();
	const stored: Stored = {...holder, startedAt: before?.startedAt ?? holder.since, resources};
	await explained(resources.join(', '), root, () => store(storeOf({root}), path, stored));
	return {brokeOff: before?.startedAt, end: () => rm(path, {force: true})};
}

async function store(top: string, path: string, content: Stored): Promise<void> {
	await makeOwnFolder(top, dirname(path));
	const draft = `${path}.${content.pid}.part`;
	await rm(draft, {force: true});
	await writeDurably(draft, JSON.stringify(content));
	await rename(draft, path);
}
