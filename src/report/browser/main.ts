/**
 * Draws the charts of a report in the colours of its style, and again when the colours or the width change.
 */
import type uPlot from 'uplot';
import type {ChartData} from '../page/chart-data.ts';
import {drawLatency} from './latency.ts';
import {drawRequests} from './requests.ts';
import {drawRows} from './rows.ts';

const data: ChartData = JSON.parse(document.getElementById('data')?.textContent ?? '{}');
const drawers: Readonly<Record<string, (data: ChartData, place: HTMLElement) => Drawn>> = {
	'requests-chart': drawRequests,
	'rows-chart': drawRows,
	'latency-chart': drawLatency,
};

export interface Drawn {
	readonly plot: uPlot;
	/** The totals of the chart as text, for readers who cannot see it. */
	readonly caption: string;
}

let plots: uPlot[] = [];

function draw(): void {
	for (const plot of plots) plot.destroy();
	plots = [];
	for (const [id, drawOne] of Object.entries(drawers)) {
		const figure = document.getElementById(id);
		const place = figure?.querySelector<HTMLElement>('.chart');
		const caption = figure?.querySelector('figcaption');
		if (!place || !caption) continue;
		const drawn = drawOne(data, place);
		caption.textContent = drawn.caption;
		plots.push(drawn.plot);
	}
}

draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
let width = innerWidth;
addEventListener('resize', () => {
	if (innerWidth === width) return;
	width = innerWidth;
	draw();
});
