/** A store in a local folder. */
import {randomBytes} from 'node:crypto';
import {copyFile, open, readdir, readFile, rename, rm} from 'node:fs/promises';
import {dirname, join, relative, resolve, sep} from 'node:path';
import {StateError} from '../../../src/core/errors.ts';
import {ignoreCodes, linkNew, makeFolder, syncFolder, writeDurably} from '../../../src/core/files/durable.ts';
import type {Store} from '../../../src/state/store.ts';

/** Drafts have this in their name, and are no objects. */
const DRAFT = '.draft-';

export function folderStore(root: string): Store {
	return new FolderStore(resolve(root));
}

class FolderStore implements Store {
	readonly location: string;
	readonly #root: string;

	constructor(root: string) {
		this.#root = root;
		this.location = root;
	}

	async get(key: string): Promise<Buffer | undefined> {
		return readFile(this.#path(key)).catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'));
	}

	async putNew(key: string, body: Uint8Array): Promise<boolean> {
		const path = this.#path(key);
		const draft = await this.#draft(path);
		try {
			await writeDurably(draft, body);
			await linkNew(draft, path);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
			throw error;
		} finally {
			await rm(draft, {force: true});
		}
		await syncFolder(dirname(path));
		return true;
	}

	async put(key: string, body: Uint8Array): Promise<void> {
		const path = this.#path(key);
		const draft = await this.#draft(path);
		try {
			await writeDurably(draft, body);
			await rename(draft, path);
		} finally {
			await rm(draft, {force: true});
		}
		await syncFolder(dirname(path));
	}

	async read(key: string, from: number, length: number): Promise<Buffer> {
		const handle = await open(this.#path(key));
		try {
			const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, from);
			if (bytesRead < length)
				throw new StateError(
					`${this.location}/${key}: ends at ${from + bytesRead} bytes, and more were expected`,
				);
			return buffer;
		} finally {
			await handle.close();
		}
	}

	async upload(key: string, file: string): Promise<void> {
		const path = this.#path(key);
		const draft = await this.#draft(path);
		try {
			await copyFile(file, draft);
			const handle = await open(draft, 'r+');
			await handle.sync().finally(() => handle.close());
			await rename(draft, path);
		} finally {
			await rm(draft, {force: true});
		}
		await syncFolder(dirname(path));
	}

	async download(key: string, file: string): Promise<void> {
		await makeFolder(dirname(file));
		await copyFile(this.#path(key), file);
	}

	async *list(prefix: string, after = ''): AsyncGenerator<string> {
		const folder = this.#path(prefix.slice(0, prefix.lastIndexOf('/') + 1));
		const entries = await readdir(folder, {withFileTypes: true, recursive: true}).catch(error =>
			ignoreCodes(error, 'ENOENT', 'ENOTDIR'),
		);
		const keys = (entries ?? [])
			.filter(entry => entry.isFile() && !entry.name.includes(DRAFT))
			.map(entry => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join('/'));
		yield* keys.filter(key => key.startsWith(prefix) && byBytes(key, after) > 0).sort(byBytes);
	}

	async remove(keys: readonly string[]): Promise<void> {
		for (const key of keys) await rm(this.#path(key), {force: true});
	}

	async close(): Promise<void> {}

	#path(key: string): string {
		const path = resolve(this.#root, key);
		if (path !== this.#root && !path.startsWith(`${this.#root}${sep}`))
			throw new StateError(`${this.location}: the key ${JSON.stringify(key)} leads out of the folder`);
		return path;
	}

	async #draft(path: string): Promise<string> {
		await makeFolder(dirname(path));
		return `${path}${DRAFT}${randomBytes(6).toString('hex')}`;
	}
}

function byBytes(one: string, other: string): number {
	return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
