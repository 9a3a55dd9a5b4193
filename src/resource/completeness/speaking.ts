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
/** Good news, announcements, and limits that are only stated, in words that failures have too. */
const goodNews: readonly RegExp[] = [
	/\b(no|0|zero|without|any|non|nothing)[ _-]((\w+ )?(in|under|with) )?(errors?|fail(ed|ures?)|exceptions?|faults?|denied|expired|unavailable|aborted|throttled|time-?outs?|unauthori[sz]ed|busy|partial|truncated|incomplete|degraded|maintenance|rate-?limited)\b/gi,
	/\b(errors?|exceptions?|fail\w*): ?(0|none)\b/gi,
	/\b(if|when|how|to avoid) (an? )?\w* ?(errors?|fail)/gi,
	/\blist of [\w ]{1,40} is empty/gi,
	/\b(scheduled|planned|upcoming) (\w+ )?maintenance\b(?!.*\b(progress|now|currently)\b)/gi,
	/\b(quotas?|rate limits?)( is|:| of|=)? ?[\d,]+ /gi,
	/\b(found|available|results?)[.,!]? (please )?try again(?! (later|in|soon|after)\b)/gi,
	/\btry again (with|using)\b/gi,
];

/** A text without its good news. */
export function withoutGoodNews(text: string): string {
	return goodNews.reduce((rest, good) => rest.replaceAll(good, ''), text);
}

/** Whether a text tells of a failure. */
export function tellsTrouble(text: string): boolean {
	return troubleWords.test(withoutGoodNews(text.replaceAll('_', ' ')));
}

/** What a server says of this request, and seldom of anything else: no `Unavailable products`. */
const stopped: readonly RegExp[] = [
	/rate.?limit(ed|ing)?($|[.,;:!])/i,
	/(rate.?limits?|quotas?|limits?)\b.{0,30}\b(exceeded|exhausted|reached|hit|used up)/i,
	/(exceeded|exhausted|reached|over|out of|hit)\b.{0,30}\b(rate.?limit|quota|credits?)/i,
	/too (many (requests|queries|calls|connections|results)|fast)/i,
	/throttl(ed|ing)$|(request|query|call|client|user)s? .{0,20}throttl/i,
	/not authori[sz]ed|unauthori[sz]ed( (access|request|user|client))?[.!]?$/i,
	/(under|in|down for|undergoing|ongoing) (\w+ )?maintenance|maintenance (mode|in progress)/i,
	/(service|server|backend|system|database|results?|data|api|node|shard|upstream|is|are|was|were|temporarily|currently|partially) (temporarily |currently )?(unavailable|overloaded|degraded|aborted|down)\b/i,
	/^(unavailable|overloaded|aborted)[.!]?$|(query|request|search|scan|operation|job) (was )?aborted/i,
	/timed.?out\b|time.?out (expired|exceeded|reached|after|while|of|waiting|error)|^time.?out[.!]?$/i,
	/(request|query|gateway|backend|server|upstream|connection|search|read|node|shard)s? time.?out/i,
	/(re)?try again (later|in|after|soon|shortly)|please (re)?try|retry later/i,
	/(could not|cannot|can't|couldn't|unable to|failed to) (be )?(complete|load|read|fetch|reach|connect|process|execute|retrieve|get|query|respond|answer|serve|return|display|deliver|contact|open|resolve|parse|fulfil|handle|verif)/i,
	/(runtime|internal|server) error/i,
];

/** Whether a message beside rows tells that the server did not get to the end. It may be about failed payments. */
export function hasStopped(text: string): boolean {
	const rest = withoutGoodNews(text.replaceAll('_', ' ').trim());
	return stopped.some(words => words.test(rest));
}

const noRows =
	/^((there|we) (are|is|were|was|have|found) )?(no|0|zero|nothing)\b[^.:;]{0,60}\b(found|match\w*|results?|records?|rows|data|items|entries|exists?|available)\b/i;

/** Whether a text says that the list has no rows, and nothing of a failure: `No records found`. */
export function saysNoRows(text: string): boolean {
	return noRows.test(text.trim()) && !tellsTrouble(text) && !hasStopped(text);
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
