import {ConfigError, PaginationError} from '../../core/errors.ts';
import {put, target} from '../draft.ts';
import {type LoopRules, loopRules} from '../loop-rules.ts';
import {type EndOptions, endOptions, type Paginator} from '../paginator.ts';
import {checkEnd, headerTotal, moreRule, totalRule} from '../stop.ts';

export interface OffsetOptions extends EndOptions, LoopRules {
	/** Rows to ask for in one request. */
	readonly limit: number;
	/** Where to begin. @default 0 */
	readonly offset?: number;
	/** @default 'offset' */
	readonly offsetParam?: string;
	/** Dotted path in the JSON body, instead of `offsetParam`. */
	readonly offsetBodyPath?: string;
	/** @default 'limit' */
	readonly limitParam?: string;
	readonly limitBodyPath?: string;
	/** The offset replaces `{offset}` in the path, instead of a parameter. @default false */
	readonly offsetInPath?: boolean;
	/** The limit replaces `{limit}` in the path, instead of a parameter. @default false */
	readonly limitInPath?: boolean;
	/**
	 * Where the body states how many rows there are in all. @default 'total', if it is there; `null`: page until
	 * an empty page
	 */
	readonly totalPath?: string | null;
	/** No request is made at this offset or beyond. */
	readonly maximumOffset?: number;
	/** @default true */
	readonly stopAfterEmptyPage?: boolean;
	/** Where the body says whether there is more; its word goes over the total's, not over `maximumOffset`. */
	readonly hasMorePath?: string;
	/**
	 * Rows of the page before that each page begins with, below `limit`. They are left out; where they are not
	 * those that the page before ended with, the list has moved, and the walk looks for the row to go on after.
	 * @default 0: pages begin where the last one ended
	 */
	readonly overlap?: number;
}

type Place = {
	offset: number;
	/** The largest that the server has stated. */
	total?: number;
	/** The server has sent a page of exactly `limit` rows: it honours the limit. */
	full?: true;
	/** Rows of the page before, where that was less than `limit`: the server may have a limit of its own. */
	step?: number;
	/** Rows to ask for, where that had to be fewer than the options say. */
	limit?: number;
	/**
	 * So many rows may come again: those that the page before was short of its limit, and those that are
	 * `rewound`.
	 */
	overlap?: number;
	/** So many rows must come again. */
	rewound?: number;
};

/**
 * `?offset=200&limit=100`. Advances by the rows received, since servers cap `limit` in silence. Ends, in this
 * order: at an empty page; where `hasMorePath` says so; at the total; and at `maximumOffset`. A short page is
 * no end, even after a full one: some servers leave rows out after they have cut the page. The walk then goes
 * on from the rows received, which may read some rows again but misses none; what comes again is left out.
 */
export function offset(options: OffsetOptions): Paginator<Place> {
	const {
		limit: mostRows,
		offset: start = 0,
		maximumOffset = Number.POSITIVE_INFINITY,
		stopAfterEmptyPage = true,
	} = options;
	const {totalPath, hasMorePath, overlap = 0} = options;
	if (!Number.isInteger(mostRows) || mostRows < 1)
		throw new ConfigError(`offset: expected limit to be a whole number from 1, got ${mostRows}`);
	if (!Number.isInteger(overlap) || overlap < 0 || overlap >= mostRows)
		throw new ConfigError(
			`offset: expected overlap to be a whole number from 0, below the limit of ${mostRows}, got ${overlap}`,
		);
	// So that each page brings at least one new row.
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

	return {
		name: 'offset',
		...loopRules(options),
		reads: [totalPath, hasMorePath],
		first: {offset: start},
		request: (draft, place) =>
			put(put(draft, offsetTarget, place.offset), limitTarget, place.limit ?? mostRows),
		next(place, answer) {
			const {received, repeated = 0, isPromised = false, body, headers} = answer;
			const {limit = mostRows, rewound = 0} = place;
			// A page that ends with the list, and holds nothing but rows that were read, is empty.
			const usual = Math.max(place.full ? limit : (place.step ?? 0), rewound + 1);
			const isEmpty =
				received === 0 || (rewound > 0 && received === repeated && received < Math.min(usual, limit));
			if (isEmpty && stopAfterEmptyPage && !(isPromised && received === 0)) {
				checkEnd(answer, place.total);
				return undefined;
			}
			const stated = total.read(body, place.total, received > 0 ? place.offset + received : 0);
			const hasMore = more(body);
			const full = place.full === true || received === limit;
			// A page that holds nothing new shows that the server counts rows that it leaves out.
			const isFixed = full && (untilEmpty || (received > 0 && repeated === received && rewound === 0));
			// Once a full page was seen, a user who pages until the empty page wants dlt's fixed steps; else rows
			// decide.
			const step = isFixed ? limit : received || (isPromised ? (place.step ?? limit) : 0);
			const next = place.offset + step;
			if (hasMore === false || next >= maximumOffset) return undefined;
			if (hasMore === undefined && stated !== undefined && next >= stated) return undefined;
			// A header's total ends a walk only where it is met exactly: it may count something else.
			if (hasMore === undefined && !untilEmpty && received > 0 && headerTotal(headers) === next)
				return undefined;
			if (step === 0)
				throw new PaginationError(
					`the page at offset ${place.offset} is empty, yet more is promised; set stop_after_empty_page to end there`,
				);
			const back = backFrom(step);
			const short = full && step < limit ? limit - step : 0;
			return {
				offset: next - back,
				...(stated === undefined ? {} : {total: stated}),
				...(full ? {full} : {step}),
				...(place.limit === undefined ? {} : {limit}),
				...(short + back > 0 ? {overlap: short + back} : {}),
				...(back > 0 ? {rewound: back} : {}),
			};
		},
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
			if (limit === 1) return undefined;
			const half = Math.floor(limit / 2);
			const {rewound = 0} = place;
			const fewer = Math.min(rewound, half - 1);
			// Of the rows that come again, the last ones are enough.
			const moved = rewound > 0 && {offset: place.offset + rewound - fewer, rewound: fewer};
			return {...place, ...moved, limit: half};
		},
		byPosition: ({offset, total: length, rewound = 0, ...place}) => ({
			rewound,
			isChecked: overlap > 0,
			length,
			stated: ({body, headers}) => total.now(body) ?? headerTotal(headers),
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
			...endOptions(options),
			totalPath,
			hasMorePath,
			skippedRows: start,
			isCut: ({received}) =>
				received > 0 && place.offset + Math.max(received, place.limit ?? mostRows) >= maximumOffset,
		}),
		describe: ({offset, limit}) => `offset ${offset}${limit === undefined ? '' : `, limit ${limit}`}`,
	};
}

function again(rows: number): Pick<Place, 'overlap' | 'rewound'> {
	return rows > 0 ? {overlap: rows, rewound: rows} : {};
}
