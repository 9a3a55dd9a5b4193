/** An API whose every row has a tag of its own, and what must be in the files after a run over it. */
import type {Route} from '../helpers/server.ts';

export type Disposition = 'append' | 'replace' | 'merge';

export interface World {
	/** Which rows the API has: 1, 2, 3 …; to be changed between runs. */
	generation: number;
	readonly routes: readonly Route[];
	readonly resources: readonly object[];
	readonly tables: readonly string[];
	/** The tags of one table that come with each page, in order. */
	pages(table: string, generation: number): string[][];
	/** What is in a table after the runs of all generations. */
	truth(table: string, disposition: Disposition, generation: number): string[];
	/** Tags of the events that are refused. */
	rejects(disposition: Disposition, generation: number): string[];
}

interface Row {
	readonly id: number;
	readonly tag: string;
	readonly [name: string]: unknown;
}

export const pageRows = 20;
const eventPages = 8;
const teams = 5;
const orders = 24;
const days = 12;
const windowDays = 3;

export function world(disposition: Disposition): World {
	const self: World = {
		generation: 1,
		routes: [
			paged('/events', events),
			paged('/teams', teamsOf, 2),
			...Array.from({length: teams + 4}, (_, i) =>
				paged(`/teams/${i}/members`, generation => membersOf(i, generation), 4),
			),
			paged('/orders', ordersOf, 6),
			paged('/readings', readingsOf, 4),
		],
		resources: [
			{
				name: 'events',
				primary_key: 'id',
				columns: {email: {data_type: 'text', nullable: false}},
				endpoint: {path: '/events', paginator: offset(pageRows)},
			},
			{name: 'teams', primary_key: 'id', endpoint: {path: '/teams', paginator: offset(2)}},
			{
				name: 'members',
				primary_key: ['team', 'id'],
				endpoint: {path: '/teams/{resources.teams.id}/members', paginator: offset(4)},
			},
			{
				name: 'orders',
				primary_key: 'id',
				nested: 'tables',
				endpoint: {path: '/orders', paginator: offset(6)},
			},
			{
				name: 'readings',
				primary_key: 'id',
				endpoint: {
					path: '/readings',
					paginator: offset(4),
					incremental: {
						cursor_path: 'day',
						initial_value: '2024-01-01',
						end_value: '2024-01-13',
						step: `P${windowDays}D`,
						start_param: 'from',
						end_param: 'to',
					},
				},
			},
		].map(resource => ({
			...resource,
			write_disposition: disposition,
			endpoint: {data_selector: 'data', ...resource.endpoint},
		})),
		tables: ['events', 'teams', 'members', 'orders', 'orders__lines', 'readings'],
		pages(table, generation) {
			const seen = new Set<string>();
			return rowsOf(table, generation).map(page =>
				page
					.filter(({email}) => email !== null)
					.map(({tag}) => tag)
					.filter(tag => !seen.has(tag) && seen.add(tag)),
			);
		},
		truth(table, how, generation) {
			const all = Array.from({length: generation}, (_, i) => self.pages(table, i + 1).flat());
			if (how === 'append') return all.flat();
			if (how === 'replace') return all.at(-1) ?? [];
			if (table === 'readings') return newestReadings(generation);
			const byKey = new Map<string, string[]>();
			const owner = (tag: string): string => tag.replace(/^g\d+-/, '').replace(/-line\d+$/, '');
			for (const tags of all) {
				for (const tag of tags) byKey.set(owner(tag), []);
				for (const tag of tags) byKey.get(owner(tag))?.push(tag);
			}
			return [...byKey.values()].flat();
		},
		rejects(how, generation) {
			const all = Array.from({length: generation}, (_, i) =>
				events(i + 1)
					.filter(({email}) => email === null)
					.map(({tag}) => tag),
			);
			return how === 'replace' ? (all.at(-1) ?? []) : all.flat();
		},
	};

	function paged(path: string, rows: (generation: number) => Row[], limit = pageRows): Route {
		return {
			path,
			respond: {
				fn: ({query}) => {
					const start = Number(query.offset?.[0] ?? 0);
					const [from = '', to = '9'] = [query.from?.[0], query.to?.[0]];
					const inRange = rows(self.generation).filter(
						({day = from}) => String(day) >= from && String(day) < to,
					);
					return {json: {data: inRange.slice(start, start + limit)}};
				},
			},
		};
	}
	return self;
}

function offset(limit: number): object {
	return {type: 'offset', limit, total_path: null};
}

// The first row of a page is the last one of the page before: what an API does to whom rows are added
// meanwhile.
function events(generation: number): Row[] {
	const first = generation * 30;
	return Array.from({length: eventPages * pageRows - 7}, (_, i) => {
		const id = first + i - Math.floor(i / pageRows);
		// From the middle of the second generation on, whole numbers are no more, and a column is new.
		const isLater = generation > 1 && i > 2 * pageRows;
		const email = id % 17 === 5 ? null : `${id}@example.com`;
		return {
			id,
			tag: `g${generation}-e${id}`,
			email,
			score: isLater ? id + 0.5 : id,
			...(isLater && {late: `l${id}`}),
		};
	});
}

function teamsOf(generation: number): Row[] {
	return Array.from({length: teams}, (_, i) => ({
		id: generation - 1 + i,
		tag: `g${generation}-t${generation - 1 + i}`,
	}));
}

function membersOf(team: number, generation: number): Row[] {
	return Array.from({length: 3 + team}, (_, id) => ({team, id, tag: `g${generation}-m${team}.${id}`}));
}

function ordersOf(generation: number): Row[] {
	return Array.from({length: orders}, (_, i) => {
		const id = generation * 5 + i;
		const lines = Array.from({length: id % 4}, (_, n) => ({
			tag: `g${generation}-o${id}-line${n}`,
			n: generation > 1 ? n + 0.5 : n,
		}));
		return {id, tag: `g${generation}-o${id}`, lines};
	});
}

// Two a day: read window by window. In every second generation the ids go down, so that some are of a later
// day than before, and some of an earlier one.
function readingsOf(generation: number): Row[] {
	const many = days * 2;
	return Array.from({length: many}, (_, i) => {
		const id = generation * 4 + (generation % 2 === 0 ? many - 1 - i : i);
		return {
			id,
			day: `2024-01-${String(Math.floor(i / 2) + 1).padStart(2, '0')}`,
			tag: `g${generation}-r${id}`,
		};
	});
}

// Of one id the reading with the latest cursor stays, whenever it came.
function newestReadings(generation: number): string[] {
	const byId = new Map<number, Row>();
	for (const row of Array.from({length: generation}, (_, i) => readingsOf(i + 1)).flat()) {
		const there = byId.get(row.id);
		if (!there || String(row.day) >= String(there.day)) byId.set(row.id, row);
	}
	return [...byId.values()].map(({tag}) => tag);
}

function rowsOf(table: string, generation: number): Row[][] {
	if (table === 'readings')
		return chunked(readingsOf(generation), windowDays * 2).flatMap(window => chunked(window, 4));
	if (table === 'events') return chunked(events(generation), pageRows);
	if (table === 'teams') return chunked(teamsOf(generation), 2);
	if (table === 'members')
		return teamsOf(generation).flatMap(({id}) => chunked(membersOf(id, generation), 4));
	const pages = chunked(ordersOf(generation), 6);
	return table === 'orders' ? pages : pages.map(page => page.flatMap(({lines}) => lines as Row[]));
}

function chunked<T>(all: readonly T[], size: number): T[][] {
	return Array.from({length: Math.ceil(all.length / size)}, (_, i) => all.slice(i * size, (i + 1) * size));
}
