/**
 * What is wrong with a sync token that takes several keys to see. Looks at the raw tree, which may be wrong
 * anywhere.
 */
import type {Finding} from '../finding.ts';
import {asObject, type ConfigPath, type PlainObject} from '../tree.ts';

export function checkSync(
	resources: readonly unknown[],
	defaults: PlainObject,
	client: PlainObject,
): Finding[] {
	return resources.flatMap((item, index) => {
		const resource: PlainObject = asObject(item);
		const endpoint: PlainObject = {...asObject(defaults.endpoint), ...asObject(resource.endpoint)};
		if (endpoint.sync == null) return [];
		const own = asObject(resource.endpoint).sync == null;
		const at: ConfigPath = own ? ['resources', index] : ['resources', index, 'endpoint', 'sync'];
		const found: Finding[] = [];
		if (endpoint.incremental != null)
			found.push({path: at, message: 'an endpoint has one of incremental and sync'});
		const given = resource.write_disposition ?? defaults.write_disposition;
		const disposition = asObject(given).disposition ?? given;
		if (disposition === 'replace')
			found.push({
				path: at,
				message: 'with write_disposition: replace only what has changed would stay; use merge or append',
			});
		if ((resource.batch ?? defaults.batch) != null)
			found.push({
				path: at,
				message: 'a batch has several parents, each with a token of its own; leave out batch or sync',
			});
		const paginator = endpoint.paginator ?? client.paginator;
		const type = asObject(paginator).type ?? paginator;
		const isLink = typeof type === 'string' && ['json_link', 'json_response', 'header_link'].includes(type);
		if (asObject(endpoint.sync).link_path != null && !isLink)
			found.push({path: at, message: 'link_path goes with the paginators json_link and header_link'});
		return found;
	});
}
