/** A key of the columns of a file, to compare files without opening them. */
import {createHash} from 'node:crypto';
import {describeType} from '../../src/core/schema/definition.ts';
import type {Column} from '../../src/core/schema/schema.ts';

/**
 * The key of names and types. It ignores the order of columns and whether they may be null, as readers do.
 */
export function columnsKey(columns: readonly Column[]): string {
	const lines = columns.map(column => JSON.stringify([column.name, describeType(column)])).sort();
	return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
