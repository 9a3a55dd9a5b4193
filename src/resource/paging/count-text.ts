/** Texts that say where a page is among all: `1-20 of 350`, `Showing 20 of 350 results`, `Page 1 of 3`. */
import type {JsonValue} from '../../core/json/json.ts';
import {plainName} from './known-places.ts';

export interface CountText {
	/** `any`: the text does not say what it counts. */
	readonly unit: 'rows' | 'pages' | 'any';
	/** The number of the first row in `1-20 of 350`. */
	readonly from?: number;
	/** The number of the last row, or of the page. */
	readonly to: number;
	readonly of: number;
}

const LONGEST = 80;
const number = String.raw`(\d{1,3}(?:[,. ]\d{3})+|\d+)`;
const words = String.raw`(?:[a-z()]+[:\s]+)*`;
const text = new RegExp(
	String.raw`^\W*(${words})#?${number}(?:\s*(?:-|–|—|\.\.+|to|through|until)\s*${number})?` +
		String.raw`\s*([a-z]*)\s*(of|out of|from|\/)\s*(?:about |a total of |total )?${number}\s*([a-z() ]*)\W*$`,
	'i',
);
const ofPages = /\bpages?\b|^x?(current)?page(s|info|number|label|text|of)?$|^pag(ing|ination)$/i;
const ofRows =
	/\b(show\w*|display\w*|view\w*|items?|results?|rows?|records?|entries|hits|documents|objects|first)\b/i;

/** `undefined` where a value has no such text. */
export function countText(key: string, value: JsonValue): CountText | undefined {
	if (typeof value !== 'string' || value.length > LONGEST || value.length < 3) return undefined;
	const found = text.exec(value);
	if (!found) return undefined;
	const [, before = '', first = '', second, between = '', joint, all = '', after = ''] = found;
	const name = plainName(key);
	const said = `${before} ${between} ${after}`;
	const isOfPages = ofPages.test(said) || (!ofRows.test(said) && second === undefined && ofPages.test(name));
	const unit = isOfPages ? 'pages' : ofRows.test(said) || ofRows.test(name) ? 'rows' : 'any';
	// Without words, a fraction may be anything.
	if (joint === '/' && second === undefined && unit !== 'pages') return undefined;
	if (joint === 'from' && unit === 'any') return undefined;
	return {
		unit,
		...(second !== undefined && {from: numberIn(first)}),
		to: numberIn(second ?? first),
		of: numberIn(all),
	};
}

function numberIn(text: string): number {
	return Number(text.replace(/\D/g, ''));
}
