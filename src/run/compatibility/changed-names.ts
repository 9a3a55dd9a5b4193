/** A change of `naming` gives columns other names. Older rows keep the ones that they were written with. */
import {columnName} from '../../../transforms/normalize/naming.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {ConfigError} from '../../core/errors.ts';
import type {Target} from '../../state/target.ts';

/**
 * Refuses another name for a column by which rows are found: the key of a merge would find no older row, and
 * each of them would stay beside its newer form.
 */
export function checkNames(
	{last, place}: Target,
	{name, table_name: table, naming = 'direct'}: ResolvedResource,
	columns: readonly string[],
): void {
	const hasRows = last?.parts.some(part => part.table === table && part.kind === 'rows' && part.rows > 0);
	if (!hasRows) return;
	const there = last?.schemas.get(table)?.columns ?? [];
	const names = new Set(there.map(column => column.name));
	for (const wanted of columns) {
		if (names.has(wanted)) continue;
		const old = there.find(column => columnName(column.source ?? column.name, naming) === wanted);
		if (!old) continue;
		throw new ConfigError(
			`${name}: the rows in ${place}/${table} have the column ${old.name}, and with naming: ${naming} ` +
				`this run calls it ${wanted}, so it would not find them. Set naming as it was, write to another ` +
				'--output, or begin anew with --full-refresh',
		);
	}
}
