/** Reports at an interval how far resources are. */
import {addCounts} from '../core/pipeline.ts';
import {countsOf, type PageStream, type Reach} from '../core/stage.ts';
import type {ProgressEvent} from './events.ts';

export interface Watched {
	readonly resource: string;
	readonly source: PageStream;
	/** The most rows to read. */
	readonly limit?: number | undefined;
}

/** Sends an event at once, and then one every `ms`, until it is stopped. Without `ms`, sends none. */
export function progress(
	watched: readonly Watched[],
	emit: (event: ProgressEvent) => void,
	ms: number | undefined,
): {stop(): void} {
	if (ms === undefined) return {stop() {}};
	const started = performance.now();
	const tell = (): void => {
		const each = watched.map(({resource, source, limit}) => {
			const {reach: whole, ...counts} = countsOf(source);
			const reach = within(whole, limit);
			return {resource, counts: addCounts([counts]), ...(reach && {reach})};
		});
		emit({
			type: 'progress',
			resources: watched.map(({resource}) => resource),
			counts: addCounts(each.map(({counts}) => counts)),
			elapsedMs: performance.now() - started,
			each,
		});
	};
	tell();
	const timer = setInterval(tell, ms);
	timer.unref();
	return {stop: () => clearInterval(timer)};
}

function within(reach: Reach | undefined, limit: number | undefined): Reach | undefined {
	if (!reach || limit === undefined) return reach;
	if (reach.unit === 'pages') return undefined;
	return {...reach, came: Math.min(reach.came, limit), of: Math.min(reach.of, limit)};
}
