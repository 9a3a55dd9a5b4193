import type {EndOptions, Paginator} from '../paginator.ts';

/** One request, whatever links or totals the answer holds. */
export function singlePage(options: EndOptions = {}): Paginator<null> {
	return {
		name: 'single_page',
		first: null,
		request: draft => draft,
		next: () => undefined,
		ends: () => ({...options, countsPages: true}),
		describe: () => 'the only page',
	};
}
