/** Items of a walk that are not in its rows, told once before the walk ends. */
import type {Warn} from '../core/warning.ts';

export interface LeftOut {
	/** Nulls among the records of one answer. */
	addNulls(count: number): void;
	/** The walk is about to end. */
	tell(): void;
}

export function leftOut(resource: string, warn: Warn | undefined): LeftOut {
	let nulls = 0;
	return {
		addNulls(count) {
			nulls += count;
		},
		tell() {
			if (nulls === 0) return;
			const message = `${nulls} ${nulls === 1 ? 'null' : 'nulls'} among the records left out`;
			nulls = 0;
			warn?.({code: 'nulls-left-out', resource, message});
		},
	};
}
