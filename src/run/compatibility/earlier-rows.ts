/** Facts about the rows in a dataset that the next rows of a resource depend on. */
import type {Again} from '../../../sinks/dataset/repeated-append.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {orElse, readsAllAgain} from '../../config/rows/appends.ts';
import {SinkError} from '../../core/errors.ts';
import {formatCount, plural} from '../../core/quantity.ts';
import {namesAlone, type Schema} from '../../core/schema/schema.ts';
import type {Warn} from '../../core/warning.ts';
import type {Target} from '../../state/target.ts';

/**
 * Only the names of columns, where a run replaces all rows. Keys with the same name (`Id` and `id` under
 * snake_case) keep their columns, whatever the order of the keys.
 */
export function namesIn(table: string, {last}: Target): Map<string, Schema> {
	const schema = last?.schemas.get(table);
	return new Map(schema ? [[table, namesAlone(schema)]] : []);
}

/** Number of rows in the table by resource, without those of `name`. */
export function rowsOfOthers({last}: Target, name: string): Map<string, number> {
	const rows = new Map<string, number>();
	for (const part of last?.parts ?? [])
		if (part.kind === 'rows' && part.rows > 0 && part.resource !== name)
			rows.set(part.resource, (rows.get(part.resource) ?? 0) + part.rows);
	return rows;
}

/** Warns of rows in the table whose resource is not in the config: a replacement leaves them. */
export function warnOfUnknown(
	{name, table_name: table}: ResolvedResource,
	others: ReadonlyMap<string, number>,
	names: readonly string[],
	warn: Warn,
): void {
	for (const [other, rows] of others) {
		if (names.includes(other)) continue;
		const message =
			`${table} also has ${plural(rows, 'row')} of ${other}, which is not in this config, and they ` +
			`stay. If ${other} was renamed, give it its old name back, or remove ${table} and ` +
			`.sluice/${table} from the output folder and run again`;
		warn({code: 'rows-of-another-resource', resource: name, message});
	}
}

/**
 * Reports that an append begins with rows of an earlier run. A range with an end is the same in each run, and
 * has no state: appending it again would double its rows.
 */
export function appendedAgain(resource: ResolvedResource, isLimited: boolean, warn: Warn) {
	const {name, endpoint} = resource;
	return ({rows, of}: Again): void => {
		const some = of === 1 ? 'the first row is' : `${formatCount(rows)} of the first ${plural(of, 'row')} are`;
		const found = `${some} there from an earlier run`;
		if (endpoint.incremental && readsAllAgain(resource) && !isLimited)
			throw new SinkError(
				`${name}: ${found}, as incremental has an end_value and keeps no state; nothing was added. ` +
					`Leave end_value out, or ${orElse}`,
			);
		const message =
			`${found}, and ${of === 1 ? 'is' : 'are'} appended again; set incremental to read what is new; ` +
			`${orElse}`;
		warn({code: 'rows-appended-again', resource: name, message});
	};
}
