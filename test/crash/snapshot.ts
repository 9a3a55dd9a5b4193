/** Reads a folder of parts as anybody would: list the names, open each. */
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {parquetReadObjects} from 'hyparquet';

/** The tags of all rows; nothing when a file went away in between, and one has to look again. */
export async function snapshot(folder: string): Promise<string[] | undefined> {
	try {
		const names = (await readdir(folder)).filter(name => /\.(parquet|jsonl|csv)(\.gz)?$/.test(name));
		const tags: string[] = [];
		for (const name of names) tags.push(...(await tagsIn(name, await readFile(join(folder, name)))));
		return tags;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
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
