import type {JsonValue} from '../core/json.ts';
import {clip, table} from './format.ts';
import {logger} from './io.ts';
import {configOptions, verb} from './verb.ts';

const WIDEST = 40;

export const preview = verb({
	name: 'preview',
	command: 'preview <resource>',
	describe: 'Show the first page: a table on a terminal, JSON Lines in a pipe',
	options: parser =>
		configOptions(
			parser
				.positional('resource', {type: 'string', demandOption: true, describe: 'Which one'})
				.option('limit', {type: 'number', default: 20, requiresArg: true, describe: 'At most so many rows'}),
		),
	async handler({resource, limit, ...args}, signal) {
		const [{openProject, pick, connect}, {pipeline}, {jsonl}, {sink}, {stringify}] = await Promise.all([
			import('./project.ts'),
			import('../core/pipeline.ts'),
			import('../../sinks/jsonl.ts'),
			import('../core/stage.ts'),
			import('../core/json.ts'),
		]);
		const log = logger(args);
		const project = await openProject(args);
		const [chosen] = pick(project, [resource]);
		if (!chosen) return;
		const connection = connect(project, log);
		try {
			const {source, stages} = connection.extraction(chosen, {signal, limit: {pages: 1, records: limit}});
			if (!process.stdout.isTTY) {
				await pipeline(source, ...stages, jsonl(process.stdout), {signal});
				return;
			}
			const columns = new Set<string>();
			const rows: Readonly<Record<string, JsonValue>>[] = [];
			const collect = sink({
				name: 'preview',
				write(page) {
					for (const column of page.schema?.columns ?? []) columns.add(column.name);
					rows.push(...page.records);
				},
				async close() {},
			});
			await pipeline(source, ...stages, collect, {signal});
			process.stdout.write(`${fit([...columns], rows, stringify)}\n`);
		} finally {
			await connection.close();
		}
	},
});

// As many columns as the terminal is wide; what is left out is said.
function fit(
	columns: readonly string[],
	rows: readonly Readonly<Record<string, JsonValue>>[],
	stringify: (value: JsonValue) => string,
): string {
	const cell = (row: Readonly<Record<string, JsonValue>>, name: string): string => {
		const value = row[name];
		if (value === null || value === undefined) return '';
		return clip((typeof value === 'string' ? value : stringify(value)).replace(/\s+/g, ' '), WIDEST);
	};
	const room = process.stdout.columns ?? 80;
	let shown = columns.length;
	const draw = (): string =>
		table(
			columns.slice(0, shown),
			rows.map(row => columns.slice(0, shown).map(name => cell(row, name))),
		);
	while (
		shown > 1 &&
		Math.max(
			...draw()
				.split('\n')
				.map(line => line.length),
		) > room
	)
		shown--;
	const left = columns.slice(shown);
	return left.length > 0 ? `${draw()}\nand ${left.length} more columns: ${left.join(', ')}` : draw();
}
