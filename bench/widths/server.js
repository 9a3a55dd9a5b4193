/** An API whose tables are as wide, as deep and as spread as its paths say. It makes each page as it is asked for. */
import {once} from 'node:events';
import {createServer} from 'node:http';

/** A value of each kind, which differs from row to row. @type {(column: number, row: number) => unknown} */
function valueAt(column, row) {
	const kind = column % 4;
	if (kind === 0) return row * 7 + column;
	if (kind === 1) return `value ${column} of row ${row}`;
	if (kind === 2) return (row % 1000) / 8;
	return row % 3 === 0 ? null : row % 2 === 0;
}

/** @type {(row: number, columns: number, first?: number) => Record<string, unknown>} */
function wideRow(row, columns, first = 0) {
	/** @type {Record<string, unknown>} */
	const made = {id: row};
	for (let column = first; column < first + columns; column++)
		made[`column_${column}`] = valueAt(column, row);
	return made;
}

/** @type {(row: number, depth: number) => Record<string, unknown>} */
function deepRow(row, depth) {
	/** @type {unknown} */
	let inner = `value ${row}`;
	for (let level = depth; level > 0; level--)
		inner = {[`level_${level}`]: inner, [`at_${level}`]: row + level};
	return {id: row, .../** @type {object} */ (inner)};
}

/** @type {Record<string, (row: number, size: number, page: number) => object>} */
const rowsOf = {
	/** So many columns. */
	wide: (row, size) => wideRow(row, size),
	/** So many columns that no page before had. */
	new: (row, size, page) => wideRow(row, size, page * size),
	/** Objects in objects. */
	deep: (row, size) => deepRow(row, size),
	/** A row of each of so many partitions, in turn, with a list. */
	spread: (row, size) => ({
		id: row,
		part: `p${String(row % size).padStart(6, '0')}`,
		tags: [{tag: row % 10}, {tag: row % 7}],
	}),
	/** Plain rows. */
	plain: row => ({id: row, name: `row ${row}`}),
};

/** `/wide/500?rows=1000&offset=0&limit=100`: rows 0 to 99 of 1,000, with 500 columns each. */
export async function startWidthServer() {
	const server = createServer((request, response) => {
		const {pathname, searchParams} = new URL(request.url ?? '/', 'http://bench');
		const [, kind = '', size = '1'] = pathname.split('/');
		const of = (/** @type {string} */ name, /** @type {number} */ other) =>
			Number(searchParams.get(name) ?? other);
		const [rows, offset, limit] = [of('rows', 1), of('offset', 0), of('limit', 1)];
		const make = rowsOf[kind];
		if (!make) return response.writeHead(404).end();
		const count = Math.max(0, Math.min(limit, rows - offset));
		const data = Array.from({length: count}, (_, i) =>
			make(offset + i, Number(size), Math.floor(offset / limit)),
		);
		response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify({data, total: rows}));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
