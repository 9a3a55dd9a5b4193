import {PaginationError} from '../../core/errors.ts';
import {setParameter, target} from '../../resource/paging/request-draft.ts';
import {checkEnd, headerTotal, moreRule, totalRule} from '../../resource/paging/stop-rules.ts';
import {count, placeholder, text} from '../fields.ts';
import {definePaginator, type Paging} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {hasMorePath, mustEnd, stopAfterEmptyPage, totalPath} from './common-fields.ts';

type OffsetPlace = {
	offset: number;
	/** The largest total that the server has stated. */
	total?: number;
	/** Set once the server has sent a page of exactly `limit` rows, so it honours the limit. */
	full?: true;
	/**
	 * The number of rows of the page before, if it was less than `limit`: the server may have a limit of its
	 * own.
	 */
	step?: number;
	/** The number of rows to ask for, if it had to be smaller than in the options. */
	limit?: number;
	/**
	 * The number of rows that may come again: those that the page before lacked, and those that are `rewound`.
	 */
	overlap?: number;
	/** The number of rows that must come again. */
	rewound?: number;
	/** The total is as large as the first page, which is full, so it may count that page alone. */
	isDoubted?: true;
};

/**
 * `?offset=200&limit=100`. Advances by the rows received, since some servers cap `limit` without notice. The
 * walk ends, in this order: at an empty page; by `hasMorePath`; at the total; and at `maximumOffset`. A short
 * page is no end, even after a full one: some servers leave rows out after they have cut the page. The walk
 * then goes on from the rows received, which may read some rows again but misses none. Repeated rows are left
 * out.
 * @example offset({limit: 100, totalPath: 'total'})
 */
