/** Lists that change while their pages are read. */
import type {JsonRecord} from '../../src/core/page.ts';
import type {RecordedRequest, Respond} from '../helpers/server.ts';
import {ids} from '../resource/walk.ts';

export interface Moving {
	readonly respond: Respond;
	/** As it is now. */
	rows: JsonRecord[];
}

/** A list in which `move` changes something before each answer. */
export function moving(
	count: number,
	move: (rows: JsonRecord[], nth: number) => JsonRecord[],
	body: (page: JsonRecord[], all: readonly JsonRecord[]) => unknown = page => ({data: page}),
): Moving {
	let nth = 0;
	const list: Moving = {
		rows: ids(0, count),
		respond: {
			fn: ({query}: RecordedRequest) => {
				list.rows = move(list.rows, nth++);
				const limit = Number(query.limit?.[0] ?? 10);
				const from = query.page ? Number(query.page[0]) * limit : Number(query.offset?.[0]);
				return {json: body(list.rows.slice(from, from + limit), list.rows)};
			},
		},
	};
	return list;
}

export const atHead = (by: number) => (rows: JsonRecord[], nth: number) =>
	nth === 0 ? rows : [...ids(10_000 + nth * by, 10_000 + (nth + 1) * by), ...rows];

/** Numbers from 0 to 1, the same for each seed (mulberry32). */
export function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
