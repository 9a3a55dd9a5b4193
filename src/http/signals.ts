/**
 * One signal out of several, which leaves nothing behind on them: a run sends many requests under one
 * long-lived signal.
 */
import {setMaxListeners} from 'node:events';

/** The signal that ends with the first of several; a single one is itself. */
export function firstOf(
	...signals: readonly (AbortSignal | undefined)[]
): Pick<SignalScope, 'signal' | 'end'> {
	const [first, ...others] = signals.filter(signal => signal !== undefined);
	return first && others.length === 0 ? {signal: first, end() {}} : followSignals(...signals);
}

export interface SignalScope {
	readonly signal: AbortSignal;
	abort(reason: unknown): void;
	/** Stops following. */
	end(): void;
}

export function followSignals(...signals: readonly (AbortSignal | undefined)[]): SignalScope {
	const controller = new AbortController();
	const followed = signals.filter(signal => signal !== undefined);
	const onAbort = (event: Event) => controller.abort((event.target as AbortSignal).reason);
	// One listener for each request under way, however many those are: Node takes more than ten for a leak.
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
