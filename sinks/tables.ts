/** One folder for a resource, and one beside it for each table that its nested lists make. */
import {readdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Writable} from 'node:stream';
import {SinkError} from '../src/core/errors.ts';
import type {Page} from '../src/core/page.ts';
import {type Counts, type Sink, sink} from '../src/core/stage.ts';
import type {FileFormat} from './file.ts';
import {type FolderOptions, folderSink, removeParts} from './folder.ts';

/**
 * Writes records to `path`, and the pages in `page.tables` to folders of their names beside it. The folder of the records is
 * finished last: where its part is, those of the lists are too. With `mode: 'replace'` the parts of tables that this run has no
 * rows for, `<path>__*`, are removed.
 */
export function tableFolders(format: FileFormat, path: string, options: FolderOptions = {}): Writable {
	return sink(tablesSink(format, path, options));
}

export function tablesSink(format: FileFormat, path: string, {mode = 'add', now = new Date()}: FolderOptions = {}): Sink {
	const counts: Partial<Counts> = {};
	const root = dirname(path);
	const prefix = `${basename(path)}__`;
	const main = folderSink(format, path, {mode, now});
	// As many as the splitter makes at most.
	const children = new Map<string, Sink>();
	let isDiscarded = false;

	async function childOf(table: string): Promise<Sink> {
		const known = children.get(table);
		if (known) return known;
		// A write that was under way when everything was discarded opens nothing that nobody would close.
		if (isDiscarded) throw new SinkError(`${main.name}: discarded`);
		const child = folderSink(format, join(root, basename(table)), {mode, now});
		children.set(table, child);
		await child.open?.();
		return child;
	}

	async function writeTable(page: Page): Promise<void> {
		const child = await childOf(page.resource);
		await child.write(page);
		counts.rejected = (counts.rejected ?? 0) + (page.rejections?.length ?? 0);
	}

	async function removeStale(): Promise<void> {
		const written = new Set([...children.keys()].map(table => basename(table)));
		for (const name of await readdir(root))
			if (name.startsWith(prefix) && !written.has(name)) await removeParts(join(root, name));
	}

	return {
		name: main.name,
		counts,
		open: async () => main.open?.(),
		async write(page) {
			for (const table of page.tables ?? []) await writeTable(table);
			await main.write(page);
		},
		async close() {
			for (const part of [...children.values(), main]) {
				await part.close();
				counts.bytesWritten = (counts.bytesWritten ?? 0) + (part.counts?.bytesWritten ?? 0);
			}
			if (mode === 'replace') await removeStale();
		},
		async discard(error) {
			isDiscarded = true;
			const results = await Promise.allSettled([main, ...children.values()].map(part => part.discard?.(error)));
			for (const result of results) if (result.status === 'rejected') throw result.reason;
		},
	};
}
