/** What a table may hold while runs of its resources come and go. */
import {type Api, type Row, type Source, teamOf} from './api.ts';
import {arrivalsOf} from './arrivals.ts';
import {glimpsesOf} from './glimpses.ts';
import {after, type Entries, entriesOf} from './model.ts';
import type {Scene} from './scene.ts';

/** A run that has not come to its end. */
export interface Open {
	/** Its name in the log. */
	readonly run: string;
	readonly definition: string;
	/** What readers see of it. */
	readonly shown: Entries;
	/** Every team that was there in one of its attempts. */
	readonly teams: readonly number[];
	/** Those of the last attempt that read any. */
	readonly lastTeams: readonly number[];
	/** Whether all is read, and only the last commit is missing. */
	readonly isAtEnd: boolean;
}

/** What becomes of a source in one attempt. */
export interface Plan {
	readonly source: Source;
	readonly definition: string;
	/** It has finished in an attempt before, and is not read again. */
	readonly isLeftOut: boolean;
	readonly open: Open | undefined;
	/** Whether the run that is open goes on. */
	readonly isResumed: boolean;
	readonly scene: Scene;
	readonly api: Api;
	/** The cursor that it begins after, where it is incremental. */
	readonly since: number | undefined;
}

export interface State {
	readonly entries: Entries;
	/** By source that has not finished: what is shown of it. */
	readonly shown: ReadonlyMap<Source, Entries>;
	readonly finished: readonly Source[];
}

interface Step {
	readonly isFinished: boolean;
	/** What the run adds, or shows so far. */
	readonly came: Entries;
}

/**
 * All states that a table may be in, from `base`, which has the rows of runs that have finished. `glimpses`:
 * also what a reader may find before a commit is seen in all folders.
 */
export function statesOf(
	base: Entries,
	plans: readonly Plan[],
	{glimpses}: {readonly glimpses: boolean},
): State[] {
	const states: State[] = [];
	for (const order of ordersOf(plans)) {
		const first: State = {entries: base, shown: new Map(), finished: []};
		states.push(
			...order.reduce(
				(all, plan) => all.flatMap(state => withSteps(state, plan, stepsOf(plan, glimpses), glimpses)),
				[first],
			),
		);
	}
	return states;
}

// The rows of runs that have not finished come last: what they show is in nobody's way.
export function entriesIn({entries, shown}: State): Entries {
	return [...entries, ...[...shown.values()].flat()];
}

function ordersOf(plans: readonly Plan[]): (readonly Plan[])[] {
	return plans.length < 2 ? [plans] : [plans, plans.toReversed()];
}

function withSteps(state: State, {source, scene}: Plan, steps: readonly Step[], glimpses: boolean): State[] {
	const {partition} = scene.resources[source];
	const showing = (came: Entries): State => ({...state, shown: new Map([...state.shown, [source, came]])});
	return steps.flatMap(({isFinished, came}) => {
		if (!isFinished) return [showing(came)];
		const entries = after(state.entries, came, scene.resources[source], scene.isFresh);
		const whole = {...state, entries, finished: [...state.finished, source]};
		if (!glimpses || !partition) return [whole];
		const added = addedTo(state.entries, entries);
		return [whole, ...(added ? glimpsesOf([[], added], partition).map(showing) : [])];
	});
}

// What a run adds, where it takes nothing away. Such a commit turns nothing: its files appear in turn.
function addedTo(before: Entries, entries: Entries): Entries | undefined {
	const old = new Set(before);
	const added = entries.filter(entry => !old.has(entry));
	return entries.length - added.length === before.length ? added : undefined;
}

function stepsOf(plan: Plan, glimpses: boolean): Step[] {
	const {source, open, scene, isLeftOut} = plan;
	const before: Step = {isFinished: false, came: open?.shown ?? []};
	if (isLeftOut) return [before];
	const {partition} = scene.resources[source];
	const seen = chainsOf(plan).flatMap(chain =>
		glimpses && partition ? [...chain, ...glimpsesOf(chain, partition)] : chain,
	);
	const shownSteps = seen.map(came => ({isFinished: false, came}));
	return [
		before,
		...shownSteps,
		...wholes(plan).map(rows => ({isFinished: true, came: entriesOf(source, rows, scene)})),
	];
}

// What a run shows before its end: nothing, or the pages so far. One that goes on has those of its earlier
// attempts, whose parents may stand elsewhere now, and begins with the parent that it was at. One chain for
// each order.
function chainsOf(plan: Plan): Entries[][] {
	const {source, open, scene, isResumed} = plan;
	if (scene.resources[source].disposition !== 'append' || scene.isFresh) return [[[]]];
	const kept = isResumed ? (open?.shown ?? []) : [];
	const tags = new Set(kept.map(({row}) => row.tag));
	const left = pagesIn(plan).filter(page => !page.every(({tag}) => tags.has(tag)));
	const teams = new Set(kept.map(({row}) => teamOf(row)));
	const isBegun = ([row]: readonly Row[]): boolean => row !== undefined && teams.has(teamOf(row));
	const begunFirst = [...left.filter(isBegun), ...left.filter(page => !isBegun(page))];
	const orders = source === 'members' ? [left, begunFirst] : [left];
	return orders.map(pages =>
		[[], ...pages].map((_, i) => [...kept, ...entriesOf(source, pages.slice(0, i).flat(), scene)]),
	);
}

// Of parents that went away while the run was open there may be all rows, some pages, or none.
function wholes(plan: Plan): Row[][] {
	const {source, api, open, isResumed} = plan;
	if (source !== 'members' || !open || !isResumed) return [pagesIn(plan).flat()];
	const teams = open.isAtEnd ? [...open.lastTeams] : api.teams;
	const whole = pagesIn(plan, teams).flat();
	const gone = open.teams.filter(team => !teams.includes(team));
	return gone.reduce<Row[][]>(
		(all, team) => {
			const pages = pagesIn(plan, [team]);
			const some = [[], ...pages.map((_, i) => pages.slice(0, i + 1).flat())];
			return all.flatMap(rows => some.map(more => [...rows, ...more]));
		},
		[whole],
	);
}

function pagesIn({source, api, scene, since}: Plan, teams = api.teams): readonly Row[][] {
	return arrivalsOf(source, {...api, teams}, scene.resources[source], scene.isFresh ? undefined : since);
}
