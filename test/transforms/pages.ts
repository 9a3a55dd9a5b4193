import type {JsonRecord, Page} from '../../src/core/page.ts';
import type {RecordList} from '../../src/core/records/record-list.ts';
import type {PageTransform} from '../../src/core/stage.ts';

/** A page of the resource `contacts`, with a place to resume from. */
export function pageOf(records: RecordList, number = 0): Page {
	return {resource: 'contacts', number, records, cursor: {page: number}};
}

/** All pages that come out when these records go in, one list per page, flush included. */
export function through(definition: PageTransform, ...pages: readonly RecordList[]): Page[] {
	const out = pages
		.map((records, number) => definition.page(pageOf(records, number)))
		.filter(page => page !== undefined);
	return [...out, ...(definition.flush?.() ?? [])];
}

/** Their records in one list. */
export function recordsThrough(definition: PageTransform, ...pages: readonly RecordList[]): JsonRecord[] {
	return through(definition, ...pages).flatMap(page => [...page.records]);
}
