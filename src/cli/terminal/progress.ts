/** The progress of a run, as one line for each resource that is being read. */
import {formatCount, plural} from '../../core/quantity.ts';
import type {Reach} from '../../core/stage.ts';
import type {ProgressEvent, ResourceProgress, RunEvent} from '../../run/events.ts';
import {bytes, seconds} from './format.ts';
import {Waits} from './waits.ts';

/** Before this time, the speed says little about the remaining time. */
const SPEED_AFTER_MS = 2000;

export interface ProgressLine {
	readonly resource: string;
	/** `contacts (2 of 5)` */
	readonly label: string;
	/** `12,000 rows`, `120 requests` … */
	readonly parts: readonly string[];
}

export class ProgressLines {
	private readonly waits = new Waits();
	/** The resources of the run, in its order. */
	private names: readonly string[] = [];
	private readonly ended = new Set<string>();
	/** The progress of each resource in its first event. */
	private readonly first = new Map<string, {readonly came: number; readonly at: number}>();

	/** Processes an event. */
	take(event: RunEvent, now = performance.now()): void {
		if (event.type === 'run-start') this.names = event.resources;
		else if (event.type === 'resource-end') this.ended.add(event.resource);
		else if (event.type === 'progress') this.begin(event, now);
		else this.waits.take(event, now);
	}

	/** The resources that have not ended. */
	lines({each, elapsedMs}: ProgressEvent, now = performance.now()): ProgressLine[] {
		return each
			.filter(({resource}) => !this.ended.has(resource))
			.map(one => ({
				resource: one.resource,
				label: this.labelOf(one.resource),
				parts: this.parts(one, elapsedMs, now),
			}));
	}

	/** `contacts (2 of 5)`, where there are several. */
	private labelOf(resource: string): string {
		const {length} = this.names;
		const place = this.names.indexOf(resource) + 1;
		return length > 1 && place > 0 ? `${resource} (${place} of ${length})` : resource;
	}

	private begin({each}: ProgressEvent, now: number): void {
		for (const {resource, reach} of each)
			if (reach && !this.first.has(resource)) this.first.set(resource, {came: reach.came, at: now});
	}

	private parts({resource, counts, reach}: ResourceProgress, elapsedMs: number, now: number): string[] {
		const {read, requests, retries, bytesRead} = counts;
		const wait = this.waits.of(resource, now);
		const left = reach && this.left(resource, reach, now);
		return [
			plural(read, 'row'),
			plural(requests, 'request'),
			bytes(bytesRead),
			`${formatCount(read / Math.max(elapsedMs / 1000, 0.1))} rows/s`,
			...(reach ? [share(reach)] : []),
			...(left === undefined ? [] : [`${seconds(Math.round(left))} left`]),
			...(retries > 0 ? [`${formatCount(retries)} ${retries === 1 ? 'retry' : 'retries'}`] : []),
			...(wait === undefined ? [] : [wait]),
		];
	}

	/** The remaining seconds, at the speed so far. */
	private left(resource: string, {came, of}: Reach, now: number): number | undefined {
		const first = this.first.get(resource);
		if (!first || came <= first.came || now - first.at < SPEED_AFTER_MS) return undefined;
		const perSecond = (came - first.came) / ((now - first.at) / 1000);
		return (of - came) / perSecond;
	}
}

// 100 % appears only at the end: 99.9 % is rounded down.
function share({came, of, unit}: Reach): string {
	const percent = came >= of ? 100 : Math.min(99, Math.floor((came / of) * 100));
	return `${percent} % of ${plural(of, unit.slice(0, -1))}`;
}
