/**
 * Flags, numbers and lists beside the rows that say that rows are missing, in words that an API may also use for
 * something else: `sampled: true`, `rows_dropped: 30`, `unreachable: […]`. So they are warnings.
 */
import {type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {isWholeNumber, moreName, plainName} from '../paging/known-places.ts';
import type {PageAnswer} from '../paging/paginator.ts';
import {type BesideField, besideFields} from './beside.ts';
import {isBad, isTruthy} from './error-signs.ts';
import {isThing, ownFields} from './own-fields.ts';
import {isWords, saysNone, wordsOf} from './speaking.ts';

const trueFlags =
	/^(is)?(sampled|stale|preview|degraded|maintenance|throttled|overloaded|capped|totalcapped|cutoff|((plan|trial|tier|quota|rate|account|result)s?)?limited)$/;
const falseFlags = /^(is)?(covered|authenticated|authorized|loggedin)$/;
const wholeFlags =
	/^(is)?final$|^(is|are)?(all|fully|full|list|results?|rows|data)*(loaded|fetched|exhausted|retrieved)$/;
/** They may also be about the thing that has the rows. */
const unclearFlags =
	/^(is)?(sample|preview|stale|capped|limited|degraded|maintenance|final|loaded|fetched|retrieved)$/;
/** `true` under a key with one of these words says that rows are missing. */
const cutWords = new Set(
	'partial incomplete truncated clipped cut capped sampled sample stale degraded timeout timedout throttled aborted interrupted overflowed'.split(
		' ',
	),
);
const limitWords = new Set('limit max maximum window cap'.split(' '));
const reachedWords = new Set('hit reached exceeded limited'.split(' '));
/** Words that may be beside them. Others make the key one of an option, or of a thing: `partial_refunds`. */
const listWords = new Set(
	(
		'is are was were has have been list data page pages search query response answer output set total rate ' +
		'result failure failures success server backend out content'
	).split(' '),
);
const partNames = /partial|incomplete|truncat/;

/** Rows under these words did not come. */
const lostWords = new Set(
	'omitted dropped hidden suppressed withheld discarded lost redacted unreachable unprocessed unavailable missing skipped'.split(
		' ',
	),
);
/** Of these, the ones that may be about anything else than rows: `hidden_count`, `missing_keys`. */
const unclearWords = new Set('hidden suppressed unavailable missing lost skipped'.split(' '));
const rowWords = new Set(
	'rows row records record results result items item entries documents docs objects'.split(' '),
);
/** Of these, and of failures, the ones that are about rows even alone. */
const clearWords = new Set('omitted dropped withheld unreachable unprocessed failures'.split(' '));
const failedWords = new Set('failed failures failure'.split(' '));
/** Words that may be beside them in a key. */
const sourceWords = new Set(
	'shard shards node nodes sources regions zones locations partitions clusters'.split(' '),
);
const thingWords = new Set(
	(
		'rows row records record results result items item entries documents docs objects keys ids count ' +
		'number num of is shards shard nodes sources regions zones locations partitions clusters tables ' +
		'parts'
	).split(' '),
);
const timedWords = new Set(['timed']);
const kinds = [cutWords, limitWords, reachedWords, listWords, thingWords, timedWords];
const percentKey = /^(percent)?(complete|completed|completeness|progress|coverage|done|percentcomplete)$/;
const errorOfPart =
	/^(cursor|paging|page|query|search|fetch|upstream|backend|server|stream)(errors?|exception)$/;
const workKey = /^(query|job|execution|search|request|run|task|scan)$/i;
const statusLists = /^(parts|subrequests|sources|shards|partitions)$/;

/** Each with its place: `"rows_dropped": 30`. */
export interface Hints {
	readonly found: readonly string[];
	/** Beside a page in the middle they say that more pages follow: `all_loaded: false`, `limit_hit: true`. */
	readonly ofLast: readonly string[];
}

/** `rows` is the number of rows in the answer. */
export function hintsIn(
	{body, url}: Pick<PageAnswer, 'body' | 'url'>,
	keys: readonly string[],
	rows: number,
): Hints {
	const found: string[] = [];
	const ofLast: string[] = [];
	for (const field of besideFields(body, keys)) {
		// A thing that has rows, such as an order with its lines, has flags of its own.
		if (isThing(field.owner, field.key)) continue;
		if (isUnclear(field) && ownFields(field.owner, field.key) > 0) continue;
		const text = `"${field.path}": ${stringify(field.value).slice(0, 200)}`;
		if (saysMore(field)) ofLast.push(text);
		else if (isHint(field, rows) || isPartOfWork(field, url)) found.push(text);
	}
	return {found, ofLast};
}

function isUnclear({key, value}: BesideField): boolean {
	const name = plainName(key);
	return typeof value === 'boolean' ? unclearFlags.test(name) : percentKey.test(name);
}

function isHint(field: BesideField, rows: number): boolean {
	const {key, value, ownerKey} = field;
	const name = plainName(key);
	if (value === true) return trueFlags.test(name) || (!moreName.test(name) && isCut(wordsOf(key)));
	if (value === false)
		return (
			(falseFlags.test(name) && (rows === 0 || name.endsWith('covered'))) ||
			(name === 'full' && plainName(ownerKey) === 'coverage')
		);
	if (typeof value === 'string' && percentKey.test(name))
		return /^\d+(\.\d+)?\s*%$/.test(value) && Number.parseFloat(value) < 100;
	if (typeof value === 'string' && errorOfPart.test(name))
		return isBad(value) && isWords(value) && !saysNone(value);
	if (isObject(value) && moreName.test(name)) return partNames.test(name) && isBad(value);
	return isLoss(wordsOf(key), value) || (Array.isArray(value) && statusLists.test(name) && hasFailed(value));
}

function saysMore({key, value}: BesideField): boolean {
	const name = plainName(key);
	if (value === false) return wholeFlags.test(name);
	if (value === true) return !moreName.test(name) && isReached(wordsOf(key));
	return (
		isObject(value) && moreName.test(name) && !partNames.test(name) && Object.values(value).some(isCount)
	);
}

// `partial_failure`, `timedOut`
function isCut(words: readonly string[]): boolean {
	if (!areOfList(words)) return false;
	return words.some(word => cutWords.has(word)) || (words.includes('timed') && words.includes('out'));
}

// `limitHit`, `max_results_reached`
function isReached(words: readonly string[]): boolean {
	const isLimit = words.some(word => limitWords.has(word) || thingWords.has(word));
	return areOfList(words) && isLimit && words.some(word => reachedWords.has(word));
}

function areOfList(words: readonly string[]): boolean {
	return words.every(word => kinds.some(kind => kind.has(word)));
}

function isCount(value: JsonValue | undefined): boolean {
	return isWholeNumber(value) && Number(value) > 0;
}

function isLoss(words: readonly string[], value: JsonValue): boolean {
	const isLost = words.some(word => lostWords.has(word));
	const isFailed = words.some(word => failedWords.has(word));
	if ((!isLost && !isFailed) || !words.every(isNamed)) return false;
	// A team has lost, and mail was suppressed: such a word alone may be about anything.
	if (!words.some(word => thingWords.has(word)) && !words.some(word => clearWords.has(word))) return false;
	const isOfRows = words.some(word => rowWords.has(word) || sourceWords.has(word));
	if (!isOfRows && words.some(word => unclearWords.has(word))) return false;
	// Names of fields that a reader may not see.
	if (words.includes('redacted') && Array.isArray(value) && !isOfRows) return false;
	// `failed: 3` may count rows of a report.
	if (isWholeNumber(value)) return (isLost || words.some(word => sourceWords.has(word))) && Number(value) > 0;
	if (Array.isArray(value)) return value.length > 0 && !value.some(item => isObject(item) && 'id' in item);
	return isLost && isObject(value) && isTruthy(value);
}

function isNamed(word: string): boolean {
	return lostWords.has(word) || failedWords.has(word) || thingWords.has(word);
}

// Statuses of parts. Those of an answer with the status 207 are failures of its own.
function hasFailed(list: readonly JsonValue[]): boolean {
	return list.some(
		item =>
			isObject(item) &&
			Object.entries(item).some(
				([key, value]) =>
					/^(http)?_?(status|code|status_?code)$/i.test(key) && Number(value) >= 400 && Number(value) < 600,
			),
	);
}

// `query: {status: 'PARTIAL'}`. Some APIs send the filters of the request back.
function isPartOfWork({key, value, ownerKey}: BesideField, url: URL): boolean {
	return (
		typeof value === 'string' &&
		workKey.test(ownerKey) &&
		/^(status|state)$/i.test(key) &&
		partNames.test(value.toLowerCase()) &&
		![...url.searchParams.values()].includes(value)
	);
}
