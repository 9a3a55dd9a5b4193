/** Describes changes of columns. */
import {describeType} from '../../../src/core/schema/definition.ts';
import type {Column, Schema} from '../../../src/core/schema/schema.ts';

/**
 * `contacts.score: bigint → double at page 12`: one line for each column that changed, and, on request, for
 * each new one.
 */
export function columnChanges(
	table: string,
	before: Schema,
	after: Schema,
	where: string,
	{withNew}: {readonly withNew: boolean},
): string[] {
	const known = new Map(before.columns.map(column => [column.name, column]));
	return after.columns.flatMap(column => {
		const old = known.get(column.name);
		const name = `${table}.${column.name}`;
		if (!old)
			return withNew ? [`${name}: new, ${describeType(column)}, ${where}${reason(column, after)}`] : [];
		const [was, is] = [describeType(old), describeType(column)];
		if (was !== is) return [`${name}: ${was} → ${is} ${where}`];
		return !old.nullable && column.nullable ? [`${name}: may be null ${where}`] : [];
	});
}

// A fraction came to a column with integers that a double would round.
function reason({name, type}: Column, {columns}: Schema): string {
	const base =
		type === 'double'
			? columns.find(column => column.large && name.startsWith(`${column.name}__v_double`))
			: undefined;
	if (!base) return '';
	return (
		`; ${base.name} holds integers that a double would round: declare it as decimal to have all in one ` +
		'column'
	);
}
