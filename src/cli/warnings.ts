/**
 * How the command line tells warnings: a few of each kind, then their number; with --strict the first one is
 * a failure.
 */
import {StrictError, type Warn, type Warning} from '../core/warning.ts';
import {count} from './format.ts';
import type {Log} from './io.ts';

/** Messages of one kind and resource that are told in full. */
const MOST_MESSAGES = 3;

export interface Warnings {
	readonly warn: Warn;
	/** Tells how many were left out. */
	end(): void;
}

export function warnings(log: Log, isStrict: boolean): Warnings {
	const told = new Map<string, {first: Warning; messages: Set<string>}>();
	return {
		warn(warning) {
			if (isStrict) throw new StrictError(warning);
			const kind = `${warning.resource}\n${warning.code}`;
			const {messages} = told.get(kind) ?? {messages: new Set()};
			told.set(kind, {first: told.get(kind)?.first ?? warning, messages});
			if (messages.has(warning.message)) return;
			messages.add(warning.message);
			if (messages.size <= MOST_MESSAGES) log.warning(warning);
		},
		end() {
			for (const {first, messages} of told.values()) {
				const more = messages.size - MOST_MESSAGES;
				if (more > 0) log.warn(`${first.resource}: ${count(more)} more of ${first.code}`);
			}
		},
	};
}
