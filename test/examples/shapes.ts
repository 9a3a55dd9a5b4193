/** Ways in which vendors write rows that are no list of objects. */
import type {RecordedRequest} from '../helpers/server.ts';
import type {Row, Shape} from './stub.ts';

interface Named {
	readonly name: string;
}

export function shaped(shape: Shape | undefined, rows: readonly Row[], {json}: RecordedRequest): unknown {
	const {dimensions = [], metrics = []} = (json ?? {}) as {dimensions?: never[]; metrics?: never[]};
	if (shape === 'changes') return [{QueryResponse: [changes(rows)]}];
	if (shape === 'columns') return columnsOf(rows);
	if (shape === 'search') return rows.map(row => positions(row, dimensions));
	if (shape === 'analytics') return rows.map(row => headed(row, dimensions, metrics));
	if (shape === 'values') return rows.map(row => Object.values(row)[0]);
	return rows;
}

/** Deleted rows behind one that has changed, as QuickBooks writes them. A page without rows is empty. */
function changes(rows: readonly Row[]): unknown {
	const [first] = rows;
	if (!first) return {};
	const {status: _, ...changed} = first;
	return {[String(first.entity)]: [changed, ...rows], startPosition: 1, maxResults: rows.length + 1};
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
