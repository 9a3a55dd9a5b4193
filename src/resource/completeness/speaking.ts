/** Which fields beside the rows speak of trouble, by the words of their names and values. */
import {memoize} from '../../core/remembered.ts';
import {isUrlText} from '../paging/known-places.ts';

/** The words of a key: `nextPageToken` has next, page and token. */
export const wordsOf = memoize((key: string): readonly string[] =>
	key
		.replace(/([a-z\d])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^a-z\d]+/)
		.filter(Boolean),
);

/** A key with one of these words is about paging, about time or about the request, and changes with each page. */
const changing = new Set(
	(
		'next prev previous cursor cursors token tokens page pages paging pagination offset limit count ' +
		'counts total totals more last first link links url urls uri href self sync delta continue ' +
		'continuation batch done end ended eof finished completed has from to range size length index ' +
		'position scroll marker skip start starts begin bookmark after before since until window sequence ' +
		'id ids uuid guid request req trace correlation session transaction span ray time times date at ' +
		'timestamp ts now duration took elapsed seconds millis ms updated generated expires expiry modified ' +
		'created cache cached age ttl version api etag hash checksum signature locale lang language host ' +
		'hostname server node served cost usage credits user account filter filters query sort order search'
	).split(' '),
);
const changingNames =
	/^(batchcomplete|endofstream|nomore|newest|oldest|lastpage|empty|isempty|numfound|hits?)$/;

/** Whether the value of a key changes from page to page as a rule. */
export const isChanging = memoize(
	(key: string): boolean =>
		wordsOf(key).some(word => changing.has(word)) ||
		changingNames.test(key.toLowerCase().replace(/[^a-z]/g, '')),
);

/** Words of failures, in a state or in a sentence. */
export const troubleWords =
	/rate.?limit|too (many|fast)|throttl|quota|denied|forbidden|unauthori[sz]ed|not[ _-]?authori[sz]ed|expired|maintenance|unavailable|time.?d? ?out|try again|overload|exhausted|aborted|exceeded|degraded|\b(busy|fail(ed|ure)?|errors?|exception|fault|partial|truncated|incomplete)\b/i;
const noTrouble =
	/\b(no|0|zero|without|any|non)[ _-](errors?|fail(ed|ures?)|exceptions?|faults?)\b|\b(errors?|fail\w*|exceptions?): ?(0|none)\b|\b(if|when|how|to avoid) (an? )?\w* ?(errors?|fail)/i;

/** Whether a text tells of a failure. */
export function tellsTrouble(text: string): boolean {
	const plain = text.replaceAll('_', ' ');
	return troubleWords.test(plain) && !noTrouble.test(plain);
}

const stopped =
	/rate.?limit|too (many|fast)|throttl|quota|unauthori[sz]ed|not authori[sz]ed|maintenance|unavailable|time.?d? ?out|try again|overload|exhausted|aborted|degraded|could not|cannot be|unable to|(runtime|internal|server) error/i;

/** Whether a message beside rows tells that the server did not get to the end. It may be about failed payments. */
export function hasStopped(text: string): boolean {
	return stopped.test(text) && !noTrouble.test(text);
}

const ofTheEnd =
	/\b(no|zero|nothing|none|not any|empty|end|last|all|finished|completed?|done|ok|okay|success\w*|valid|out of range)\b|not found|^0\b/i;

/** Whether a text only says that there are no rows, or no more: `ZERO_RESULTS`, `No records found`. */
export function saysNone(text: string): boolean {
	const plain = text.replaceAll(/[_-]/g, ' ');
	return ofTheEnd.test(plain) && !tellsTrouble(plain);
}

/** Whether a text is a sentence or a word, and no number, date or link. */
export function isWords(text: string): boolean {
	return /[a-z]{3}/i.test(text) && !isUrlText(text) && !/^\W*\d{4}-\d\d-\d\d/.test(text);
}
