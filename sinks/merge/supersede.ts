import type {RowSet} from '../parts/row-set.ts';
export function supersede(
	_: unknown,
): Promise<{dropped: Map<string, RowSet>; counts: {duplicates: number; inserted: number; updated: number; deleted: number}}> {
	throw new Error('x');
}
