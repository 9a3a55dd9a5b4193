import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {formatCount, plural} from '../../core/quantity.ts';
import type {Commit, Part, ResourceProgress} from '../../state/commit.ts';
import {bytes, printableCell, table} from '../terminal/format.ts';
import {logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {outputOptions, verb} from '../verb.ts';

export const ls = verb({
	name: 'ls',
	command: 'ls [folder]',
	describe: 'List datasets: rows, files, last commit, and how far they were read',
	input: 'output',
	options: parser =>
		outputOptions(
			parser
				.positional('folder', {type: 'string', describe: 'The same as --output'})
				.option('json', {type: 'boolean', describe: 'One JSON object a line, with all there is to say'}),
		).example('$0 ls out --json | jq .rows', ''),
	async handler({folder, json = false, output = folder, ...args}) {
		const {findDatasets, placeOf} = await import('../imports/keeping.ts');
		const log = logger(args);
		const place = await placeOf({output, ...args, env: process.env});
		const found = await findDatasets(place);
		if (found.length === 0) log.info(`${place.path}: no datasets`);
		const lines: Line[] = [];
		const isAlone = place.others.length === 0;
		for (const {name, commit, error, isBeingWritten, place: where} of found) {
			if (error) {
				log.error(error);
				process.exitCode = 1;
			} else {
				const own = linesOf(name, commit, await isBeingWritten());
				lines.push(...own.map(line => (isAlone ? line : {place: where, ...line})));
			}
		}
		if (json) for (const line of lines) await print(`${stringify(line as unknown as JsonValue)}\n`);
		else if (lines.length > 0) await print(`${drawn(lines)}\n`);
	},
});

/** One table of a dataset: its own, or one of its nested lists. */
interface Line {
	/** The folder or address, where a config has several. */
	readonly place?: string;
	readonly dataset: string;
	readonly table: string;
	readonly rows: number;
	readonly rejects: number;
	readonly bytes: number;
	readonly files: number;
	/** Rows that are not visible before their run ends. */
	readonly pending: number;
	/** The time of the last commit: ISO 8601, UTC. */
	readonly committed?: string;
	readonly beingWritten: boolean;
	/** By resource, in the line of the main table. */
	readonly standings: {
		readonly [resource: string]: {
			readonly finished: boolean;
			readonly pages: number;
			readonly lastValues: JsonObject;
		};
	};
}

function linesOf(dataset: string, commit: Commit | undefined, beingWritten: boolean): Line[] {
	const {parts = [], pending = [], tables = [dataset], progress: standings = [], at} = commit ?? {};
	return tables.map(table => {
		const own = (list: readonly Part[], kind: Part['kind']): Part[] =>
			list.filter(part => part.table === table && part.kind === kind);
		const visible = own(parts, 'rows');
		return {
			dataset,
			table,
			rows: sum(visible, 'rows'),
			rejects: sum(own(parts, 'rejects'), 'rows'),
			bytes: sum(visible, 'bytes'),
			files: visible.length,
			pending: sum(own(pending, 'rows'), 'rows'),
			...(at !== undefined && {committed: at}),
			beingWritten,
			standings:
				table === dataset ? Object.fromEntries([...standings].map(([name, of]) => [name, brief(of)])) : {},
		};
	});
}

function brief({isFinished: finished, pages, state}: ResourceProgress): Line['standings'][string] {
	return {finished, pages, lastValues: lastValuesOf(state)};
}

// The last values of incremental reading: `{updated_at: '2026-11-20T20:20:59Z'}`.
function lastValuesOf(state: JsonObject): JsonObject {
	const values = Object.entries(state).map(
		([key, value]) => [key, isObject(value) ? value.last_value : undefined] as const,
	);
	return Object.fromEntries(values.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

function sum(parts: readonly Part[], what: 'rows' | 'bytes'): number {
	return parts.reduce((total, part) => total + part[what], 0);
}

const header = ['dataset', 'rows', 'bytes', 'files', 'last commit', 'state'];

function drawn(lines: readonly Line[]): string {
	const isInOne = lines.every(({place}) => place === undefined);
	const cells = lines.map(line => [
		...(isInOne ? [] : [line.place ?? '']),
		line.table,
		formatCount(line.rows),
		bytes(line.bytes),
		formatCount(line.files),
		line.committed?.replace(/\.\d+Z$/, 'Z') ?? '',
		line.table === line.dataset ? stateOf(line) : '',
	]);
	return table(isInOne ? header : ['place', ...header], cells, {right: ['rows', 'bytes', 'files']});
}

function stateOf({committed, beingWritten, standings, dataset}: Line): string {
	const all = Object.entries(standings);
	if (committed === undefined) return beingWritten ? 'being written' : 'nothing committed';
	const each = all.map(([name, {finished, pages, lastValues}]) => {
		const where = beingWritten ? 'being written' : `${plural(pages, 'page')} of a run that broke off`;
		const text = [
			finished ? (beingWritten ? 'being written' : 'finished') : where,
			...reached(lastValues),
		].join(', ');
		return all.length > 1 || name !== dataset ? `${name}: ${text}` : text;
	});
	return each.join('; ');
}

function reached(lastValues: JsonObject): string[] {
	const all = Object.entries(lastValues);
	const [only] = all;
	if (only === undefined) return [];
	if (all.length > 1) return [`${formatCount(all.length)} places`];
	const [key, value] = only;
	return [printableCell(`${key} ${typeof value === 'string' ? value : stringify(value)}`)];
}
