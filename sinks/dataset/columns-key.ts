/** Tells files with other columns apart without opening them. */
import {createHash} from 'node:crypto';
import {describeType} from '../../src/core/schema/definition.ts';
import type {Column} from '../../src/core/schema/schema.ts';

/**
 * The same for the same names and types: readers mind neither the order of columns nor where they may be
 * null.
 */
export function columnsKey(columns: readonly Column[]): string {
	const lines = columns.map(column => JSON.stringify([column.name, describeType(column)])).sort();
	return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
