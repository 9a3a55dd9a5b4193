/** A resource that has only the rows of a part. */
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import type {CountedRows, Rows, WindowRange} from './part.ts';

export function narrowed(resource: ResolvedResource, rows: Rows): ResolvedResource {
	const {endpoint, relation} = resource;
	switch (rows.kind) {
		case 'offset':
			return withPaginator(resource, rows, {
				offset: rows.from,
				...(rows.to !== undefined && {maximum_offset: rows.to}),
			});
		case 'pages':
			return withPaginator(resource, rows, {
				page: rows.from,
				...(rows.to !== undefined && {maximum_page: rows.to}),
			});
		case 'window':
			return {...resource, endpoint: {...endpoint, incremental: withRange(endpoint.incremental, rows.range)}};
		case 'list':
			return relation ? {...resource, relation: {...relation, partitions: rows.lists}} : resource;
		case 'whole':
		case 'parents':
			return resource;
	}
}

type Endpoint = ResolvedResource['endpoint'];

function withPaginator(
	{endpoint, ...resource}: ResolvedResource,
	{paginator, params}: CountedRows,
	bounds: object,
): ResolvedResource {
	return {
		...resource,
		endpoint: {
			...endpoint,
			params: {...endpoint.params, ...(params as Endpoint['params'])},
			paginator: {...paginator, ...bounds} as unknown as Endpoint['paginator'],
		},
	};
}

function withRange(
	{step: _, lag: __, ...incremental}: NonNullable<Endpoint['incremental']> = {} as never,
	{start, end, hasStart, hasEnd}: WindowRange,
): NonNullable<Endpoint['incremental']> {
	return {
		...incremental,
		initial_value: (start as string | number | undefined) ?? null,
		end_value: (end as string | number | undefined) ?? null,
		range_start: incremental.range_start === 'any' ? 'any' : hasStart ? 'closed' : 'open',
		range_end: hasEnd ? 'closed' : 'open',
	};
}
