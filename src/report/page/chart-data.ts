/** What the script of the page draws. Numbers only: it puts no text of an API into the page. */
import type {LatencyRecord, RunRecord, TimelineRecord} from '../record.ts';

export interface ChartData {
	readonly timeline: TimelineRecord;
	readonly latency: LatencyRecord['ranges'];
}

export function chartData({timeline, latency}: RunRecord): ChartData {
	return {timeline, latency: latency.ranges};
}
