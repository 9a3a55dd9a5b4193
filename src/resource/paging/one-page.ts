/** A walk of one request, whatever links or totals the answer holds. */
import type {Paginator} from './paginator.ts';

export const onePage: Paginator<null> = {
	name: 'single_page',
	reads: [],
	first: null,
	request: draft => draft,
	next: () => undefined,
	ends: () => ({countsPages: true}),
	describe: () => 'the only page',
};
