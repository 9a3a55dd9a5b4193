/** The common part of the charts. */
import uPlot from 'uplot';

const HEIGHT = 220;

/** A colour of the style: `--ok`. */
export function colour(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function plot(
	place: HTMLElement,
	options: Omit<uPlot.Options, 'width' | 'height'>,
	data: uPlot.AlignedData,
): uPlot {
	return new uPlot({...options, width: Math.max(place.clientWidth, 240), height: HEIGHT}, data, place);
}

export function axis(options: uPlot.Axis = {}): uPlot.Axis {
	const grid = {stroke: colour('grid'), width: 1};
	return {stroke: colour('text'), grid, ticks: grid, font: '12px system-ui, sans-serif', ...options};
}

/** `12k`: there is little room on the left of a chart. */
export function brief(value: number): string {
	if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
	if (Math.abs(value) >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
	return String(Number(value.toPrecision(3)));
}

export function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

/** The start of each step, in seconds since the start of the run. */
export function times(stepMs: number, steps: number): number[] {
	return Array.from({length: steps}, (_, step) => (step * stepMs) / 1000);
}

/** The intervals of a time axis: seconds, minutes, hours and days. */
const seconds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30];
const incrs = [
	...seconds,
	...[1, 2, 5, 10, 20, 30].map(minutes => minutes * 60),
	...[1, 2, 4, 6, 12, 24, 48, 96, 240].map(hours => hours * 3600),
];

export function timeAxis(): uPlot.Axis {
	return axis({incrs, values: (_, all) => all.map(duration)});
}

/** The first series of a chart over time, for its legend. */
export const timeSeries: uPlot.Series = {
	label: 'after',
	value: (_, value) => (value === null ? '' : duration(value)),
};

/** `5 s`, `1 min 30 s`, `2 h` */
function duration(value: number): string {
	if (value < 60) return `${Number(value.toFixed(1))} s`;
	const parts = [
		[Math.floor(value / 3600), 'h'],
		[Math.floor((value % 3600) / 60), 'min'],
		[Math.round(value % 60), 's'],
	] as const;
	return parts
		.filter(([amount]) => amount > 0)
		.map(([amount, unit]) => `${amount} ${unit}`)
		.join(' ');
}

/** Bars from the start of a step to that of the next. */
export const bars: uPlot.Series.PathBuilder = uPlot.paths.bars?.({size: [0.9, 60], align: 1}) ?? (() => null);

/** `12,000` */
export function count(value: number): string {
	return Math.round(value).toLocaleString('en-US');
}
