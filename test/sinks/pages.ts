import type {JsonRecord, Page} from '../../src/core/page.ts';

/** Pages of one resource, numbered from 0. */
export function pagesOf(...lists: (readonly unknown[])[]): Page[] {
	return lists.map((records, number) => ({resource: 'things', number, records: records as JsonRecord[]}));
}

/** Fails once all pages but the last have been taken. */
export async function* breakingOff(...lists: (readonly unknown[])[]): AsyncGenerator<Page> {
	yield* pagesOf(...lists);
	throw new Error('broken off');
}
