/** Ways in which vendors write rows that are no list of objects. */
import type {RecordedRequest} from '../helpers/server.ts';
import type {Row, Shape} from './stub.ts';

interface Named {
	readonly name: string;
}

export function shaped(shape: Shape | undefined, rows: readonly Row[], {json}: RecordedRequest): unknown {
	const {dimensions = [], metrics = []} = (json ?? {}) as {dimensions?: never[]; metrics?: never[]};
	if (shape === 'columns') return columnsOf(rows);
	if (shape === 'search') return rows.map(row => positions(row, dimensions));
	if (shape === 'analytics') return rows.map(row => headed(row, dimensions, metrics));
	if (shape === 'values') return rows.map(row => Object.values(row)[0]);
	return rows;
}

/** An object of lists, as Open-Meteo writes it. */
function columnsOf(rows: readonly Row[]): unknown {
	const names = new Set(rows.flatMap(row => Object.keys(row)));
	return Object.fromEntries([...names].map(name => [name, rows.map(row => row[name])]));
}

/** The dimensions in the order of the request, as Search Console writes them. */
function positions(row: Row, dimensions: readonly string[]): unknown {
	const {clicks, impressions, ctr = 0.1, position = 1} = row;
	return {keys: dimensions.map(name => row[name]), clicks, impressions, ctr, position};
}

/** All values as texts in the order of the request, and days without dashes, as Google Analytics writes them. */
function headed(row: Row, dimensions: readonly Named[], metrics: readonly Named[]): unknown {
	const value = (name: string): unknown => ({value: String(row[name])});
	const day = (name: string): unknown => ({value: String(row[name]).replaceAll('-', '')});
	return {
		dimensionValues: dimensions.map(({name}) => (name === 'date' ? day(name) : value(name))),
		metricValues: metrics.map(({name}) => value(name)),
	};
}
