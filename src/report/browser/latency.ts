/** The number of requests by duration; the time doubles every few bars. */
import type {ChartData} from '../page/chart-data.ts';
import type {Drawn} from './main.ts';
import {axis, bars, brief, colour, count, plot, sum} from './plot.ts';

export function drawLatency({latency}: ChartData, place: HTMLElement): Drawn {
	const requests = latency.map(([, , number]) => number);
	const chart = plot(
		place,
		{
			scales: {
				x: {time: false, range: (_, least, most) => [Math.min(least, 0) - 0.5, Math.max(most, 3) + 1]},
				y: {range: (_, __, most) => [0, Math.max(most, 1)]},
			},
			axes: [
				axis({
					incrs: [1, 2, 5, 10, 20],
					values: (_, all) => all.map(i => name(latency[i]?.[0])),
				}),
				axis({values: (_, all) => all.map(brief)}),
			],
			series: [
				{label: 'took', value: (_, i) => range(latency[i])},
				{
					label: 'requests',
					stroke: colour('ok'),
					fill: colour('ok'),
					width: 0,
					paths: bars,
					points: {show: false},
					value: (_, value) => (value === null ? '' : count(value)),
				},
			],
		},
		[latency.map((_, i) => i), requests],
	);
	return {plot: chart, caption: `${count(sum(requests))} requests`};
}

function name(ms: number | undefined): string {
	if (ms === undefined) return '';
	return ms < 1000 ? `${Math.round(ms)} ms` : `${brief(ms / 1000)} s`;
}

function range(one: ChartData['latency'][number] | undefined): string {
	return one ? `${name(one[0])} to ${name(one[1])}` : '';
}
