import {onePage} from '../../resource/paging/one-page.ts';
import {definePaginator} from '../paginator.ts';

/**
 * One request, whatever links or totals the response holds.
 * @example resource(api, {name: 'settings', paginator: singlePage()})
 */
export const singlePage = definePaginator({
	type: 'single_page',
	summary: 'One request, no more.',
	pages: 'one',
	fields: {},
	make: () => ({...onePage}),
});
