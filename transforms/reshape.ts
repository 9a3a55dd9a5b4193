import type {JsonRecord, Page} from '../src/core/page.ts';

/**
 * The page with other records, of no known schema: a change of shape makes the one of `normalize()` untrue.
 */
export function reshape(page: Page, records: readonly JsonRecord[]): Page {
	const {schema, ...rest} = page;
	return {...rest, records};
}
