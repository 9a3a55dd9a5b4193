/** The values of a request by the names that expressions use: `resources`, `partitions`, `incremental`. */
import type {JsonObject} from '../../core/json/json.ts';
import type {Binding} from '../../resource/partitions/partitions.ts';
import {rowOf} from '../../resource/partitions/partitions.ts';
import type {ResolvedEndpoint} from '../compile/resolve.ts';
import {rangeValues} from '../incremental/range.ts';

export interface RequestValues extends JsonObject {
	/** Rows by the names in placeholders: `users`, or `posts|pages`. */
	resources: JsonObject;
	/** Listed values. */
	partitions: JsonObject;
	/** The parts of the range as requests send them. */
	incremental: JsonObject;
}

export function requestValues(
	{incremental}: Pick<ResolvedEndpoint, 'incremental'>,
	binding: Binding | undefined,
): RequestValues {
	const {rows = {}, chosen = {}, values = {}, range} = binding ?? {};
	const named = binding ? Object.keys(chosen).map(name => [name, rowOf(binding, name) ?? null] as const) : [];
	return {
		resources: {...rows, ...Object.fromEntries(named)},
		partitions: values,
		incremental: incremental && range ? rangeValues(incremental, range) : {},
	};
}
