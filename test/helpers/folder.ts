import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A fresh folder, removed at the end of its block: `await using folder = await temporaryFolder()`. */
export async function temporaryFolder(): Promise<{
	readonly path: string;
	[Symbol.asyncDispose](): Promise<void>;
}> {
	const path = await mkdtemp(join(tmpdir(), 'sluice-'));
	return {path, [Symbol.asyncDispose]: () => rm(path, {recursive: true, force: true})};
}
