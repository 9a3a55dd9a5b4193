/** Reports single requests, for --verbose and --log json. */
import type {DetectedEvent} from '../../config/compile/compile.ts';
import {plural} from '../../core/quantity.ts';
import type {ClientEvent} from '../../http/events.ts';
import type {SmallerEvent} from '../../resource/walk/shrink-page.ts';
import type {RunEvent} from '../../run/events.ts';
import type {Log} from './log.ts';

export type TraceEvent = ClientEvent | DetectedEvent | SmallerEvent;

const types: ReadonlySet<RunEvent['type']> = new Set<TraceEvent['type']>([
	'request',
	'retry',
	'wait',
	'token',
	'proxy',
	'detected',
	'smaller',
	'concurrency',
]);

export function isTrace(event: RunEvent): event is TraceEvent {
	return types.has(event.type);
}

export function tellTrace(event: TraceEvent, log: Log): void {
	const {type, ...details} = event;
	log.event(type, details);
	const text = textOf(event);
	if (text !== undefined) log.detail(`  ${text}`);
}

function textOf(event: TraceEvent): string | undefined {
	switch (event.type) {
		case 'retry':
			return `${event.method} ${event.url}: ${event.reason}; again in ${(event.waitMs / 1000).toFixed(1)} s`;
		case 'detected':
			return (
				`${event.label}: auto chose ${event.paginator}: ${event.reason}\n    ` +
				`${event.config.replaceAll('\n', '\n    ')}`
			);
		case 'smaller':
			return `${event.label}: asks for less, at ${event.place}`;
		case 'proxy': {
			const way = event.proxy === null ? 'without a proxy' : `by the proxy ${event.proxy}`;
			return `${event.origin}: ${way} (${event.from})`;
		}
		case 'wait':
			if (event.waitMs < 1000) return undefined;
			return `${event.method} ${event.url}: waits ${(event.waitMs / 1000).toFixed(1)} s for the rate limit`;
		case 'request':
			return (
				`${event.method} ${event.url} ${event.error ?? event.status ?? ''} ` +
				`${Math.round(event.durationMs)} ms`
			);
		case 'concurrency':
			return `up to ${plural(event.requests, 'request')} at once from now on`;
		case 'token':
			return undefined;
	}
}
