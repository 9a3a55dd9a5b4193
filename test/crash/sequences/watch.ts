/** Reads all tables over and over while a run writes them. */
import {ok} from 'node:assert/strict';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {Workspace} from '../../helpers/binary.ts';
import type {Reader} from './reader.ts';

export interface Watch {
	/** How often it saw a whole table. Throws what it has seen amiss. */
	stop(): Promise<number>;
}

/** `allowed`: by table, each text that its rows may make. */
export function watch(
	place: Workspace,
	reader: Reader,
	allowed: ReadonlyMap<string, ReadonlySet<string>>,
): Watch {
	let isOver = false;
	let reads = 0;
	let failure: unknown;

	async function look(): Promise<void> {
		for (const [table, texts] of allowed) {
			const lines = await reader.read(join(place.path, 'out'), table);
			if (!lines) continue;
			reads++;
			ok(
				texts.has(lines.join('\n')),
				`${table}: a reader saw ${lines.length} rows that were never committed together:\n${lines.join('\n')}`,
			);
		}
		await pause(30);
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