export const offset = definePaginator({
	type: 'offset',
	summary: 'Skips the records read so far: offset=0, 100, 200, …',
	example: {limit: 100},
	fields: {
		limit: count({
			min: 1,
			null: 'value',
			doc: 'Records asked for per page. null: none is sent, and each page begins after the records received.',
		}),
		offset: count({default: 0, doc: 'The first offset.'}),
		offsetParam: text({
			default: 'offset',
			null: 'absent',
			unless: ['offsetBodyPath', 'offsetInPath'],
			doc: 'Query parameter of the offset.',
		}),
		offsetBodyPath: text({
			optional: true,
			null: 'absent',
			doc: 'Dotted key of the offset in the JSON body, instead of offset_param.',
		}),
		limitParam: text({
			default: 'limit',
			null: 'absent',
			unless: ['limitBodyPath', 'limitInPath'],
			doc: 'Query parameter of the limit.',
		}),
		limitBodyPath: text({
			optional: true,
			null: 'absent',
			doc: 'Dotted key of the limit in the JSON body, instead of limit_param.',
		}),
		offsetInPath: placeholder('offset', {doc: 'The offset replaces {offset} in the request.'}),
		limitInPath: placeholder('limit', {doc: 'The limit replaces {limit} in the request.'}),
		totalPath: totalPath('records'),
		maximumOffset: count({optional: true, null: 'absent', doc: 'Stop when the offset reaches this.'}),
		stopAfterEmptyPage: stopAfterEmptyPage(true),
		hasMorePath,
		overlap: count({
			optional: true,
			doc:
				'Records that each page begins earlier with, below limit: checked, left out; finds rows that ' +
				'moved meanwhile.',
		}),
	},
	check(options, report) {
		const {overlap, limit} = options;
		mustEnd('maximumOffset', options, report);
		if (typeof overlap === 'number' && typeof limit === 'number' && overlap >= limit)
			report('overlap', `must be below limit (${limit}), or no page brings anything new`);
	},
	make({
		limit: given,
		offset: start,
		maximumOffset = Number.POSITIVE_INFINITY,
		stopAfterEmptyPage,
		totalPath,
		hasMorePath,
		overlap = 0,
		...options
	}): Paging<OffsetPlace> {
		// This way each page brings at least one new row.
		const backFrom = (rows: number): number => Math.min(overlap, Math.max(rows - 1, 0));
		const offsetTarget = options.offsetInPath
			? {placeholder: '{offset}'}
			: target(options.offsetParam, options.offsetBodyPath, 'offset');
		const limitTarget = options.limitInPath
			? {placeholder: '{limit}'}
			: target(options.limitParam, options.limitBodyPath, 'limit');
		const total = totalRule(totalPath, 'total');
		const more = moreRule(hasMorePath);
		const untilEmpty = totalPath === null;
		const mostRows = given ?? undefined;

		return {
			reads: [totalPath, hasMorePath],
			first: {offset: start},
			request(draft, place) {
				const limit = place.limit ?? mostRows;
				const from = setParameter(draft, offsetTarget, place.offset);
				return limit === undefined ? from : setParameter(from, limitTarget, limit);
			},
			values: ({offset, limit = mostRows}) => ({offset, limit}),
			next(place, answer) {
				const {received, repeated = 0, isPromised = false, body, headers} = answer;
				const {limit = mostRows, rewound = 0} = place;
				// A page that ends with the list, and holds only rows that were read before, is empty.
				const usual = Math.max((place.full && limit) || (place.step ?? 0), rewound + 1);
				const isEmpty =
					received === 0 ||
					(rewound > 0 && received === repeated && received < Math.min(usual, limit ?? usual));
				if (isEmpty && stopAfterEmptyPage && !(isPromised && received === 0)) {
					checkEnd(answer, place.total);
					return undefined;
				}
				const stated = total.read(body, place.total, received > 0 ? place.offset + received : 0);
				const hasMore = more(body);
				const full = place.full === true || received === limit;
				// A page without new rows shows that the server counts rows that it leaves out.
				const isFixed = full && (untilEmpty || (received > 0 && repeated === received && rewound === 0));
				// After a full page, a user who pages until the empty page needs dlt's fixed steps; otherwise the
				// number of rows decides.
				const step = (isFixed && limit) || received || (isPromised ? (place.step ?? limit ?? 0) : 0);
				const next = place.offset + step;
				if (hasMore === false || next >= maximumOffset) return undefined;
				// The first page once more.
				if (place.isDoubted && repeated > 0 && repeated === received) return undefined;
				const isDoubted =
					hasMore === undefined && place.offset === start && received === limit && stated === limit;
				if (hasMore === undefined && stated !== undefined && next >= stated && !isDoubted) return undefined;
				// The total in a header ends a walk only if it is met exactly: it may count something else.
				if (hasMore === undefined && !untilEmpty && received > 0 && headerTotal(headers) === next)
					return undefined;
				if (step === 0)
					throw new PaginationError(
						`the page at offset ${place.offset} is empty, yet more is promised; set ` +
							'stop_after_empty_page to end there',
					);
				const back = backFrom(step);
				const short = full && limit !== undefined && step < limit ? limit - step : 0;
				return {
					offset: next - back,
					...(stated === undefined ? {} : {total: stated}),
					...(full ? {full} : {step}),
					...(place.limit === undefined ? {} : {limit: place.limit}),
					...(short + back > 0 ? {overlap: short + back} : {}),
					...(back > 0 ? {rewound: back} : {}),
					...(isDoubted ? {isDoubted} : {}),
				};
			},
			mayRepeatFirst: place => place.isDoubted === true,
			isTrial: place => place.isDoubted === true,
			isPastEnd: (place, status) => place.isDoubted === true && [400, 404, 416, 422].includes(status),
			foresee({overlap: _, rewound: __, ...place}) {
				const {
					limit = mostRows,
					full,
					step = full ? limit : undefined,
					total: stated = Number.POSITIVE_INFINITY,
				} = place;
				const next = step === undefined ? undefined : place.offset + step;
				return next === undefined || next >= maximumOffset || next >= stated
					? undefined
					: {...place, offset: next - backFrom(step ?? 0), ...again(backFrom(step ?? 0))};
			},
			smaller({step: _, limit = mostRows, ...place}) {
				if (limit === undefined || limit === 1) return undefined;
				const half = Math.floor(limit / 2);
				const {rewound = 0} = place;
				const fewer = Math.min(rewound, half - 1);
				// Of the rows to repeat, the last ones are enough.
				const moved = rewound > 0 && {offset: place.offset + rewound - fewer, rewound: fewer};
				return {...place, ...moved, limit: half};
			},
			byPosition: ({offset, total: length, overlap: repeated = 0, rewound = 0, ...place}) => ({
				rewound,
				isChecked: overlap > 0,
				length,
				stated: ({body, headers}) => total.now(body) ?? headerTotal(headers),
				// Rows that are repeated on purpose show on their own whether rows have moved.
				...(repeated === 0 && {
					back(pages) {
						const {limit = mostRows, full, step = limit} = place;
						const at = Math.max(offset - pages * ((full && limit) || step || 0), start);
						if (pages > 0 && at === offset) return undefined;
						return {...place, offset: at, ...(length !== undefined && {total: length})};
					},
				}),
				earlier(rows) {
					const at = Math.max(offset - rows, start);
					if (at === offset) return undefined;
					return {
						...place,
						offset: at,
						...(length !== undefined && {total: length}),
						...again(rewound + offset - at),
					};
				},
			}),
			overlap: place => place.overlap,
			ends: place => ({
				totalPath,
				hasMorePath,
				skippedRows: start,
				isCut: ({received}) =>
					received > 0 && place.offset + Math.max(received, place.limit ?? mostRows ?? 0) >= maximumOffset,
			}),
			describe: ({offset, limit}) => `offset ${offset}${limit === undefined ? '' : `, limit ${limit}`}`,
		};
	},
});

export type OffsetOptions = OptionsOf<typeof offset>;

function again(rows: number): Pick<OffsetPlace, 'overlap' | 'rewound'> {
	return rows > 0 ? {overlap: rows, rewound: rows} : {};
}
