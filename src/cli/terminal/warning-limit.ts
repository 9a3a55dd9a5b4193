/** Limits the warnings of a run on the command line: a few of each kind, then their number. */
import {formatCount} from '../../core/quantity.ts';
import type {Warning} from '../../core/warning.ts';
import type {Log} from './log.ts';

/** The most messages of one kind and resource that are printed in full. */
const MOST_MESSAGES = 3;

export class WarningLimit {
	private readonly log: Log;
	private readonly kinds = new Map<string, {first: Warning; messages: Set<string>}>();

	constructor(log: Log) {
		this.log = log;
	}

	tell(warning: Warning): void {
		const key = `${warning.resource}\n${warning.code}`;
		const kind = this.kinds.get(key) ?? {first: warning, messages: new Set()};
		this.kinds.set(key, kind);
		if (kind.messages.has(warning.message)) return;
		kind.messages.add(warning.message);
		if (kind.messages.size <= MOST_MESSAGES) this.log.warning(warning);
	}

	/** Reports how many were left out. */
	end(): void {
		for (const {first, messages} of this.kinds.values()) {
			const more = messages.size - MOST_MESSAGES;
			if (more > 0) this.log.warn(`${first.resource}: ${formatCount(more)} more of ${first.code}`);
		}
	}
}
