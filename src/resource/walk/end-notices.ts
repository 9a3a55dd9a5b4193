/**
 * Notices about the rows of a walk, reported once before it ends: items left out, and characters that could
 * not be read.
 */
import type {Warn} from '../../core/warning.ts';

export interface EndNotices {
	/** Counts nulls among the records of one answer. */
	addNulls(count: number): void;
	/** Sets the number of lines of JSON without rows so far. */
	setLines(count: number, keys: ReadonlySet<string>): void;
	/** Counts characters of a body that became U+FFFD in the rows. */
	addReplaced(characters: number): void;
	/** Reports the notices before the walk ends. */
	tell(): void;
}

export function endNotices(resource: string, warn: Warn | undefined): EndNotices {
	let nulls = 0;
	let replaced = 0;
	let lines: {count: number; keys: ReadonlySet<string>} = {count: 0, keys: new Set()};

	function tellLines(): void {
		const {count, keys} = lines;
		if (count === 0) return;
		const which =
			count === 1
				? '1 line of JSON Lines has no rows where data_selector leads, and was'
				: `${count} lines of JSON Lines have no rows where data_selector leads, and were`;
		const message =
			`${which} left out; keys of such lines: ${[...keys].join(', ')}. If that is right, set ` +
			'missing_rows: empty';
		warn?.({code: 'lines-left-out', resource, message});
	}

	function tellNulls(): void {
		if (nulls === 0) return;
		const message = `${nulls} ${nulls === 1 ? 'null' : 'nulls'} among the records left out`;
		warn?.({code: 'nulls-left-out', resource, message});
	}

	function tellReplaced(): void {
		if (replaced === 0) return;
		const what = replaced === 1 ? '1 character was' : `${replaced} characters were`;
		const message =
			`${what} not readable in the charset of the body, and became U+FFFD; ` +
			'name the right one with encoding, such as windows-1252';
		warn?.({code: 'characters-replaced', resource, message});
	}

	return {
		addNulls(count) {
			nulls += count;
		},
		setLines(count, keys) {
			lines = {count, keys};
		},
		addReplaced(characters) {
			replaced += characters;
		},
		tell() {
			tellReplaced();
			tellLines();
			tellNulls();
		},
	};
}
