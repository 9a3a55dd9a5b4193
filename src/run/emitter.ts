/** Passes events to the caller of a run. */
import {scrub} from '../core/secret.ts';
import {StrictError, type Warning} from '../core/warning.ts';
import type {OnEvent, RunEvent} from './events.ts';

export interface EmitterOptions {
	readonly onEvent?: OnEvent | undefined;
	/** Makes each warning a failure. */
	readonly strict?: boolean | undefined;
}

/**
 * The events of one run. An error in the callback ends the run, and does not reach the code that sends the
 * event.
 */
export class Emitter {
	/** Whether there is a listener. */
	readonly isHeard: boolean;
	/** Aborts when the callback has thrown; the reason is its error. */
	readonly signal: AbortSignal;
	private readonly failure = new AbortController();
	private readonly onEvent: OnEvent;
	private readonly strict: boolean;

	constructor({onEvent, strict = false}: EmitterOptions = {}) {
		this.isHeard = onEvent !== undefined;
		this.signal = this.failure.signal;
		this.onEvent = onEvent ?? (() => {});
		this.strict = strict;
	}

	readonly emit = (event: RunEvent): void => {
		try {
			this.onEvent(event);
		} catch (error) {
			this.failure.abort(error);
		}
	};

	readonly warn = (warning: Warning): void => {
		if (this.strict) throw new StrictError(warning);
		this.emit({type: 'warning', ...warning, message: scrub(warning.message)});
	};
}
