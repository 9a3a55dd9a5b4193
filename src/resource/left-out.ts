/** Items of a walk that are not in its rows, told once before the walk ends. */
import type {Warn} from '../core/warning.ts';

export interface LeftOut {
	/** Nulls among the records of one answer. */
	addNulls(count: number): void;
	/** Lines of JSON Lines that had no rows, in all so far. */
	setLines(count: number, keys: ReadonlySet<string>): void;
	/** The walk is about to end. */
	tell(): void;
}

export function leftOut(resource: string, warn: Warn | undefined): LeftOut {
	let nulls = 0;
	let lines: {count: number; keys: ReadonlySet<string>} = {count: 0, keys: new Set()};

	function tellLines(): void {
		const {count, keys} = lines;
		if (count === 0) return;
		const which =
			count === 1
				? '1 line of JSON Lines has no rows where data_selector leads, and was'
				: `${count} lines of JSON Lines have no rows where data_selector leads, and were`;
		const message = `${which} left out; keys of such lines: ${[...keys].join(', ')}. If that is right, set missing_rows: empty`;
		warn?.({code: 'lines-left-out', resource, message});
	}

	return {
		addNulls(count) {
			nulls += count;
		},
		setLines(count, keys) {
			lines = {count, keys};
		},
		tell() {
			tellLines();
			if (nulls === 0) return;
			const message = `${nulls} ${nulls === 1 ? 'null' : 'nulls'} among the records left out`;
			nulls = 0;
			warn?.({code: 'nulls-left-out', resource, message});
		},
	};
}
