/** What a sequence has in its config, and how that changes from run to run. */
import type {Dice} from '../dice.ts';
import type {Disposition} from '../world.ts';
import {fieldNames, paginator, type Source} from './api.ts';

/** What stays the same for a whole sequence. */
export interface Cast {
	/** Whether `more` writes to the table of `items`. */
	readonly isShared: boolean;
	readonly isNested: boolean;
	/** Whether `changes` is asked for new rows only. */
	readonly isIncremental: boolean;
	readonly sources: readonly Source[];
}

export interface ResourceScene {
	readonly disposition: Disposition;
	readonly key: readonly ('id' | 'kind')[];
	readonly score: 'text' | 'double' | undefined;
	/** Whether a step looks at each record, so that no page goes on as text. */
	readonly isParsed: boolean;
	readonly partition: 'kind' | 'day' | undefined;
	readonly isIncremental: boolean;
	/** Of changes: whether the greatest `rev` of a key stays in a merge. */
	readonly isSorted: boolean;
	/** Of changes: whether a row that is `gone` takes its key away in a merge. */
	readonly hasDeletes: boolean;
}

export interface Scene {
	readonly format: 'parquet' | 'jsonl' | 'jsonl.gz' | 'csv' | 'csv.gz';
	readonly naming: 'direct' | 'snake_case';
	readonly resources: Readonly<Record<Source, ResourceScene>>;
	/** Names for `--select`. */
	readonly select: readonly string[] | undefined;
	readonly isFresh: boolean;
	readonly checkpoint: object;
}

const dispositions = ['append', 'replace', 'merge'] as const;
const formats = ['parquet', 'parquet', 'parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const;
const checkpoints = [{rows: 1}, {rows: 7}, {bytes: 1}, {seconds: 0.02}, {rows: 100_000}] as const;

export function castOf(dice: Dice): Cast {
	const isNested = dice.chance(0.4);
	return {
		isShared: dice.chance(0.4),
		isNested,
		isIncremental: dice.chance(0.5),
		sources: dice.oneOf([
			['items'],
			['items', 'more'],
			['items', 'more', 'members'],
			['members'],
			['changes'],
			['changes', 'items'],
			['members', 'changes'],
		] as const) as readonly Source[],
	};
}

export function firstScene(dice: Dice, cast: Cast): Scene {
	const resource = (isIncremental = false): ResourceScene => ({
		disposition: dice.oneOf(dispositions),
		key: ['id'],
		score: undefined,
		isParsed: dice.chance(0.5),
		partition: dice.chance(0.25) ? dice.oneOf(['kind', 'day'] as const) : undefined,
		isIncremental,
		isSorted: dice.chance(0.5),
		hasDeletes: dice.chance(0.7),
	});
	return {
		format: dice.oneOf(formats),
		naming: 'direct',
		resources: alike(
			{items: resource(), more: resource(), members: resource(), changes: resource(cast.isIncremental)},
			cast,
		),
		select: undefined,
		isFresh: false,
		checkpoint: dice.oneOf(checkpoints),
	};
}

/** The next run: mostly as the last one was. */
export function nextScene(scene: Scene, dice: Dice, cast: Cast): Scene {
	const resource = (last: ResourceScene): ResourceScene => ({
		...last,
		disposition: dice.chance(0.2) ? dice.oneOf(dispositions) : last.disposition,
		key: dice.chance(0.1) ? dice.oneOf([['id'], ['id', 'kind']] as const) : last.key,
		score: dice.chance(0.1) ? dice.oneOf(['text', 'double', undefined] as const) : last.score,
		isParsed: dice.chance(0.2) ? !last.isParsed : last.isParsed,
		partition: dice.chance(0.07) ? dice.oneOf(['kind', 'day', undefined] as const) : last.partition,
		isSorted: dice.chance(0.1) ? !last.isSorted : last.isSorted,
		hasDeletes: dice.chance(0.1) ? !last.hasDeletes : last.hasDeletes,
	});
	const {items, more, members, changes} = scene.resources;
	return {
		format: dice.chance(0.07) ? dice.oneOf(formats) : scene.format,
		naming: dice.chance(0.07) ? dice.oneOf(['direct', 'snake_case'] as const) : scene.naming,
		resources: alike(
			{items: resource(items), more: resource(more), members: resource(members), changes: resource(changes)},
			cast,
		),
		select: dice.chance(0.12) ? selected(dice) : undefined,
		isFresh: dice.chance(0.12),
		checkpoint: dice.oneOf(checkpoints),
	};
}

// Resources of one table have the same folders and the same key.
function alike({items, more, ...others}: Scene['resources'], {isShared}: Cast): Scene['resources'] {
	const {key, score, partition} = items;
	return {items, more: isShared ? {...more, key, score, partition} : more, ...others};
}

// What tells rows apart is always there, or no model could.
function selected(dice: Dice): readonly string[] {
	return ['id', 'kind', 'tag', ...fieldNames.slice(3).filter(() => dice.chance(0.5))];
}

export function tableOf(source: Source, {isShared}: Cast): string {
	return source === 'more' && isShared ? 'items' : source;
}

/** All tables that a sequence may make. */
export function tablesOf(cast: Cast): string[] {
	const tables = [...new Set(cast.sources.map(source => tableOf(source, cast)))];
	return cast.isNested
		? tables.flatMap(table => (table === 'members' ? table : [table, `${table}__lines`]))
		: tables;
}

export function resourceConfig(source: Source, scene: Scene, cast: Cast): object {
	const {disposition, key, isParsed, partition, isIncremental} = scene.resources[source];
	const path = source === 'members' ? '/teams/{resources.teams.id}/members' : `/${source}`;
	return {
		name: source,
		...(tableOf(source, cast) !== source && {table_name: tableOf(source, cast)}),
		write_disposition: disposition,
		primary_key: key,
		naming: scene.naming,
		...(cast.isNested && source !== 'members' && {nested: 'tables'}),
		columns: columnsOf(source, scene.resources[source]),
		...(isParsed && {processing_steps: [{filter: '@.id >= 0'}]}),
		...(partition && {partition_by: partition}),
		endpoint: {
			path,
			data_selector: 'data',
			paginator,
			...(isIncremental && {incremental: {cursor_path: 'rev'}}),
		},
	};
}

function columnsOf(source: Source, {score, isSorted, hasDeletes}: ResourceScene): object {
	return {
		...(score && {score: {data_type: score}}),
		...(source === 'changes' && isSorted && {rev: {dedup_sort: 'desc'}}),
		...(source === 'changes' && hasDeletes && {gone: {hard_delete: true}}),
	};
}

export function configOf(url: string, scene: Scene, cast: Cast): string {
	const teams = {
		name: 'teams',
		selected: false,
		endpoint: {path: '/teams', data_selector: 'data', paginator: 'single_page'},
	};
	return JSON.stringify({
		client: {base_url: url, retry: {max_retries: 0}},
		output: {format: scene.format, checkpoint: scene.checkpoint},
		resources: [
			...(cast.sources.includes('members') ? [teams] : []),
			...cast.sources.map(source => resourceConfig(source, scene, cast)),
		],
	});
}

/** The words of the command line. */
export function wordsOf({select, isFresh}: Scene): string[] {
	return ['run', ...(select ? ['--select', select.join(',')] : []), ...(isFresh ? ['--full-refresh'] : [])];
}

/** The same text for runs that may go on from each other. */
export function definitionOf(source: Source, scene: Scene, cast: Cast): string {
	return JSON.stringify([
		resourceConfig(source, scene, cast),
		scene.format,
		scene.select ?? null,
		scene.isFresh,
	]);
}
