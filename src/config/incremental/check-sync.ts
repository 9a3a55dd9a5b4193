/** Checks of a sync token that involve several keys. */
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {dispositionOf} from '../rows/check.ts';
import {asObject} from '../tree.ts';

export function checkSync({keys, endpoint, paginator, at, isOwn}: Inherited): Finding[] {
	if (endpoint.sync == null) return [];
	const path = isOwn('endpoint', 'sync') ? at('endpoint', 'sync') : at();
	const found: Finding[] = [];
	if (endpoint.incremental != null)
		found.push({path, message: 'an endpoint has one of incremental and sync'});
	if (dispositionOf(keys) === 'replace')
		found.push({
			path,
			message: 'with write_disposition: replace only what has changed would stay; use merge or append',
		});
	if (keys.batch != null)
		found.push({
			path,
			message: 'a batch has several parents, each with a token of its own; leave out batch or sync',
		});
	const type = asObject(paginator).type ?? paginator;
	const isLink = typeof type === 'string' && ['json_link', 'json_response', 'header_link'].includes(type);
	if (asObject(endpoint.sync).link_path != null && !isLink)
		found.push({path, message: 'link_path goes with the paginators json_link and header_link'});
	return found;
}
