/** Reads a folder of parts as anybody would: list the names, open each. */
import {readdir, readFile, realpath} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {parquetReadObjects} from 'hyparquet';

export interface SnapshotOptions {
	/** Whether a file may go between the list and the opening. Else that is an error. @default false */
	readonly mayGo?: boolean;
}

/** The tags of all rows; nothing when there is no folder, or a file went away and one has to look again. */
export async function snapshot(
	link: string,
	{mayGo = false}: SnapshotOptions = {},
): Promise<string[] | undefined> {
	const folder = await realpath(link).catch(unlessGone);
	if (folder === undefined) return undefined;
	try {
		const names = (await readdir(folder)).filter(name => /\.(parquet|jsonl|csv)(\.gz)?$/.test(name));
		const tags: string[] = [];
		for (const name of names) tags.push(...(await tagsIn(name, await readFile(join(folder, name)))));
		return tags;
	} catch (error) {
		// Faster commits than a reader may push its folder out.
		if (mayGo || (await realpath(folder).catch(unlessGone)) === undefined) return unlessGone(error);
		throw error;
	}
}

function unlessGone(error: unknown): undefined {
	if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

async function tagsIn(name: string, bytes: Buffer): Promise<string[]> {
	if (name.endsWith('.parquet')) {
		const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
		return (await parquetReadObjects({file})).map(({tag}) => String(tag));
	}
	const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
	const lines = text.split(/\r?\n/).filter(line => line !== '');
	if (name.includes('.jsonl')) return lines.map(line => JSON.parse(line).tag);
	const [header = '', ...rows] = lines;
	const column = header.split(',').indexOf('tag');
	return rows.map(row => row.split(',')[column] ?? '');
}
