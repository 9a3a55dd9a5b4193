/**
 * Compares the answers of one walk with one another. An API that fails with a status 200 often answers with an
 * empty or short page whose envelope is new: a key that no page before had, a state that is another one, a
 * header about errors. No table of names finds all of them, but the pages before do.
 */
import {isWholeNumber, leftName, moreName, plainName} from '../paging/known-places.ts';
import type {PageAnswer} from '../paging/paginator.ts';
import {type BesideField, besideFields, isScalar, type Scalar} from './beside.ts';
import {isBad} from './error-signs.ts';
import {isChanging, isWords, saysNone, tellsTrouble, wordsOf} from './speaking.ts';

const LONGEST = 200;
const MOST_KEYS = 1000;
const ADVICE =
	'It may be an error, and rows may be missing; if none is, set ignore_more: true in the paginator';

/** Keys that say how the request went. */
const stateWords = new Set(
	'status state result code success ok type object message msg ack error stat health'.split(' '),
);

/** `false` under such a key is bad news. */
const goodWords = new Set(
	'success ok authenticated authorized logged valid available ready healthy active online complete'.split(
		' ',
	),
);

type ScalarField = Pick<BesideField, 'path' | 'key'> & {readonly value: Scalar};

interface Known {
	/** The value of the key on all answers so far; `undefined` where it has changed. */
	value: Scalar | undefined;
	/** The number of answers that had the key. */
	count: number;
}

/** Compares the answers of a walk, and reports the first odd one. */
export function unlikePages(tell: (code: 'unlike-pages', message: string) => void) {
	const answers = new Answers();
	let odd: string | undefined;
	let isTold = false;

	return {
		/** `keys` lead down to the rows. `isSaid`: another warning is about this answer. */
		compare(
			answer: Pick<PageAnswer, 'body'>,
			keys: readonly string[] | undefined,
			rows: number,
			isSaid: boolean,
		): void {
			const found = answers.odd(answer, keys, rows);
			const page = `a page of ${rows} ${rows === 1 ? 'row' : 'rows'}`;
			odd = found && !isSaid ? `${page} is unlike the pages before it: ${found}` : undefined;
		},
		/** Reports what is odd in the last answer. */
		tell(): void {
			if (odd === undefined || isTold) return;
			isTold = true;
			tell('unlike-pages', `${odd}. ${ADVICE}`);
		},
	};
}

class Answers {
	readonly #known = new Map<string, Known>();
	#count = 0;

	/**
	 * What is odd in an answer, as a text for a message; `undefined` in the first answer of a walk. Remembers
	 * the answer.
	 */
	odd(
		answer: Pick<PageAnswer, 'body'>,
		keys: readonly string[] | undefined,
		rows: number,
	): string | undefined {
		const fields = besideFields(answer.body, keys).filter((field): field is BesideField & ScalarField =>
			isScalar(field.value),
		);
		const odd = this.#count === 0 ? undefined : (this.#oddField(fields) ?? this.#lost(fields, rows));
		this.#add(fields);
		return odd;
	}

	#oddField(fields: readonly ScalarField[]): string | undefined {
		for (const {path, key, value} of fields) {
			const known = this.#known.get(path);
			if (!known && (isNewSign(path.split('.'), key, value) || isPart(key, value)))
				return `"${path}" is ${excerpt(value)}, and no page before had it`;
			if (known && (isOtherState(key, value, known.value) || (known.value === false && isPart(key, value))))
				return `"${path}" is ${excerpt(value)}, and on the pages before it was ${excerpt(known.value)}`;
		}
		return undefined;
	}

	// A canned answer of a gateway has nothing but an empty list.
	#lost(fields: readonly ScalarField[], rows: number): string | undefined {
		if (rows > 0) return undefined;
		const now = new Set(fields.map(({path}) => path));
		const steady = [...this.#known].filter(
			([path, {count, value}]) =>
				count === this.#count && value !== undefined && isSteady(path.split('.'), value),
		);
		const lost = steady.filter(([path]) => !now.has(path));
		const [first] = lost;
		const isState = first !== undefined && isStateKey(first[0].split('.').at(-1) ?? '');
		if (!first || lost.length < steady.length || (lost.length < 2 && !isState)) return undefined;
		return `it lacks ${lost
			.slice(0, 5)
			.map(([path]) => `"${path}"`)
			.join(', ')}, which all pages before had`;
	}

	#add(fields: readonly ScalarField[]): void {
		this.#count++;
		for (const {path, value} of fields) {
			const known = this.#known.get(path);
			if (known) {
				known.count++;
				if (known.value !== value) known.value = undefined;
			} else if (this.#known.size < MOST_KEYS) this.#known.set(path, {value, count: 1});
		}
	}
}

function excerpt(value: ScalarField['value'] | undefined): string {
	return String(JSON.stringify(value)).slice(0, LONGEST);
}

function isNewSign(steps: readonly string[], key: string, value: Scalar): boolean {
	const isOfPaging = steps.some(isChanging);
	if (typeof value === 'string') {
		if (!isBad(value) || !isWords(value) || saysNone(value)) return false;
		return !isOfPaging || tellsTrouble(value) || /err(or)?s?$/i.test(key);
	}
	if (isOfPaging || typeof value !== 'boolean') return false;
	return value ? !isStateKey(key) : wordsOf(key).some(word => goodWords.has(word));
}

// `truncated: true` beside a page that is short, where it was not on a full page.
function isPart(key: string, value: Scalar): boolean {
	const name = plainName(key);
	if (value === true)
		return moreName.test(name) && /partial|trunc|incomplete|limit|overflow|maxrows|early/.test(name);
	return leftName.test(name) && !/^(remaining|left)$/.test(name) && isWholeNumber(value) && Number(value) > 0;
}

function isOtherState(key: string, value: Scalar, before: Scalar | undefined): boolean {
	if (before === undefined || value === before || !isStateKey(key)) return false;
	if (typeof value === 'string')
		return (
			withoutDigits(value) !== withoutDigits(before) && isBad(value) && isWords(value) && !saysNone(value)
		);
	if (typeof value === 'number') return isCodeKey(key) && value !== 0 && !(value >= 200 && value < 300);
	return value === false && before === true;
}

function isSteady(steps: readonly string[], value: Scalar): boolean {
	return typeof value !== 'number' && value !== null && !steps.some(isChanging);
}

function isStateKey(key: string): boolean {
	return wordsOf(key).some(word => stateWords.has(word));
}

function isCodeKey(key: string): boolean {
	return /^(status|state|code)$|code$/i.test(key);
}

function withoutDigits(value: Scalar): string {
	return String(value).replaceAll(/\d+/g, '');
}
