/** Does twice as much of anything cost twice as much? Columns, depths, partitions, parents, resources. */
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {environment, measure} from '../measure.js';
import {startWidthServer} from './server.js';

/** @typedef {{name: string, sizes: number[], resources: (size: number) => object[], flags?: string[]}} Axis */

const LIMIT = 100;
/** @type {(path: string, rows: number, more?: object) => object} */
const endpoint = (path, rows, {limit = LIMIT, ...more} = /** @type {{limit?: number}} */ ({})) => ({
	endpoint: {path, params: {rows}, data_selector: 'data', paginator: {type: 'offset', limit}},
	...more,
});

/** So many values in all, however wide the rows are. */
const VALUES = 1_000_000;

/** @type {(format: string) => Axis} */
const columns = format => ({
	name: `columns, ${VALUES.toLocaleString('en')} values in all (${format})`,
	sizes: [10, 50, 250, 500, 1000, 2000],
	resources: size => [
		{name: 'wide', ...endpoint(`wide/${size}`, VALUES / size, {limit: Math.max(1, 10_000 / size)})},
	],
	flags: ['--format', format],
});

/** @type {Axis[]} */
const axes = [
	columns('jsonl'),
	columns('parquet'),
	{
		name: 'new columns, a fortieth on each of 40 pages',
		sizes: [40, 500, 1000, 2000, 4000].map(size => Math.round(size / 40) * 40),
		resources: size => [{name: 'new', ...endpoint(`new/${size / 40}`, 400, {limit: 10})}],
	},
	{
		name: 'depth, flattened',
		sizes: [4, 8, 16, 32],
		resources: size => [{name: 'deep', nested: 'flatten', ...endpoint(`deep/${size}`, 160_000 / size)}],
	},
	{
		name: 'partitions, two rows each, merged, with a nested table',
		sizes: [10, 625, 1250, 2500, 5000],
		resources: size => [
			{
				name: 'spread',
				primary_key: 'id',
				write_disposition: 'merge',
				partition_by: 'part',
				nested: 'tables',
				...endpoint(`spread/${size}`, size * 2),
			},
		],
	},
	{
		name: 'parents, one request each',
		sizes: [10, 1000, 2000, 4000, 8000],
		resources: size => [
			{name: 'parents', ...endpoint('plain', size)},
			{
				name: 'children',
				endpoint: {
					path: 'plain/{resources.parents.id}',
					params: {rows: 2, limit: 2},
					data_selector: 'data',
					paginator: 'single_page',
				},
			},
		],
	},
	{
		name: 'resources, one page each',
		sizes: [1, 62, 125, 250, 500],
		resources: size => Array.from({length: size}, (_, i) => ({name: `r${i}`, ...endpoint('plain', 10)})),
	},
];

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, folder, cli, report}) {
	const server = await startWidthServer();
	const output = join(folder, 'out');
	const only = process.env.WIDTHS;
	let tables = '';
	let how = '';
	try {
		for (const axis of axes.filter(({name}) => !only || name.includes(only))) {
			const variants = [];
			for (const size of axis.sizes) {
				const config = join(folder, `widths-${size}`, 'sluice.json');
				await mkdir(join(config, '..'), {recursive: true});
				const client = {base_url: server.url};
				await writeFile(config, JSON.stringify({client, resources: axis.resources(size)}));
				variants.push({
					name: size.toLocaleString('en'),
					args: [...[cli, 'run', '--config', config, '--quiet', '--output', output], ...(axis.flags ?? [])],
					before: () => rm(output, {recursive: true, force: true}),
				});
			}
			const results = await measure(variants, {
				rounds: Math.min(rounds, 3),
				timeoutMs: 600_000,
				warmUp: false,
			});
			how ||= environment(results);
			tables += table(axis, results);
			process.stderr.write(table(axis, results));
		}
		await report(`CPU seconds of the client. ${how}`, tables);
	} finally {
		await server.close();
	}
}

/**
 * The growth of a size is its cost by that of the size before, net of the smallest, as a share of what their ratio makes of it: 1 is linear. Where the
 * work is the same for each size, it is the ratio of the costs.
 * @type {(axis: Axis, results: Awaited<ReturnType<typeof measure>>) => string}
 */
function table({name, sizes}, results) {
	const costs = results.map(result => result.costs.map(({cpuSeconds}) => cpuSeconds).sort((a, b) => a - b));
	const middles = costs.map(all => all[all.length >> 1] ?? Number.NaN);
	const isSame = / in all|depth/.test(name);
	const start = isSame ? 0 : (middles[0] ?? 0);
	const lines = middles.map((cost, i) => {
		const [before, size, sizeBefore] = [middles[i - 1], sizes[i] ?? 0, sizes[i - 1] ?? 0];
		const isFirst = before === undefined || (!isSame && i === 1);
		const ratio = isSame ? 1 : (size - (sizes[0] ?? 0)) / (sizeBefore - (sizes[0] ?? 0));
		const doublings = Math.log2(size / sizeBefore);
		const growth = isFirst ? '' : (((cost - start) / (before - start) / ratio) ** (1 / doublings)).toFixed(2);
		const range = costs[i] ?? [];
		return `| ${size.toLocaleString('en')} | ${cost.toFixed(2)} (${range[0]?.toFixed(2)}–${range.at(-1)?.toFixed(2)}) | ${growth} |\n`;
	});
	return `**${name}**\n\n| size | CPU s | growth per doubling |\n| --: | --: | --: |\n${lines.join('')}\n`;
}
