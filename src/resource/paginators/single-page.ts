import type {Paginator} from '../paginator.ts';

/** One request, whatever links or totals the answer holds. */
export function singlePage(): Paginator<null> {
	return {
		name: 'single_page',
		first: null,
		request: draft => draft,
		next: () => undefined,
		describe: () => 'the only page',
	};
}
