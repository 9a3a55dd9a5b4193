/** Requests over time: stacked bars by status, and a line with the number of waiting requests. */
import type uPlot from 'uplot';
import type {ChartData} from '../page/chart-data.ts';
import type {Drawn} from './main.ts';
import {axis, bars, brief, colour, count, plot, sum, timeAxis, timeSeries, times} from './plot.ts';

const classes = [
	['ok', '2xx'],
	['redirected', '3xx'],
	['refused', '4xx'],
	['failed', '5xx'],
	['unanswered', 'no answer'],
] as const;

export function drawRequests({timeline: {stepMs, series}}: ChartData, place: HTMLElement): Drawn {
	const present = classes.filter(([name]) => name === 'ok' || sum(series[name]) > 0);
	const x = times(stepMs, series.ok.length);
	// Each bar reaches down to the axis, so the highest is drawn first.
	const stacked = present.map((_, top) =>
		x.map((_, step) => sum(present.slice(0, top + 1).map(([name]) => series[name][step] ?? 0))),
	);
	const waiting = x.map((_, step) => ((series.limitMs[step] ?? 0) + (series.retryMs[step] ?? 0)) / stepMs);
	const drawn = present
		.map(
			([name, label]): uPlot.Series => ({
				label,
				stroke: colour(name),
				fill: colour(name),
				width: 0,
				paths: bars,
				points: {show: false},
				value: (_, __, ___, step) => (step === null ? '' : count(series[name][step] ?? 0)),
				scale: 'requests',
			}),
		)
		.reverse();
	const chart = plot(
		place,
		{
			scales: {
				x: {time: false},
				requests: {range: (_, __, most) => [0, Math.max(most, 1)]},
				waiting: {range: upward},
			},
			axes: [
				timeAxis(),
				axis({scale: 'requests', values: (_, all) => all.map(brief)}),
				axis({scale: 'waiting', side: 1, grid: {show: false}, values: (_, all) => all.map(brief)}),
			],
			series: [
				timeSeries,
				...drawn,
				{
					label: 'waiting',
					stroke: colour('waiting'),
					width: 2,
					scale: 'waiting',
					points: {show: false},
					value: (_, value) => (value === null ? '' : brief(value)),
				},
			],
		},
		[x, ...stacked.reverse(), waiting],
	);
	const words = classes
		.filter(([name]) => sum(series[name]) > 0)
		.map(([name, label]) => `${count(sum(series[name]))} × ${label}`);
	return {plot: chart, caption: words.length === 0 ? 'No request was sent.' : words.join(', ')};
}

function upward(_: uPlot, __: number, most: number): [number, number] {
	return [0, Math.max(most, 1)];
}
