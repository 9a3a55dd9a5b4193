/** The ranges of values in a file, by the statistics in the log: a merge reads no file that cannot have its keys. */
import {Decimal, type JsonObject, type JsonValue, parse} from '../../../src/core/json/json.ts';
import type {PartRange} from '../../../src/state/target.ts';

/**
 * The ranges of the columns at the top. `isOwn`: the file is one of Sluice. Other programs cut long texts, some
 * of them so that a value is beyond the greatest one.
 */
export function rangesIn(stats: string | undefined, isOwn: boolean): ReadonlyMap<string, PartRange> {
	const found = new Map<string, PartRange>();
	if (stats === undefined) return found;
	const {minValues, maxValues} = parse(stats) as {minValues?: JsonObject; maxValues?: JsonObject};
	for (const [name, value] of Object.entries(minValues ?? {})) {
		const [least, greatest] = [plain(value), plain(maxValues?.[name])];
		if (least === undefined || greatest === undefined) continue;
		if (isOwn || (typeof least !== 'string' && typeof greatest !== 'string'))
			found.set(name, {least, greatest});
	}
	return found;
}

function plain(value: JsonValue | undefined): JsonValue | undefined {
	if (value instanceof Decimal) return value;
	return ['number', 'bigint', 'string'].includes(typeof value) ? value : undefined;
}
