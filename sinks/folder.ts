/** A folder that anyone reads by a glob (`out/contacts/*.parquet`): each run adds one part, or puts one in the place of all. */
import {randomBytes} from 'node:crypto';
import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Writable} from 'node:stream';
import {SinkError} from '../src/core/errors.ts';
import {messageOf, type Sink, sink} from '../src/core/stage.ts';
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

/** Where a folder keeps the records that a transform refused: one JSONL file for each part that has any. */
export function rejectsFolder(path: string): string {
	return join(path, '_rejects');
}

/** Writes one part in `path`. Records that a transform refused go to `path/_rejects/`. */
export function folder(format: FileFormat, path: string, options: FolderOptions = {}): Writable {
	return sink(folderSink(format, path, options));
}

export function folderSink(format: FileFormat, path: string, {mode = 'add', now = new Date()}: FolderOptions = {}): Sink {
	const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
	const stem = `${stamp}-${randomBytes(2).toString('hex')}`;
	const part = fileSink(format, fileOutput(join(path, `${stem}.${format.extension}`)));
	const inner = withRejects(part, join(rejectsFolder(path), `${stem}.jsonl`), {always: false});
	return {
		...inner,
		async close() {
			await inner.close();
			if (mode === 'replace') await removeOthers(path, stem);
		},
	};
}

/** Removes every part in a folder, and what was refused with them. */
export function removeParts(path: string): Promise<void> {
	return removeOthers(path, undefined);
}

// The new part is in place: of a failure in between, old rows are left over, and the next run removes them.
async function removeOthers(path: string, stem: string | undefined): Promise<void> {
	for (const place of [path, rejectsFolder(path)]) {
		for (const name of await namesIn(place)) {
			if (!partName.test(name) || (stem !== undefined && name.startsWith(`${stem}.`))) continue;
			const old = join(place, name);
			try {
				await rm(old);
			} catch (error) {
				throw new SinkError(`cannot remove ${old}, whose rows the new part replaces: ${messageOf(error)}. Remove it by hand`, {
					cause: error,
				});
			}
		}
	}
}

async function namesIn(path: string): Promise<string[]> {
	try {
		return await readdir(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}
