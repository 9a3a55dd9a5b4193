/** Reads tables while a run writes them: each time that their files change, and now and then in any case. */
import {ok} from 'node:assert/strict';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {Workspace} from '../../helpers/binary.ts';
import {listingOf} from './listing.ts';
import type {Reader} from './reader.ts';

export interface Watch {
	/** How often it saw a whole table. Throws what it has seen amiss. */
	stop(): Promise<number>;
}

const PACE_MS = 15;
const MOST_MS_UNREAD = 500;

/** `allowed`: by table, each text that its rows may make. */
export function watch(
	place: Workspace,
	reader: Reader,
	allowed: ReadonlyMap<string, ReadonlySet<string>>,
): Watch {
	let isOver = false;
	let reads = 0;
	let failure: unknown;
	const last = new Map<string, {readonly listing: string; readonly at: number}>();

	async function look(): Promise<void> {
		for (const [table, texts] of allowed) {
			const listing = listingOf(join(place.path, 'out', table));
			if (listing === undefined) continue;
			const before = last.get(table);
			const at = performance.now();
			if (before?.listing === listing && at - before.at < MOST_MS_UNREAD) continue;
			const lines = await reader.read(join(place.path, 'out'), table);
			if (!lines) continue;
			last.set(table, {listing, at});
			reads++;
			ok(
				texts.has(lines.join('\n')),
				`${table}: a reader saw ${lines.length} rows that were never committed ` +
					`together:\n${lines.join('\n')}`,
			);
		}
		await pause(PACE_MS);
	}

	const watching = (async () => {
		while (!isOver && failure === undefined)
			await look().catch(error => {
				failure = error;
			});
	})();
	return {
		async stop() {
			isOver = true;
			await watching;
			if (failure !== undefined) throw failure;
			return reads;
		},
	};
}
