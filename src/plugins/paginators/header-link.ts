import {followLink} from '../../resource/paging/follow-link.ts';
import {linkTargets} from '../../resource/paging/link-header.ts';
import {text} from '../fields.ts';
import {definePaginator} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {hasMorePath, keepParams} from './common-fields.ts';

/**
 * The next link comes in a header: `Link: <https://…?page=2>; rel="next"` (RFC 8288).
 * @example resource(api, {name: 'contacts', paginator: headerLink()})
 */
export const headerLink = definePaginator({
	type: 'header_link',
	summary: 'Follows the Link header.',
	nextRequest: 'link',
	fields: {
		linksNextKey: text({default: 'next', doc: 'The link relation to follow: rel="next".'}),
		hasMorePath,
		keepParams,
	},
	make: ({linksNextKey, hasMorePath, keepParams}) =>
		followLink(
			{keepParams, ...(hasMorePath !== undefined && {hasMorePath})},
			({headers}) => linkTargets(headers.link ?? '').get(linksNextKey.toLowerCase()) || undefined,
		),
});

export type HeaderLinkOptions = OptionsOf<typeof headerLink>;
