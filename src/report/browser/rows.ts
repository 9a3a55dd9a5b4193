/** Rows per second that came to their datasets. */
import type {ChartData} from '../page/chart-data.ts';
import type {Drawn} from './main.ts';
import {axis, brief, colour, count, plot, sum, timeAxis, timeSeries, times} from './plot.ts';

export function drawRows({timeline: {stepMs, series}}: ChartData, place: HTMLElement): Drawn {
	const x = times(stepMs, series.rows.length);
	const speed = series.rows.map(rows => rows / (stepMs / 1000));
	const chart = plot(
		place,
		{
			scales: {x: {time: false}, y: {range: (_, __, most) => [0, Math.max(most, 1)]}},
			axes: [timeAxis(), axis({values: (_, all) => all.map(brief)})],
			series: [
				timeSeries,
				{
					label: 'rows/s',
					stroke: colour('ok'),
					fill: colour('ok-faint'),
					width: 2,
					points: {show: false},
					value: (_, value) => (value === null ? '' : count(value)),
				},
			],
		},
		[x, speed],
	);
	return {plot: chart, caption: `${count(sum(series.rows))} rows`};
}
