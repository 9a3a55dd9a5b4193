/** What stands in the folders of a workspace, beside the rows. */
import {createHash} from 'node:crypto';
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {rowsOfFile} from '../../../src/config/output/row-count.ts';
import {builtIn} from '../../../src/plugins/registry.ts';
import {audit} from '../../../src/state/audit.ts';
import type {Commit} from '../../../src/state/commit.ts';
import {lastCommit} from '../../../src/state/commits/commit-log.ts';
import {layoutOf} from '../../../src/state/folders/layout.ts';

export function commitOf(place: string, table: string): Promise<Commit | undefined> {
	return lastCommit(layoutOf(join(place, 'out'), table));
}

/** What `verify` would say; nothing where all is as committed. */
export async function problemsOf(place: string, table: string): Promise<readonly string[]> {
	const commit = await commitOf(place, table);
	if (!commit) return [];
	const {signal} = new AbortController();
	return (
		await audit(layoutOf(join(place, 'out'), table), commit, {
			countRows: rowsOfFile,
			isData: name => builtIn.formatOf(name) !== undefined,
			signal,
		})
	).problems;
}

/** Whether a command over these resources is not over: it has a file of its own until then. */
export async function isBegun(place: string, sources: readonly string[], isFresh: boolean): Promise<boolean> {
	const kind = JSON.stringify([isFresh ? 'refresh' : 'run', [...sources].sort()]);
	const name = createHash('sha256').update(kind).digest('hex').slice(0, 16);
	const found = await stat(join(place, `out/.sluice/runs/${name}.json`)).catch(() => undefined);
	return found !== undefined;
}
