/** Links beside the tables that lead into the store, and that no dataset has made for a table of its own. */
import {readlink} from 'node:fs/promises';
import {dirname, join, relative, resolve, sep} from 'node:path';
import type {Commit} from '../commit.ts';
import {type Layout, STORE} from './layout.ts';

export interface KnownDataset {
	readonly layout: Pick<Layout, 'name'>;
	/** Absent before the first commit, and where the log cannot be read. */
	readonly commit: Commit | undefined;
}

/**
 * Those of the `links` in the root: a reader of all tables finds their rows twice, or nothing at all where the dataset is gone. One line for each.
 */
export async function strayLinks(
	root: string,
	links: readonly string[],
	datasets: readonly KnownDataset[],
): Promise<string[]> {
	const tables = new Set(datasets.flatMap(({commit}) => commit?.tables ?? []));
	// The tables of a dataset without a readable log are not known; its own problem is told.
	const unknown = datasets.filter(({commit}) => !commit).map(({layout}) => layout.name);
	const problems: string[] = [];
	for (const link of links) {
		if (tables.has(link)) continue;
		const path = join(root, link);
		const target = relative(resolve(root, STORE), resolve(dirname(path), await readlink(path)))
			.split(sep)
			.join('/');
		if (target.startsWith('..') || unknown.some(name => target.startsWith(`${name}/`))) continue;
		problems.push(
			`${path}: leads to ${join(root, STORE, target)}, and no dataset has a table of that name. ` +
				'Remove the link; if the data is gone, restore it from a backup or run the resource again',
		);
	}
	return problems;
}
