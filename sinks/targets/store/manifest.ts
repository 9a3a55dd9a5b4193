/**
 * The list of the files of each table, in the form that `COPY … MANIFEST` of Redshift takes and that other
 * programs read easily. It is a copy of the last record: no run reads it.
 */
import type {Commit} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';

/** Writes the lists of a commit. Those of tables whose files are the same as before stay. */
export async function writeManifests(
	store: Store,
	name: string,
	next: Commit,
	last: Commit | undefined,
): Promise<void> {
	for (const table of next.tables) {
		const text = manifestOf(store, table, next);
		if (last?.tables.includes(table) && manifestOf(store, table, last) === text) continue;
		await store.put(manifestKey(name, table), Buffer.from(text));
	}
}

export function manifestKey(name: string, table: string): string {
	return `_sluice/${encodeURIComponent(name)}/manifests/${encodeURIComponent(table)}.json`;
}

function manifestOf({location}: Store, table: string, {parts}: Commit): string {
	const entries = parts
		.filter(part => part.table === table && part.kind === 'rows')
		.map(({path, bytes, rows}) => ({
			url: `${location}/${path}`,
			mandatory: true,
			meta: {content_length: bytes, record_count: rows},
		}));
	return `${JSON.stringify({entries}, undefined, '\t')}\n`;
}
