/** Which resources one command was to read: so that the next one leaves out what the last had finished before it broke off. */
import {createHash} from 'node:crypto';
import {mkdir, readFile, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {explained, ignoring, writeDurably} from './files.ts';
import {STORE} from './layout.ts';

export interface Invocation {
	/** ISO 8601, UTC: of the first attempt. */
	readonly startedAt: string;
	/** Whether an earlier attempt broke off. */
	readonly isContinued: boolean;
	/** It came to its end, well or badly: the next one begins anew. */
	end(): Promise<void>;
}

/** Begins a command over these resources, or goes on with one that was killed, interrupted or out of time. */
export async function invocation(root: string, all: readonly {readonly name: string}[], now = new Date()): Promise<Invocation> {
	const resources = all.map(({name}) => name);
	const key = createHash('sha256').update(JSON.stringify(resources.toSorted())).digest('hex').slice(0, 16);
	const path = join(root, STORE, 'runs', `${key}.json`);
	const found = await readFile(path, 'utf8').catch(error => ignoring(error, 'ENOENT'));
	const before = found === undefined ? undefined : startOf(found);
	const startedAt = before ?? now.toISOString();
	if (before === undefined) await explained(resources.join(', '), root, () => store(path, {startedAt, resources}));
	return {startedAt, isContinued: before !== undefined, end: () => rm(path, {force: true})};
}

async function store(path: string, content: {startedAt: string; resources: readonly string[]}): Promise<void> {
	await mkdir(dirname(path), {recursive: true});
	const draft = `${path}.${process.pid}.part`;
	await rm(draft, {force: true});
	await writeDurably(draft, JSON.stringify(content));
	await rename(draft, path);
}

function startOf(text: string): string | undefined {
	try {
		const {startedAt} = JSON.parse(text) as {startedAt?: unknown};
		return typeof startedAt === 'string' ? startedAt : undefined;
	} catch {
		// Cut off by a crash of the machine: nothing is lost but that some resources are read once more.
		return undefined;
	}
}
