/** Partitions that were not read: counted by reason, and told before the walk ends. */
import {RequestError} from '../core/errors.ts';
import type {Warn} from '../core/warning.ts';

export interface Skips {
	/** There was no value to ask with. */
	missing(): void;
	/** The API answered that there is no such thing, or that it may not be read. */
	refused(error: RequestError): void;
	/** One was read, if only to find it empty. */
	read(): void;
	/** Tells the warning, once. */
	tell(resource: string, warn: Warn | undefined): void;
	/** Throws if none was read and some were forbidden (403): then the rights are wrong. Parents without children answer 404. */
	end(resource: string): void;
}

/** `unit` is what a partition is: `parent`, `combination`, `batch`. */
export function skips(unit = 'parent'): Skips {
	const answered = new Map<number, {count: number; first: RequestError}>();
	let missing = 0;
	let read = 0;
	let isTold = false;

	function summary(): {total: number; reasons: string} {
		const reasons = [...answered].map(
			([status, {count, first}]) => `${count} answered ${status} (first ${first.method} ${first.url})`,
		);
		if (missing > 0) reasons.push(`${missing} without a value to ask with`);
		const total = [...answered.values()].reduce((sum, {count}) => sum + count, missing);
		return {total, reasons: reasons.join(', ')};
	}

	return {
		missing: () => void missing++,
		refused(error) {
			const status = error.status ?? 0;
			const {count = 0, first = error} = answered.get(status) ?? {};
			answered.set(status, {count: count + 1, first});
		},
		read: () => void read++,
		tell(resource, warn) {
			const {total, reasons} = summary();
			if (isTold || total === 0) return;
			isTold = true;
			warn?.({code: 'parents-skipped', resource, message: `${total} ${unit}${total === 1 ? '' : 's'} skipped: ${reasons}`});
		},
		end(resource) {
			const first = answered.get(403)?.first;
			if (read > 0 || !first) return;
			const {code, method, url, attempts, status, body} = first;
			const message = `${resource}: no ${unit} could be read: ${summary().reasons}. Check the rights; if no row is right, declare it with response_actions: [{status_code: ${status}, action: skip}]`;
			throw new RequestError(message, {code, method, url, attempts, status, body, isRuled: true, cause: first});
		},
	};
}
