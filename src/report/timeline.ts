/** Figures over time in a limited number of steps, which become longer as a run goes on. */
import {type TimelineRecord, type TimelineSeries, timelineSeries} from './record.ts';

/** As many steps as are visible on a wide screen. */
const MOST_STEPS = 240;
const SHORTEST_MS = 100;

export class Timeline {
	private stepMs = SHORTEST_MS;
	private readonly series = new Map(timelineSeries.map(name => [name, new Float64Array(MOST_STEPS)]));

	/** `at` is in milliseconds since the start. */
	add(name: TimelineSeries, at: number, amount = 1): void {
		const step = this.stepOf(at);
		const values = this.series.get(name);
		if (values) values[step] = (values[step] ?? 0) + amount;
	}

	/** Adds a span of time from `at` on to each of its steps. */
	addSpan(name: TimelineSeries, at: number, ms: number): void {
		const end = at + ms;
		this.stepOf(end);
		for (let from = at; from < end; ) {
			const to = Math.min(end, (Math.floor(from / this.stepMs) + 1) * this.stepMs);
			this.add(name, from, to - from);
			from = to;
		}
	}

	/** The figures up to the end of the run: waits may have been cut short. */
	record(endMs: number): TimelineRecord {
		const steps = this.stepOf(endMs) + 1;
		const lists = [...this.series].map(([name, values]) => [
			name,
			[...values.subarray(0, steps)].map(Math.round),
		]);
		return {stepMs: this.stepMs, series: Object.fromEntries(lists)};
	}

	private stepOf(at: number): number {
		const ms = Math.max(0, at);
		while (ms / this.stepMs >= MOST_STEPS) this.widen();
		return Math.floor(ms / this.stepMs);
	}

	private widen(): void {
		this.stepMs *= 2;
		for (const values of this.series.values()) {
			for (let i = 0; i < MOST_STEPS / 2; i++) values[i] = (values[2 * i] ?? 0) + (values[2 * i + 1] ?? 0);
			values.fill(0, MOST_STEPS / 2);
		}
	}
}
