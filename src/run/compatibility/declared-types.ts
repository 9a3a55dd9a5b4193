/** A declared type that the files of earlier runs cannot be given is refused before anything is asked for. */
import type {TypedFiles} from '../../../sinks/formats/format.ts';
import {SchemaError} from '../../core/errors.ts';
import {describeType} from '../../core/schema/definition.ts';
import {type Schema, seenColumns} from '../../core/schema/schema.ts';
import type {Target} from '../../state/target.ts';

/** `declared` are the columns of the config that have a type. */
export function checkDeclaredTypes(
	{last}: Target,
	table: string,
	declared: Schema | undefined,
	typed: TypedFiles | undefined,
): void {
	const hasRows = last?.parts.some(part => part.table === table && part.kind === 'rows' && part.rows > 0);
	if (!hasRows || !declared || !typed) return;
	const there = new Map(last?.schemas.get(table)?.columns.map(column => [column.name, column]));
	for (const column of seenColumns(declared).columns) {
		const old = there.get(column.name);
		if (!old || old.unseen || typed.united([column], [old]).torn.length === 0) continue;
		throw new SchemaError(
			`${table}.${column.name}: is declared as ${describeType(column)}, and is ${describeType(old)} in ` +
				`the files of earlier runs, which cannot become that. Declare it as ${describeType(old)}, or read ` +
				'all again with --full-refresh',
			column.name,
		);
	}
}
