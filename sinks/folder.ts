/** A folder that anyone reads by a glob (`out/contacts/*.parquet`): each run adds one part, or puts one in the place of all. */
import {randomBytes} from 'node:crypto';
import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Writable} from 'node:stream';
import {type Sink, sink} from '../src/core/stage.ts';
import {type FileFormat, fileSink} from './file.ts';
import {fileOutput} from './output.ts';
import {withRejects} from './rejects.ts';

export interface FolderOptions {
	/** `add` keeps the parts that are there; `replace` removes them once the new part is in place. @default 'add' */
	readonly mode?: 'add' | 'replace';
	/** Time of the run, which opens the part's name. @default now */
	readonly now?: Date;
}

/** Names of parts sort by the time of their run: `20261120T202059Z-3f9c.parquet`. */
const partName = /^\d{8}T\d{6}Z-[0-9a-f]{4}\./;

/** Writes one part in `path`. Records that a transform refused go to `path/_rejects/`. */
export function folder(format: FileFormat, path: string, options: FolderOptions = {}): Writable {
	return sink(folderSink(format, path, options));
}

export function folderSink(format: FileFormat, path: string, {mode = 'add', now = new Date()}: FolderOptions = {}): Sink {
	const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
	const stem = `${stamp}-${randomBytes(2).toString('hex')}`;
	const part = `${stem}.${format.extension}`;
	const inner = withRejects(fileSink(format, fileOutput(join(path, part))), join(path, '_rejects', `${stem}.jsonl`));
	return {
		...inner,
		async close() {
			await inner.close();
			if (mode === 'replace') await removeOthers(path, part);
		},
	};
}

async function removeOthers(path: string, part: string): Promise<void> {
	for (const name of await readdir(path)) {
		if (name !== part && partName.test(name)) await rm(join(path, name));
	}
}
