/**
 * The data for the script of the page. It has numbers only, so the script puts no text of an API into the
 * page.
 */
import type {LatencyRecord, RunRecord, TimelineRecord} from '../record.ts';

export interface ChartData {
	readonly timeline: TimelineRecord;
	readonly latency: LatencyRecord['ranges'];
}

export function chartData({timeline, latency}: RunRecord): ChartData {
	return {timeline, latency: latency.ranges};
}
