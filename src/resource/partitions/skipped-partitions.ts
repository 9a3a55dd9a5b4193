/** Partitions that were not read: counted by reason, and reported before the walk ends. */
import {RequestError} from '../../core/errors.ts';
import {fingerprints} from '../../core/fingerprints.ts';
import {stringify} from '../../core/json/json.ts';
import type {Warn} from '../../core/warning.ts';
import type {Binding} from './partitions.ts';

export interface Skips {
	/**
	 * Counts a row of a parent that lacks a value for the request. Returns false where it was counted already:
	 * branches of parents may be read several times.
	 */
	missing(row: Binding): boolean;
	/**
	 * Counts a refusal: the API answered that the partition does not exist or may not be read. Returns false
	 * where it was counted already: a parent with several windows is asked for several times.
	 */
	refused(error: RequestError, bindings: readonly Binding[]): boolean;
	/** Notes that a partition was read, even if it was empty. */
	read(): void;
	/** Reports the warning, once. */
	tell(resource: string, warn: Warn | undefined): void;
	/**
	 * Throws if no partition was read and some were forbidden (403): then the credentials lack rights. Parents
	 * without children answer 404.
	 */
	end(resource: string): void;
}

/** What one request is for. */
export type RequestUnit = 'parent' | 'combination' | 'batch';

const plurals = {parent: 'parents', combination: 'combinations', batch: 'batches'};
const MOST_BYTES = 64 * 1024 * 1024;

export function skipCounter(unit: RequestUnit = 'parent'): Skips {
	const answered = new Map<number, {count: number; first: RequestError}>();
	const asked = new WeakSet<object>();
	const lacking = fingerprints(MOST_BYTES);
	let missing = 0;
	let read = 0;
	let isTold = false;

	const refusals = (): string[] =>
		[...answered].map(
			([status, {count, first}]) => `${count} answered ${status} (first ${first.method} ${first.url})`,
		);

	// A missing value is always missing in a row of a parent, whatever a request is for.
	function summary(): string[] {
		const refused = [...answered.values()].reduce((sum, {count}) => sum + count, 0);
		const lacks = missing > 0 ? [`${missing} without a value to ask with`] : [];
		if (unit === 'parent') return skippedText('parent', refused + missing, [...refusals(), ...lacks]);
		return [...skippedText(unit, refused, refusals()), ...skippedText('parent', missing, lacks)];
	}

	return {
		missing({where, rows}) {
			const isNew = lacking.add(`${where}\n${stringify(rows)}`) !== false;
			if (isNew) missing++;
			return isNew;
		},
		refused(error, [binding]) {
			// The windows of a parent share its rows.
			if (binding?.range && asked.has(binding.rows)) return false;
			if (binding?.range) asked.add(binding.rows);
			const status = error.status ?? 0;
			const {count = 0, first = error} = answered.get(status) ?? {};
			answered.set(status, {count: count + 1, first});
			return true;
		},
		read: () => void read++,
		tell(resource, warn) {
			const message = summary().join('; ');
			if (isTold || message === '') return;
			isTold = true;
			warn?.({code: 'parents-skipped', resource, message});
		},
		end(resource) {
			const first = answered.get(403)?.first;
			if (read > 0 || !first) return;
			const {code, method, url, attempts, status, body} = first;
			const message =
				`${resource}: no ${unit} could be read: ${refusals().join(', ')}. Check the rights; ` +
				`if no row is right, declare it with response_actions: [{status_code: ${status}, action: skip}]`;
			throw new RequestError(message, {
				code,
				method,
				url,
				attempts,
				status,
				body,
				isRuled: true,
				cause: first,
			});
		},
	};
}

function skippedText(unit: RequestUnit, total: number, reasons: readonly string[]): string[] {
	return total === 0 ? [] : [`${total} ${total === 1 ? unit : plurals[unit]} skipped: ${reasons.join(', ')}`];
}
