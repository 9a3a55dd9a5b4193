/** The schema of `paginator`: how the next page is asked for, and when to stop. */
import * as z from 'zod';
import {nextLinkRequest, nextRequest} from './next-request.ts';
import {always, count, kind, object, responsePath, text} from './object.ts';

const morePath = () =>
	responsePath()
		.nullish()
		.describe(
			'Path to a true/false in the response that says whether more pages follow; it decides over a total.',
		);
const stopAfterEmptyPage = (fallback: boolean) =>
	z
		.boolean()
		.default(fallback)
		.describe('Stop at the first page without records, unless a total or a flag promises more.');
const totalPath = (what: string) =>
	responsePath()
		.nullish()
		.describe(
			`Path to the number of ${what} in the response. Left out: "total" is used where there is one. null: no total.`,
		);

// What every paginator takes; a function, as each schema wants descriptions of its own.
const ends = () => ({
	require_total: z
		.boolean()
		.optional()
		.describe(
			'Left out: fewer records than a stated total are a failure. true: no stated total is one, too. false: neither is, as the total counts something else.',
		),
	ignore_more: z
		.boolean()
		.optional()
		.describe('true: what came is all that is wanted, whatever total, link or flag says that there is more.'),
});

/** Of every kind that has more than one page. */
const loops = () => ({
	repeated_page: z
		.enum(['error', 'stop', 'keep'])
		.optional()
		.describe(
			'A page whose records have all come before: an error, the end (its records are left out), or a page. Default: error.',
		),
	max_empty_pages: z
		.int()
		.positive()
		.optional()
		.describe('Fail when more pages in a row have no records, and each names a next one. Default: 100.'),
});

const offset = kind(['offset'], 'Skips the records read so far: offset=0, 100, 200, …', type =>
	object({
		type,
		limit: z.int().positive().describe('Records asked for per page.'),
		offset: count().default(0).describe('The first offset.'),
		offset_param: text().nullish().meta({default: 'offset', description: 'Query parameter of the offset.'}),
		offset_body_path: text()
			.nullish()
			.describe('Dotted key of the offset in the JSON body, instead of offset_param.'),
		limit_param: text().nullish().meta({default: 'limit', description: 'Query parameter of the limit.'}),
		limit_body_path: text()
			.nullish()
			.describe('Dotted key of the limit in the JSON body, instead of limit_param.'),
		total_path: totalPath('records'),
		maximum_offset: count().nullish().describe('Stop when the offset reaches this.'),
		stop_after_empty_page: stopAfterEmptyPage(true),
		has_more_path: morePath(),
		...ends(),
		...loops(),
		overlap: count()
			.optional()
			.describe(
				'Records that each page begins earlier with, below limit: checked, left out; finds rows that moved meanwhile.',
			),
	})
		.superRefine((paginator, context) => {
			oneOf('offset_param', 'offset_body_path', paginator, context);
			oneOf('limit_param', 'limit_body_path', paginator, context);
			mustStop('maximum_offset', paginator, context);
			wholeOrNot('maximum_offset', paginator, context);
			belowLimit(paginator, context);
		}, always)
		.transform(paginator => ({
			...paginator,
			offset_param: paramOrBody(paginator.offset_param, paginator.offset_body_path, 'offset'),
			limit_param: paramOrBody(paginator.limit_param, paginator.limit_body_path, 'limit'),
		})),
);

const pageNumber = kind(['page_number'], 'Counts pages: page=0, 1, 2, …', type =>
	object({
		type,
		base_page: count().default(0).describe('Number that the API gives its first page: 0 or 1.'),
		page: count().nullish().describe('Page to start with; base_page when left out.'),
		page_param: text().nullish().meta({default: 'page', description: 'Query parameter of the page number.'}),
		page_body_path: text()
			.nullish()
			.describe('Dotted key of the page number in the JSON body, instead of page_param.'),
		total_path: totalPath('pages'),
		maximum_page: count().nullish().describe('Stop before this page number.'),
		stop_after_empty_page: stopAfterEmptyPage(true),
		has_more_path: morePath(),
		...ends(),
		...loops(),
		overlap: count()
			.max(1, {error: 'expected 0 or 1; where rows have moved, more pages are read once more by themselves'})
			.optional()
			.describe(
				'1: each page is read once more after the next one, for rows that moved meanwhile; twice the requests, in order; needs primary_key.',
			),
	})
		.superRefine((paginator, context) => {
			oneOf('page_param', 'page_body_path', paginator, context);
			mustStop('maximum_page', paginator, context);
			wholeOrNot('maximum_page', paginator, context);
		}, always)
		.transform(paginator => ({
			...paginator,
			page: paginator.page ?? paginator.base_page,
			page_param: paramOrBody(paginator.page_param, paginator.page_body_path, 'page'),
		})),
);

