/**
 * Decides before the body is read whether rules need it, and makes the failure for bodies that rules cannot
 * see.
 */
import {Failure} from '../failure.ts';
import type {Judge, Seen} from './response-rules.ts';

type Head = Pick<Seen, 'status' | 'headers'>;

/**
 * Whether rules need the body of a response with this status and these headers, to decide or to find the time
 * to wait.
 */
export function looksAtBody(judges: readonly Judge[], {status, headers}: Head): boolean {
	if (judges.length === 0) return false;
	const seen = new WatchedAnswer(status, headers);
	for (const judge of judges) {
		const verdict = judge(seen);
		if (!verdict) continue;
		const {header, path, pattern} = verdict.wait ?? {};
		return seen.isLookedAt || path !== undefined || (pattern !== undefined && header === undefined);
	}
	return seen.isLookedAt;
}

/** A response that notes whether rules read its body. */
class WatchedAnswer implements Seen {
	readonly status: number;
	readonly headers: Seen['headers'];
	isLookedAt = false;

	constructor(status: number, headers: Seen['headers']) {
		this.status = status;
		this.headers = headers;
	}

	// A function may read anything, which only a call would show.
	insteadOfFunctions(): void {
		this.isLookedAt = true;
	}

	get text(): string {
		this.isLookedAt = true;
		return '';
	}

	get value(): undefined {
		this.isLookedAt = true;
		return undefined;
	}
}

const unseen = 'response_actions cannot see its body';

/** A response whose rows are read while they arrive. A rule that reads its body is a failure. */
export function unseenBody({status, headers}: Head): Seen {
	return new UnseenAnswer(status, headers);
}

class UnseenAnswer implements Seen {
	readonly status: number;
	readonly headers: Seen['headers'];
	readonly isUnseen = true;

	constructor(status: number, headers: Seen['headers']) {
		this.status = status;
		this.headers = headers;
	}

	get text(): never {
		throw this.#refusal();
	}

	get value(): never {
		throw this.#refusal();
	}

	#refusal(): Failure {
		const {status, headers} = this;
		return new Failure(`answered ${status} with rows that are read as they come, and ${unseen}`, {
			code: 'ERR_HTTP_STATUS',
			retryable: false,
			isRuled: true,
			status,
			headers,
			advice:
				'Such are CSV, JSON Lines, and JSON of more than client.max_body_bytes (maxBodyBytes): give ' +
				'rules with content, json_path, wait_path or wait_regex a status_code of errors, such as ' +
				'["4xx", "5xx"]; rules and functions about such an answer can only use status_code and header',
		});
	}
}
