/**
 * Rows of a list of changes: those of the last two generations, so that a run which asks for new ones has some
 * to leave out. Of one key several come, in any order, and some say that it is gone.
 */
import type {Row} from './api.ts';

const mostRows = 12;
const ids = 11;

/** All that the API gives in a generation. */
export function changesOf(generation: number): Row[] {
	return [generation - 1, generation].flatMap(rowsOf);
}

/** The greatest cursor among them. */
export function lastRev(generation: number): number {
	return revOf(generation, mostRows - 1);
}

function revOf(generation: number, place: number): number {
	return generation * 100 + place;
}

// Neither its folder nor its kind depends on anything but the id: only then does the order of rows count.
function rowsOf(generation: number): Row[] {
	return Array.from({length: mostRows}, (_, i) => {
		const id = (generation * 3 + i * i) % ids;
		const tag = `changes-g${generation}-${i}`;
		return {
			id,
			kind: id % 2 === 0 ? 'a' : 'b',
			tag,
			score: i % 4 === 3 ? id + 0.5 : id,
			day: `2024-0${1 + (id % 3)}-11`,
			note: i % 3 === 0 ? null : `change ${i}`,
			fullName: `name ${id}`,
			rev: revOf(generation, (i * 7) % mostRows),
			gone: (id + generation + i) % 5 === 0,
			lines: Array.from({length: i % 3}, (_, n) => ({tag: `${tag}-line${n}`, n})),
		};
	});
}
