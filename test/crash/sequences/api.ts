/** An API whose rows are a function of a number, so that a model knows what any run of any time has read. */
import {stringify} from '../../../src/core/json/json.ts';
import type {RecordedRequest, Route} from '../../helpers/server.ts';
import {changesOf} from './changes.ts';

/** What a row has beside its lines. The tag is unique for a resource, a generation and a row. */
export interface Fields {
	readonly id: number;
	readonly kind: string;
	readonly tag: string;
	readonly score: number;
	readonly day: string;
	readonly note: string | null;
	readonly fullName: string;
	readonly big?: bigint;
	readonly late?: string;
	/** Of changes: a cursor, and whether the key is gone. */
	readonly rev?: number;
	readonly gone?: boolean;
}

export interface Row extends Fields {
	readonly lines: readonly {readonly tag: string; readonly n: number}[];
}

export const fieldNames = [
	'id',
	'kind',
	'tag',
	'score',
	'day',
	'note',
	'fullName',
	'big',
	'late',
	'rev',
	'gone',
] as const;

export type Source = 'items' | 'more' | 'members' | 'changes';

export interface Api {
	/** Which rows there are; goes up between runs. */
	generation: number;
	/** Ids of the parents of members, in order; may change at any time. */
	teams: number[];
	/** The answer to this request of a source, counted from the attempt's first, is an error. */
	broken: {readonly source: Source; at: number} | undefined;
	/** Whether the ids of `more` are among those of `items`. */
	readonly isOverlapping: boolean;
	readonly routes: readonly Route[];
}

const pageRows = 5;
const mostTeams = 40;

export function makeApi(isOverlapping: boolean): Api {
	const self: Api = {
		generation: 1,
		teams: [1, 2, 3],
		broken: undefined,
		isOverlapping,
		routes: [
			paged('/items', 'items', () => itemsOf('items', self.generation, isOverlapping)),
			paged('/more', 'more', () => itemsOf('more', self.generation, isOverlapping)),
			paged('/changes', 'changes', () => changesOf(self.generation)),
			{path: '/teams', respond: {fn: () => answer(self.teams.map(id => ({id})))}},
			...Array.from({length: mostTeams}, (_, team) =>
				paged(`/teams/${team}/members`, 'members', () => membersOf(team, self.generation)),
			),
		],
	};

	function paged(path: string, source: Source, rows: () => readonly object[]): Route {
		return {
			path,
			respond: {
				fn: ({query}: RecordedRequest) => {
					if (self.broken?.source === source && --self.broken.at === 0) return {status: 500};
					const start = Number(query.offset?.[0] ?? 0);
					return answer(rows().slice(start, start + pageRows));
				},
			},
		};
	}
	return self;
}

function answer(data: readonly object[]): {headers: Record<string, string>; text: string} {
	return {headers: {'content-type': 'application/json'}, text: stringify({data} as never)};
}

function itemsOf(source: Source, generation: number, isOverlapping: boolean): Row[] {
	const first = generation * 4 + (source === 'more' && !isOverlapping ? 1000 : 0);
	const count = 8 + ((generation * 7 + source.length) % 11);
	return Array.from({length: count}, (_, i) => rowOf(source, generation, first + i, i));
}

// From some generation on columns appear, and whole numbers are no more.
function rowOf(source: Source, generation: number, id: number, i: number): Row {
	const tag = `${source}-g${generation}-${id}`;
	return {
		id,
		kind: (id + generation) % 2 === 0 ? 'a' : 'b',
		tag,
		score: generation % 3 === 2 && i > 6 ? id + 0.5 : id,
		day: `2024-0${1 + (id % 3)}-11`,
		note: id % 4 === 0 ? null : id % 4 === 1 ? `a "quote", and\na line ü` : `note ${id}`,
		fullName: `name ${id}`,
		...(id % 5 === 0 && {big: 9007199254740993n + BigInt(id)}),
		...(generation > 2 && i > 3 && {late: `late ${id}`}),
		lines: Array.from({length: id % 3}, (_, n) => ({
			tag: `${tag}-line${n}`,
			n: generation > 2 ? n + 0.5 : n,
		})),
	};
}

function membersOf(team: number, generation: number): Row[] {
	return Array.from({length: 2 + (team % 6)}, (_, i) => {
		const id = team * 100 + i;
		return {...rowOf('members', generation, id, i), tag: `members-g${generation}-${team}.${i}`, lines: []};
	});
}

/** The parent of a member. */
export function teamOf({id}: Row): number {
	return Math.floor(id / 100);
}

/** The rows that a source gives, page by page. */
export function pagesOf(source: Source, {generation, teams, isOverlapping}: Api): readonly Row[][] {
	if (source === 'members') return teams.flatMap(team => chunked(membersOf(team, generation)));
	if (source === 'changes') return chunked(changesOf(generation));
	return chunked(itemsOf(source, generation, isOverlapping));
}

function chunked(rows: readonly Row[]): Row[][] {
	const pages: Row[][] = [];
	for (let at = 0; at < rows.length; at += pageRows) pages.push(rows.slice(at, at + pageRows));
	return pages;
}

/** What an offset paginator is told. */
export const paginator = {type: 'offset', limit: pageRows, total_path: null};
