/** Lists datasets without a lock, and without a change. */
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../core/errors.ts';
import {exists} from '../core/files/durable.ts';
import {messageOf} from '../core/stage.ts';
import {layoutOf, STORE} from './folders/layout.ts';
import {dataFolders} from './folders/on-disk.ts';

// The folders of a dataset itself. The name of a table may have several segments, so that one dataset lies in
// the folder of another.
const ownFolder = /^(?:log|pending|staging|lock|data-\d{12})$/;

/** Names of the datasets below a root, sorted, including those without a commit. */
export async function datasetNames(root: string): Promise<string[]> {
	const names: string[] = [];
	for await (const name of foldersBelow(join(root, STORE), '')) {
		const layout = layoutOf(root, name);
		// A dataset without its log is listed, too, so that the loss is reported.
		if ((await exists(layout.log)) || (await dataFolders(layout)).length > 0) names.push(name);
	}
	return names.sort();
}

async function* foldersBelow(folder: string, prefix: string): AsyncGenerator<string> {
	const entries = await readdir(folder, {withFileTypes: true}).catch(error => {
		if (['ENOENT', 'ENOTDIR'].includes(error.code)) return [];
		throw new StateError(`cannot read ${folder}: ${messageOf(error)}`, {cause: error});
	});
	for (const entry of entries) {
		if (!entry.isDirectory() || (prefix !== '' && ownFolder.test(entry.name))) continue;
		const name = `${prefix}${entry.name}`;
		yield name;
		yield* foldersBelow(join(folder, entry.name), `${name}/`);
	}
}
