import {type JsonValue, stringify} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import type {JsonRecord} from '../../core/page.ts';
import {plural} from '../../core/quantity.ts';
import {clip, printableCell, table} from '../terminal/format.ts';
import {logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import width from '../terminal/width.ts';
import {urlOptions} from '../url/flags.ts';
import {configOptions, recordingOptions, rows, verb} from '../verb.ts';

const WIDEST = 40;

export const preview = verb({
	name: 'preview',
	command: 'preview <resource>',
	describe: 'Show the first page: a table on a terminal, JSON Lines in a pipe',
	input: 'config',
	options: parser =>
		urlOptions(
			configOptions(
				recordingOptions(parser)
					.positional('resource', {type: 'string', demandOption: true, describe: 'Which one, or a URL'})
					.option('limit', {...rows, default: 20, describe: 'At most so many rows'}),
			),
		).example('$0 preview contacts --limit 5', ''),
	async handler({resource: word, limit, ...args}, signal) {
		const {openSource, Resources, connectFor, pipeline, jsonl, sink} = await import('../imports/reading.ts');
		const log = logger(args);
		const {config, name} = await openSource(word, args, log);
		const resource = new Resources(config).only(name);
		const connection = connectFor(config, log, {signal, recording: args});
		const columns = new Set<string>();
		const records: JsonRecord[] = [];
		const collect = sink({
			name: 'preview',
			write(page) {
				for (const column of page.schema?.columns ?? []) columns.add(column.name);
				records.push(...page.records);
			},
			async close() {},
		});
		const inTable = process.stdout.isTTY;
		try {
			const most = {pages: 1, emptyPages: MOST_EMPTY, ...(limit !== undefined && {records: limit})};
			const {source, stages} = connection.extraction(resource, {limit: most});
			const {written, rejected} = await pipeline(
				source,
				...stages,
				inTable ? collect : jsonl(process.stdout),
				{signal},
			);
			if (inTable && written > 0)
				await print(`${draw([...columns], records, process.stdout.columns ?? 80)}\n`);
			if (written === 0) log.info(`${name}: the first page has no rows`);
			if (rejected > 0)
				log.warn(
					`${name}: ${plural(rejected, 'row')} rejected; see why with sluice read ${name} --rejects FILE`,
				);
		} finally {
			await connection.close();
		}
	},
});

// The most pages without rows that are skipped: the first parents of a resource may have no children.
const MOST_EMPTY = 50;

// As many columns as fit into the terminal; a line reports those that are left out.
function draw(columns: readonly string[], records: readonly JsonRecord[], room: number): string {
	const cell = (value: JsonValue | undefined): string => {
		if (value === null || value === undefined) return '';
		return clip(printableCell(typeof value === 'string' ? value : stringify(value)), Math.min(WIDEST, room));
	};
	const header = columns.map(name => clip(printableCell(name), Math.min(WIDEST, room)));
	const cells = records.map(record => columns.map(name => cell(ownValue(record, name))));
	const widths = header.map((name, i) => Math.max(width(name), ...cells.map(row => width(row[i] ?? ''))));
	let shown = 0;
	let used = 0;
	for (const size of widths) {
		used += size + (shown > 0 ? 2 : 0);
		if (shown > 0 && used > room) break;
		shown++;
	}
	const right = header.filter((_, i) =>
		records.every(record => isNumber(ownValue(record, columns[i] ?? ''))),
	);
	const lines = table(
		header.slice(0, shown),
		cells.map(row => row.slice(0, shown)),
		{right},
	);
	const left = header.slice(shown);
	return left.length > 0 ? `${lines}\nand ${plural(left.length, 'more column')}: ${left.join(', ')}` : lines;
}

function isNumber(value: JsonValue | undefined): boolean {
	return value === null || value === undefined || typeof value === 'number' || typeof value === 'bigint';
}
