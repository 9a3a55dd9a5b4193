/** A paginator that reads pages once more tells rows apart by a key. Looks at the raw tree. */
import type {Finding} from '../finding.ts';
import {asObject, type ConfigPath, type PlainObject} from '../tree.ts';

export function checkOverlap(
	resources: readonly unknown[],
	defaults: PlainObject,
	client: PlainObject,
): Finding[] {
	return resources.flatMap((item, index) => {
		const resource: PlainObject = asObject(item);
		const own = asObject(resource.endpoint).paginator;
		const paginator = asObject(own ?? asObject(defaults.endpoint).paginator ?? client.paginator);
		const key = resource.primary_key ?? defaults.primary_key;
		if (paginator.type !== 'page_number' || paginator.overlap !== 1 || (key != null && String(key) !== ''))
			return [];
		const at: ConfigPath = ['resources', index];
		return [
			{
				path: own == null ? at : [...at, 'endpoint', 'paginator', 'overlap'],
				message: 'rows that are read once more are told apart by primary_key, and this resource has none',
			},
		];
	});
}