const cursor = kind(['cursor'], 'Sends back a value that the last response held.', type =>
	object({
		type,
		cursor_path: responsePath().default('cursors.next').describe('Path to that value in the response.'),
		cursor_param: text().nullish().meta({
			default: 'cursor',
			description:
				'Query parameter it is sent in. Left out, a whole URL is followed, and of an object every key is sent.',
		}),
		cursor_body_path: text()
			.nullish()
			.describe('Dotted key of it in the JSON body, instead of cursor_param.'),
		cursor_header: text().nullish().describe('Request header it is sent in, instead of cursor_param.'),
		stop_after_empty_page: stopAfterEmptyPage(false),
		has_more_path: morePath(),
		next_request: nextRequest(),
		...ends(),
		...loops(),
	}).superRefine((paginator, context) => {
		oneOf('cursor_param', 'cursor_body_path', paginator, context);
		oneHeader(paginator, context);
	}, always),
);

const jsonLink = kind(
	['json_link', 'json_response'],
	'Follows a link in the body. "json_response" is its old name.',
	type =>
		object({
			type,
			next_url_path: responsePath().default('next').describe('Path to the link to the next page.'),
			has_more_path: morePath(),
			next_request: nextLinkRequest(),
			...ends(),
			...loops(),
		}).transform(paginator => ({...paginator, type: 'json_link' as const})),
);

const headerLink = kind(['header_link'], 'Follows the Link header.', type =>
	object({
		type,
		links_next_key: text().default('next').describe('The link relation to follow: rel="next".'),
		has_more_path: morePath(),
		next_request: nextLinkRequest(),
		...ends(),
		...loops(),
	}),
);

const headerCursor = kind(
	['header_cursor'],
	'Sends back a value that a header of the last response held.',
	type =>
		object({
			type,
			cursor_key: text().default('next').describe('Name of the response header.'),
			cursor_param: text().nullish().meta({default: 'cursor', description: 'Query parameter it is sent in.'}),
			cursor_header: text().nullish().describe('Request header it is sent in, instead of cursor_param.'),
			next_request: nextRequest(),
			...ends(),
			...loops(),
		})
			.superRefine(oneHeader, always)
			.transform(paginator => ({
				...paginator,
				cursor_param: paramOrBody(paginator.cursor_param, paginator.cursor_header, 'cursor'),
			})),
);

const singlePage = kind(['single_page'], 'One request, no more.', type => object({type, ...ends()}));
const auto = kind(['auto'], 'Found out from the first response.', type =>
	object({type, ...ends(), ...loops()}),
);

const paginatorObject = z.discriminatedUnion('type', [
	auto,
	singlePage,
	offset,
	pageNumber,
	cursor,
	jsonLink,
	headerLink,
	headerCursor,
]);

const shorthand = z
	.enum([
		'auto',
		'single_page',
		'page_number',
		'cursor',
		'json_link',
		'json_response',
		'header_link',
		'header_cursor',
	])
	.describe('A paginator with its defaults. offset has no word: it needs a limit.')
	.transform(type => paginatorObject.parse({type}));

export const paginator = z
	.union([shorthand, paginatorObject], {
		error: ({input}) => (input === 'offset' ? 'offset needs a limit; write {type: offset, limit: 100}' : ''),
	})
	.meta({id: 'paginator'});
export type Paginator = z.infer<typeof paginator>;

type Given = {readonly [key: string]: unknown};
type Context = {addIssue(issue: {code: 'custom'; message: string; path: string[]}): void};

function oneOf(param: string, bodyPath: string, paginator: Given, context: Context): void {
	if (paginator[param] == null || paginator[bodyPath] == null) return;
	context.addIssue({
		code: 'custom',
		message: `excludes ${param}: a value goes into the query or into the body`,
		path: [bodyPath],
	});
}

function oneHeader(paginator: Given, context: Context): void {
	const {cursor_header, cursor_param, cursor_body_path} = paginator;
	if (cursor_header == null || (cursor_param == null && cursor_body_path == null)) return;
	const other = cursor_param == null ? 'cursor_body_path' : 'cursor_param';
	context.addIssue({
		code: 'custom',
		message: `excludes ${other}: the cursor is sent in one place`,
		path: ['cursor_header'],
	});
}

function wholeOrNot(maximum: string, paginator: Given, context: Context): void {
	if (paginator.require_total !== true || paginator[maximum] == null) return;
	context.addIssue({
		code: 'custom',
		message: `excludes ${maximum}, which leaves rows out`,
		path: ['require_total'],
	});
}

function belowLimit({overlap, limit}: Given, context: Context): void {
	if (typeof overlap !== 'number' || typeof limit !== 'number' || overlap < limit) return;
	context.addIssue({
		code: 'custom',
		message: `must be below limit (${limit}), or no page brings anything new`,
		path: ['overlap'],
	});
}

// A range goes on for ever unless something ends it.
function mustStop(maximum: string, paginator: Given, context: Context): void {
	const {total_path, has_more_path, stop_after_empty_page} = paginator;
	if (
		total_path !== null ||
		has_more_path != null ||
		paginator[maximum] != null ||
		stop_after_empty_page !== false
	)
		return;
	context.addIssue({
		code: 'custom',
		message: `nothing would end the paging; give one of total_path, has_more_path, ${maximum}, stop_after_empty_page: true`,
		path: ['stop_after_empty_page'],
	});
}

function paramOrBody(
	param: string | null | undefined,
	bodyPath: string | null | undefined,
	fallback: string,
): string | undefined {
	return bodyPath == null ? (param ?? fallback) : undefined;
}
