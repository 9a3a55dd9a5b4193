/** The body of an endpoint's request. */
import type {RequestBody} from '../../http/request.ts';
import type {ResolvedEndpoint} from '../compile/resolve.ts';

export function bodyOf({json, data}: Pick<ResolvedEndpoint, 'json' | 'data'>): RequestBody | undefined {
	if (json !== undefined) return {json};
	return data === undefined ? undefined : formOrRaw(data);
}

function formOrRaw(data: NonNullable<ResolvedEndpoint['data']>): RequestBody {
	if (typeof data === 'string') return {raw: data};
	const pairs = Array.isArray(data) ? data : Object.entries(data);
	return {
		form: pairs.flatMap(([name, value]) =>
			(Array.isArray(value) ? value : [value])
				.filter(item => item !== null)
				.map(item => [name, String(item)] as const),
		),
	};
}
