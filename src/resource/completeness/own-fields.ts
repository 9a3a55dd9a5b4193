/**
 * Whether an object around the rows is a thing that has rows, such as an order with its lines. A word like
 * `sample` or `loaded` is then about the thing, and not about the list.
 */
import type {JsonObject} from '../../core/json/json.ts';
import {memoize} from '../../core/remembered.ts';
import {nameTraits, sizeName} from '../paging/known-places.ts';
import {isEnvelopeWord, isIdentified} from './error-signs.ts';
import {isChanging} from './speaking.ts';

/** More fields than these are a thing, also without an id. */
const MOST_BESIDE_A_LIST = 2;
/** A list may have them. */
const ofLists =
	/^(object|kind|etag|columns?|returned|shown|displayed|received|all|full\w*|success|debug|lang\w*)$/i;

/** The number of texts and numbers in an object that are not about a list, a request, or how it went. */
export function ownFields(owner: JsonObject, except?: string): number {
	let count = 0;
	for (const [key, value] of Object.entries(owner)) {
		const isField = (typeof value === 'string' && value !== '') || typeof value === 'number';
		if (isField && key !== except && isOwn(key)) count++;
	}
	return count;
}

/** Whether an object is a thing by its id, or by its many fields. */
export function isThing(owner: JsonObject, except?: string): boolean {
	return isIdentified(owner) || ownFields(owner, except) > MOST_BESIDE_A_LIST;
}

const isOwn = memoize((key: string): boolean => {
	const {name, isTelling, isEnvelope} = nameTraits(key);
	const isOfList = isTelling || isEnvelope || sizeName.test(name) || ofLists.test(key) || key.startsWith('@');
	return !isOfList && !isEnvelopeWord(key) && !isChanging(key);
});
