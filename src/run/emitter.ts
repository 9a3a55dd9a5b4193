/** Hands events to the caller of a run. */
import {scrub} from '../core/secret.ts';
import {StrictError, type Warning} from '../core/warning.ts';
import type {OnEvent, RunEvent} from './events.ts';

export interface EmitterOptions {
	readonly onEvent?: OnEvent | undefined;
	/** Makes each warning a failure. */
	readonly strict?: boolean | undefined;
}

/** The events of one run. A callback that throws ends the run, and no code between. */
export class Emitter {
	/** Whether somebody listens. */
	readonly isHeard: boolean;
	/** Aborts when the callback has thrown; the reason is what it threw. */
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
