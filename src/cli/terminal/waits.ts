/** The resources that wait, and the reasons. */
import type {RunEvent} from '../../run/events.ts';
import {seconds} from './format.ts';

interface Wait {
	/** In milliseconds of `performance.now()`. */
	readonly until: number;
	readonly forWhat: string;
}

/** A wait is shown this long after it has ended: short ones follow each other, and would flicker. */
const GRACE_MS = 1000;

export class Waits {
	private readonly byResource = new Map<string, Wait>();

	take(event: RunEvent, now: number): void {
		if (event.type === 'wait') {
			const forWhat = event.limit === 'config' ? 'client.rate_limit' : "the server's limit";
			this.byResource.set(event.label ?? '', {until: now + event.waitMs, forWhat});
		} else if (event.type === 'retry')
			this.byResource.set(event.label ?? '', {
				until: now + event.waitMs,
				forWhat: `a retry (${event.reason})`,
			});
	}

	/**
	 * `waits 12.0 s for the server's limit`, `kept to client.rate_limit`; `undefined` where it does not wait.
	 */
	of(resource: string, now: number): string | undefined {
		const wait = this.byResource.get(resource);
		if (!wait) return undefined;
		const left = wait.until - now;
		if (left >= 1000) return `waits ${seconds(left / 1000)} for ${wait.forWhat}`;
		if (left > -GRACE_MS && !wait.forWhat.startsWith('a retry')) return `kept to ${wait.forWhat}`;
		return undefined;
	}
}
