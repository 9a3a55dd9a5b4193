/**
 * Signs of trouble beside an answer without rows, by the words of names and values: `isError: true`,
 * `errorList: […]`, `queryStatus: CANCELLED`, `retry_after: 30`, also in some other languages. An API may mean
 * something else by them, so they are warnings.
 */
import {type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {memoize} from '../../core/remembered.ts';
import {moreName, plainName} from '../paging/known-places.ts';
import type {PageAnswer} from '../paging/paginator.ts';
import {type BesideField, besideFields} from './beside.ts';
import {isBad, isIdentified, isTruthy, titleKeys} from './error-signs.ts';
import {hasStopped, isWords, saysNone, tellsTrouble, wordsOf} from './speaking.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** A key with one of these words is about a failure, in English and in languages near to it. */
const troubleKeys = set(
	'err error errors exception exceptions fault faultcode faultstring fail failed failure failures abort ' +
		'aborted cancelled timeout timedout throttle throttled throttling blocked captcha expired unavailable ' +
		'overloaded interrupted banned suspended fehler erreur erreurs erro erros errore errori fout fouten ' +
		'foutmelding fel felmeddelande virhe blad',
);
/** Beside them in a key, the number, the place or the handling of failures is meant. */
const aboutTrouble = set(
	'id ids url uri link links format docs doc help policy handling mode on if allow allowed ignore rate ' +
		'budget threshold logins payments orders jobs tasks messages emails at since date time after max ' +
		'before default only show with without hide include exclude fast skip stop',
);
/** `false` under a key of one such word is bad news. */
const goodKeys = set(
	'permission permitted access allowed authenticated authorized loggedin connected online available ' +
		'healthy alive ok exito sucesso succes',
);
const waitKey = /^retry_?-?(after|in)(_?-?(ms|millis|seconds|secs?))?$/i;
const requiredKey = /^(upgrade|captcha|login|auth|authentication|signin|payment|verification)_?-?required$/i;
/** Keys of a state, alone or at the end of a name. */
const stateWords = set('status state health result resultado access code level severity rc stat ack');
const badStates =
	/^((err(or|ed)?|fail(ed|ure)?|cancell?ed|abort(ed)?|timed?[ _-]?out|denied|expired|red|fatal|critical|rejected|killed|crashed|error[ _]\w+|err[ _]\w+|blocked|suspended)|erro|fehler|erreur)$/i;
/** Messages in other languages: an error, too many requests, a time that ran out, try again. */
const foreign =
	/\b(fehler|zeit(über|ue)schreitung|zu viele|nicht verfügbar|erreur|trop de|dépassé|réessayez|indisponible|demasiad[ao]s|intente|excedid[ao]|limite de|tente novamente|erro|troppe|riprova|non disponibile|te veel|probeer|mislukt|för många|försök)(?![a-zà-ÿ])/i;
/** Objects with these keys send the request back, or describe the rows that were asked for. */
const ofRequest =
	/^(filters?|quer(y|ies)|params?|parameters|request|criteria|where|search|options|facets|aggregations)$/i;
/** Texts under these keys describe the list or a program, or help its reader. */
const ofHelp =
	/^(help|hints?|tips?|legend|usage|docs?|documentation|sql|statement|columns?|fields?|headers?|schema|tabs?|menu|states|labels?|captions?|headings?)$/i;
/** Other texts than those under such keys are about the rows, if they do not say that a server gave up. */
const messageWords = set(
	'message messages msg text texts reason info information alert alerts notice notices detail details ' +
		'note notes error errors warning warnings status state reply response result remark cause mensaje mensagem',
);

/** Each with its place: `"isError": true`. */
export function troubleBesideNone(
	{body, url}: Pick<PageAnswer, 'body' | 'url'>,
	keys: readonly string[],
): string[] {
	const asked = new Set(url.searchParams.values());
	const fields = besideFields(body, keys);
	// Stack Exchange says beside any answer how long to wait before the next one.
	const isOver = fields.some(({key, value}) => value === false && moreName.test(plainName(key)));
	return fields
		.filter(({owner, ownerKey, value}) => {
			const isEcho = typeof value === 'string' && asked.has(value);
			return !isEcho && !ofRequest.test(ownerKey) && !isIdentified(owner);
		})
		.filter(field => isTrouble(field) || (!isOver && field.key === 'backoff' && Number(field.value) > 0))
		.map(({path, value}) => `"${path}": ${stringify(value).slice(0, 200)}`);
}

function isTrouble({key, value}: BesideField): boolean {
	if (value === null || value === '') return false;
	const {isOfTrouble, isTime, isState, isGood, isMessage} = meaningOf(key);
	if (value === false) return isGood;
	if (waitKey.test(key)) return Number(value) > 0;
	if (value === true) return isOfTrouble || requiredKey.test(key);
	if (typeof value === 'number') return isOfTrouble && !isTime ? value > 0 : /^rc$/i.test(key) && value < 0;
	const isHelp = ofHelp.test(key) || ofRequest.test(key);
	if (isObject(value) || Array.isArray(value))
		return isOfTrouble ? isTruthy(value) && isBad(value) : !isHelp && saysIn(value);
	if (typeof value !== 'string' || !isWords(value)) return false;
	if (isState && badStates.test(value.trim())) return true;
	if (isOfTrouble) return isBad(value) && !saysNone(value);
	if (isHelp || !isSentence(value)) return false;
	return foreign.test(value) || (isMessage ? tellsTrouble(value) : hasStopped(value));
}

// Texts about the list, and no names or notes of something else.
function isSentence(text: string): boolean {
	return text.length < 500 && /\s/.test(text.trim());
}

// A list of messages: `[{severity: 'ERROR', text: 'Query failed on node 2'}]`.
function saysIn(value: JsonValue): boolean {
	return (
		Array.isArray(value) &&
		value.length < 20 &&
		value.some(item =>
			typeof item === 'string'
				? isSentence(item) && tellsTrouble(item)
				: isObject(item) &&
					!('id' in item) &&
					Object.values(item).some(
						text => typeof text === 'string' && isSentence(text) && tellsTrouble(text),
					),
		)
	);
}

const meaningOf = memoize((key: string) => {
	const words = wordsOf(key);
	return {
		isOfTrouble: words.some(word => troubleKeys.has(word)) && !words.some(word => aboutTrouble.has(word)),
		isTime: /time_?d?_?out|seconds|_ms$/i.test(key),
		isState: words.some(word => stateWords.has(word)),
		isMessage: !titleKeys.test(key) && words.some(word => messageWords.has(word)),
		isGood: words.length <= 2 && words.some(word => goodKeys.has(word)),
	};
});
