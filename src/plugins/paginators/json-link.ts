import {PaginationError} from '../../core/errors.ts';
import {parsePath} from '../../core/path/path.ts';
import {followLink} from '../../resource/paging/follow-link.ts';
import {showValue} from '../../resource/paging/stop-rules.ts';
import {responsePath} from '../fields.ts';
import {definePaginator} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {hasMorePath, keepParams} from './common-fields.ts';

/**
 * The next link comes in the body: `{"next": "https://…?page=2"}`. The walk ends if there is no URL (missing,
 * null or empty).
 * @example jsonLink({nextUrlPath: 'links.next'})
 */
export const jsonLink = definePaginator({
	type: 'json_link',
	aliases: ['json_response'],
	summary: 'Follows a link in the body. "json_response" is its old name.',
	example: {nextUrlPath: 'links.next'},
	nextRequest: 'link',
	fields: {
		nextUrlPath: responsePath({
			default: 'next',
			doc: 'Path to the link to the next page.',
		}),
		hasMorePath,
		keepParams,
	},
	make({nextUrlPath, hasMorePath, keepParams}) {
		const path = parsePath(nextUrlPath);
		const nextPath = {option: 'next_url_path', path: nextUrlPath};
		return followLink(
			{hasMorePath, nextPath, keepParams},
			({body}) => {
				const value = path.first(body);
				if (value === undefined || value === null || value === '' || value === false) return undefined;
				if (typeof value === 'string') return value;
				throw new PaginationError(
					`next_url_path "${nextUrlPath}" is not a URL but ${showValue(value)}; a cursor needs the ` +
						'paginator cursor',
				);
			},
			[nextUrlPath],
		);
	},
});

export type JsonLinkOptions = OptionsOf<typeof jsonLink>;
