/** The durations of requests, in ranges of which four double the time. */
import type {LatencyRecord} from './record.ts';

const PER_OCTAVE = 4;
/** Up to 18 hours. */
const RANGES = 26 * PER_OCTAVE;

export class Latency {
	private readonly counts = new Float64Array(RANGES);
	private requests = 0;
	private longest = 0;

	add(ms: number): void {
		const range = Math.min(RANGES - 1, Math.floor(Math.log2(Math.max(1, ms)) * PER_OCTAVE));
		this.counts[range] = (this.counts[range] ?? 0) + 1;
		this.requests++;
		this.longest = Math.max(this.longest, ms);
	}

	record(): LatencyRecord {
		if (this.requests === 0) return {ranges: []};
		const ranges = [...this.counts]
			.map((requests, i) => [i === 0 ? 0 : edge(i), edge(i + 1), requests] as const)
			.filter(([, , requests]) => requests > 0);
		return {
			ranges,
			median: this.below(0.5),
			p90: this.below(0.9),
			p99: this.below(0.99),
			longest: Math.round(this.longest),
		};
	}

	/** The end of the range with this fraction of the requests. */
	private below(share: number): number {
		let sum = 0;
		for (const [i, requests] of this.counts.entries()) {
			sum += requests;
			if (sum >= this.requests * share) return Math.min(edge(i + 1), Math.round(this.longest));
		}
		return Math.round(this.longest);
	}
}

function edge(range: number): number {
	return Math.round(2 ** (range / PER_OCTAVE) * 10) / 10;
}
