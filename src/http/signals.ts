/**
 * One signal made from several, without listeners that stay on them: a run sends many requests under one
 * long-lived signal.
 */
import {setMaxListeners} from 'node:events';

/** A signal that ends with the first of several. A single signal is returned as it is. */
export function firstOf(
	...signals: readonly (AbortSignal | undefined)[]
): Pick<SignalScope, 'signal' | 'end'> {
	const [first, ...others] = signals.filter(signal => signal !== undefined);
	return first && others.length === 0 ? {signal: first, end() {}} : followSignals(...signals);
}

export interface SignalScope {
	readonly signal: AbortSignal;
	abort(reason: unknown): void;
	/** Removes the listeners. */
	end(): void;
}

export function followSignals(...signals: readonly (AbortSignal | undefined)[]): SignalScope {
	const controller = new AbortController();
	const followed = signals.filter(signal => signal !== undefined);
	const onAbort = (event: Event) => controller.abort((event.target as AbortSignal).reason);
	// There is one listener for each request under way, and Node reports a leak for more than ten.
	setMaxListeners(0, controller.signal, ...followed);
	for (const signal of followed) {
		if (signal.aborted) controller.abort(signal.reason);
		else signal.addEventListener('abort', onAbort, {once: true});
	}
	return {
		signal: controller.signal,
		abort: reason => controller.abort(reason),
		end() {
			for (const signal of followed) signal.removeEventListener('abort', onAbort);
		},
	};
}
