/** Finds texts whose order is not certain: comparing them as texts could lose rows without a message. */

const names = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
/** `31-12-2022`, `12/31/24`, `1.9.10`, and longer texts that begin so. */
const dayOrMonthFirst = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)/;
/** `05/2024`. */
const monthFirst = /^\d{1,2}([-/.])\d{4}$/;
/** `2024-05`, `202405`, `2024`: no day. */
const coarse = /^(?:19|20)\d\d(?:([-/.]?)(?:0[1-9]|1[0-2]))?$/;
const monthName = new RegExp(`(?:^|[^a-z])${names}(?:[^a-z]|$)`, 'i');
/** `10:00 PM`, `10:00:00 PST`. */
const clockAndWord = /\d:\d\d.*[a-z]/i;

/**
 * Whether a month or a year meets a whole date, both written with digits alone: as counts they would be out
 * of order.
 */
export function isCoarseBesideDate(a: string, b: string): boolean {
	return (a.length === 8 && coarse.test(b)) || (b.length === 8 && coarse.test(a));
}

// The seconds from 2001 to 2100 since 1970.
const SECONDS: readonly [number, number] = [1e9, 4.1e9];
const isIn = (value: number, unit: number): boolean =>
	value >= SECONDS[0] * unit && value < SECONDS[1] * unit;

/** Whether one number counts seconds since 1970, and the other milliseconds, as it seems. */
export function areOfTwoUnits(a: number, b: number): boolean {
	return (isIn(a, 1) && isIn(b, 1000)) || (isIn(a, 1000) && isIn(b, 1));
}

export const unitsDoubt =
	'one seems to count seconds since 1970, and the other milliseconds; set cursor_format: epoch or ' +
	'epoch_ms, or fix the row';

/**
 * Why two texts cannot be compared, and what to do; `undefined` when they can. `first` and `second` are the
 * times that they stand for.
 */
export function doubtOf(a: string, b: string, first?: bigint, second?: bigint): string | undefined {
	// The empty text is before all others, and means "from the beginning".
	if (a === '' || b === '') return undefined;
	const oneIsCoarse = coarse.test(a) !== coarse.test(b);
	const oneIsTime = first !== undefined || second !== undefined;
	if (!oneIsTime && !isUnsorted(a) && !isUnsorted(b) && shapeOf(a) === shapeOf(b)) return undefined;
	const why =
		oneIsTime && oneIsCoarse
			? 'only one of them has a day'
			: oneIsTime
				? 'only one of them is a time that is known'
				: 'texts like these may not be in the order that they sort in';
	if (version.test(a) && version.test(b))
		return (
			'these look like versions, and Sluice does not know their order; ' +
			'name a time in cursor_path, or leave incremental out'
		);
	const pattern = first === undefined ? patternOf(a) : patternOf(b);
	const how = pattern === undefined ? 'such as %d-%m-%Y' : `such as ${pattern}`;
	return (
		`${why}; say in cursor_format how the times are written (${how}), or set cursor_format: text to ` +
		'compare them as texts'
	);
}

// `1.10.0` comes after `1.9.0` as a version, and before it as a text.
const version = /^v?\d{1,3}(\.\d{1,3}){1,3}([-+].*)?$/i;

function isUnsorted(text: string): boolean {
	return (
		dayOrMonthFirst.test(text) ||
		monthFirst.test(text) ||
		(/\d/.test(text) && monthName.test(text)) ||
		clockAndWord.test(text)
	);
}

// The shape of a text. Padded counts, hexadecimal texts, UUIDs and ULIDs of one length have the same signs at
// the same places.
function shapeOf(text: string): string {
	return text.replace(/[\da-z]/gi, '0');
}

/** A guess at the `cursor_format`. */
function patternOf(text: string): string | undefined {
	if (/^\d{10}$/.test(text)) return 'epoch';
	if (/^\d{13}$/.test(text)) return 'epoch_ms';
	const [month, dash] = coarse.exec(text) ?? [];
	if (month !== undefined) return month.length === 4 ? '%Y' : `%Y${dash}%m`;
	const [begin, slash] = monthFirst.exec(text) ?? [];
	if (begin !== undefined) return `%m${slash}%Y`;
	const [whole, one, sign = '', other, year = ''] = dayOrMonthFirst.exec(text) ?? [];
	if (whole === undefined) return undefined;
	// Only a number above 12 shows which one is the day. Most dates with slashes are American.
	const isMonthFirst = Number(other) > 12 || (sign === '/' && Number(one) <= 12);
	const date = [...(isMonthFirst ? ['%m', '%d'] : ['%d', '%m']), year.length === 4 ? '%Y' : '%y'].join(sign);
	const clock = /^[ T]\d\d?:\d\d(:\d\d)?( ?[AP]M)?$/i.exec(text.slice(whole.length));
	if (!clock) return date;
	const [, seconds, half] = clock;
	const space = half?.startsWith(' ') ? ' ' : '';
	return `${date}${text.charAt(whole.length)}${half ? '%I' : '%H'}:%M${seconds ? ':%S' : ''}${half ? `${space}%p` : ''}`;
}
