/** The local folder of a writer, which goes with it: the next writer removes those of dead processes. */
import {mkdir, readdir, rm, stat, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {ignoreCodes} from '../../../src/core/files/durable.ts';
import {isAlive, lockOwnerOf, thisProcess} from '../../../src/state/lock/lock-owner.ts';

const OWNER = 'owner.json';
/** For so long, a folder without an owner counts as one that is being made. */
const BEGINNING_MS = 5 * 60_000;

/** Makes the folder of a writer, and removes those of writers on this machine that have died. */
export async function writerFolder(parent: string, writer: string): Promise<string> {
	const folder = join(parent, writer);
	await mkdir(folder, {recursive: true, mode: 0o700});
	await writeFile(join(folder, OWNER), JSON.stringify(await thisProcess(writer)), {mode: 0o600});
	for (const name of await readdir(parent))
		if (name !== writer && (await isLeft(join(parent, name))))
			await rm(join(parent, name), {recursive: true, force: true});
	return folder;
}

async function isLeft(folder: string): Promise<boolean> {
	const file = join(folder, OWNER);
	const owner = await lockOwnerOf(file);
	if (owner) return owner.host === hostname() && !(await isAlive(owner, file));
	const found = await stat(folder).catch(error => ignoreCodes(error, 'ENOENT'));
	return found !== undefined && Date.now() - found.mtimeMs > BEGINNING_MS;
}
