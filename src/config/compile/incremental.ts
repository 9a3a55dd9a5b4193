/** The requests of an incremental resource: the range first, then the values of its parents. */
import {once} from '../../resource/incremental/windows.ts';
import type {Partitioning} from '../../resource/partitions/partitioned.ts';
import {type Binder, binder} from './bind.ts';
import {withRange} from './range.ts';
import type {Relation} from './relation.ts';
import type {ResolvedEndpoint} from './resolve.ts';

/** `binder()`, which fills in the range as well. */
export function incrementalBinder(
	name: string,
	lines: readonly string[],
	endpoint: ResolvedEndpoint,
	relation: Relation,
): Binder {
	const {incremental} = endpoint;
	const plain = binder(name, lines, endpoint, relation);
	if (!incremental) return plain;
	return {
		...plain,
		request(bindings) {
			const range = bindings[0]?.range;
			const template = range ? withRange(name, endpoint, incremental, range) : endpoint;
			return binder(name, lines, template, relation).request(bindings);
		},
	};
}

/** Of a resource that depends on nothing, the one partition; nothing when it is not incremental. */
export function unrelated(
	name: string,
	endpoint: ResolvedEndpoint,
	concurrency = 1,
): Partitioning | undefined {
	if (!endpoint.incremental) return undefined;
	const nothing: Relation = {
		references: new Map(),
		include: [],
		partitions: {},
		distinct: false,
		onMissing: 'fail',
	};
	const {request} = incrementalBinder(name, [], endpoint, nothing);
	// An answer that there is no such thing is a mistake of the config, and no reason to leave something out.
	return {source: once, request, concurrency, key: () => '', skipStatuses: []};
}
