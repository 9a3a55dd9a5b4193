/** Runs the command line again and again, and holds what readers find against the model. */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Commit} from '../../../src/state/commit.ts';
import type {Ran, Workspace} from '../../helpers/binary.ts';
import {attempt as runOnce} from '../attempt.ts';
import type {Dice} from '../dice.ts';
import type {Api, Source} from './api.ts';
import {lastRev} from './changes.ts';
import {type Fault, faultOf} from './fault.ts';
import {commitOf, isBegun, problemsOf} from './look.ts';
import {type Entries, linesOf, listLinesOf} from './model.ts';
import type {Reader} from './reader.ts';
import {
	type Cast,
	configOf,
	definitionOf,
	firstScene,
	nextScene,
	type Scene,
	tableOf,
	tablesOf,
	wordsOf,
} from './scene.ts';
import {entriesIn, type Open, type Plan, type State, statesOf} from './states.ts';
import {watch} from './watch.ts';

// What a run says that will not do what the config wants, and changes nothing.
const REFUSAL =
	/--full-refresh|Keep to |Leave partition_by|cannot become|Give the column|replace would put nothing/;
const MOST_ATTEMPTS = 8;

export interface Stage {
	readonly cast: Cast;
	readonly api: Api;
	readonly url: string;
	readonly place: Workspace;
	readonly reader: Reader;
	readonly dice: Dice;
	/** What was done, for the message of a failure. */
	readonly said: string[];
}

export class Player {
	readonly played = {runs: 0, kills: 0, refusals: 0, reads: 0};
	/** By table: the rows of all runs that have finished. */
	readonly #tables = new Map<string, Entries>();
	readonly #open = new Map<Source, Open>();
	/** What has finished last, and in which attempt. */
	readonly #done = new Map<
		Source,
		{readonly definition: string; readonly attempt: number; readonly run: string}
	>();
	/** How far the runs that have finished have read. */
	readonly #since = new Map<Source, number>();
	/** By kind of command: the attempt that began the one which is not over. */
	readonly #begun = new Map<boolean, number>();
	#attempt = 0;
	#calls = 150;
	#scene: Scene;
	readonly #stage: Stage;

	constructor(stage: Stage) {
		this.#stage = stage;
		this.#scene = firstScene(stage.dice, stage.cast);
	}

	async play(steps: number): Promise<void> {
		const {dice, api, cast} = this.#stage;
		for (let step = 0; step < steps; step++) {
			await this.#bring();
			api.generation++;
			if (dice.chance(0.4)) this.#changeTeams();
			this.#scene = nextScene(this.#scene, dice, cast);
			if (api.isOverlapping) this.#scene = withoutAppends(this.#scene);
		}
		const {code, stdout, stderr} = await this.#stage.place.sluice(['verify'], {timeoutMs: 120_000});
		equal(code, 0, stdout + stderr);
		match(stdout, /all as committed/);
	}

	/** Runs until a run comes to its end. */
	async #bring(): Promise<void> {
		const {dice} = this.#stage;
		for (let attempt = 0; ; attempt++) {
			ok(attempt < MOST_ATTEMPTS, 'no attempt came through');
			const fault = attempt < 3 ? faultOf(dice, this.#calls, this.#stage.cast.sources) : {};
			const outcome = await this.#try(fault);
			if (outcome === 'through') return;
			if (outcome === 'refused') this.#scene = {...this.#scene, isFresh: true};
			else if (dice.chance(0.15)) this.#scene = nextScene(this.#scene, dice, this.#stage.cast);
			if (this.#stage.api.isOverlapping) this.#scene = withoutAppends(this.#scene);
			if (dice.chance(0.3)) this.#changeTeams();
		}
	}

	#changeTeams(): void {
		const {api, dice} = this.#stage;
		const kept = api.teams.filter(() => dice.chance(0.75));
		const added = 1 + dice.below(39);
		const teams = kept.includes(added) ? kept : dice.chance(0.5) ? [added, ...kept] : [...kept, added];
		api.teams = dice.chance(0.2) ? teams.toReversed() : teams;
	}

	async #try(fault: Fault): Promise<'through' | 'refused' | 'broken'> {
		const {place, cast, api, said} = this.#stage;
		const scene = this.#scene;
		const attempt = ++this.#attempt;
		await writeFile(join(place.path, 'sluice.json'), configOf(this.#stage.url, scene, cast));
		if (!(await isBegun(this.#stage.place.path, this.#stage.cast.sources, scene.isFresh)))
			this.#begun.set(scene.isFresh, attempt);
		const plans = cast.sources.map(source => this.#plan(source, scene));
		said.push(
			`${attempt}: generation ${api.generation}, teams ${api.teams}, ${JSON.stringify({fault, scene})}`,
		);
		api.broken = fault.broken && {...fault.broken};
		const watching = watch(place, this.#stage.reader, this.#allowed(plans));
		let ran: Ran;
		try {
			ran = await runOnce(place, wordsOf(scene), fault.kill);
		} finally {
			this.played.reads += await watching.stop();
		}
		this.played.runs++;
		if (ran.signal !== null) this.played.kills++;
		said.push(`  ended with ${ran.code ?? ran.signal}${ran.code === 0 ? '' : `: ${ran.stderr.trim()}`}`);
		if (ran.code === 0) this.#calls = Number(await place.read('tally'));
		await this.#check(plans, ran);
		return this.#outcome(plans, ran);
	}

	#plan(source: Source, scene: Scene): Plan {
		const definition = definitionOf(source, scene, this.#stage.cast);
		const open = this.#open.get(source);
		const done = this.#done.get(source);
		const isLeftOut =
			open === undefined &&
			done?.definition === definition &&
			done.attempt >= (this.#begun.get(scene.isFresh) ?? 0);
		return {
			source,
			definition,
			open,
			isLeftOut,
			isResumed: open?.definition === definition,
			scene,
			api: this.#stage.api,
			since: this.#since.get(source),
		};
	}

	/** By table: what a reader may find in it while the run is under way. */
	#allowed(plans: readonly Plan[]): Map<string, Set<string>> {
		const allowed = new Map<string, Set<string>>();
		for (const [table, states] of this.#states(plans, {glimpses: true}))
			for (const own of this.#tablesBeside(table))
				allowed.set(own, new Set(states.map(state => textOf(own, entriesIn(state)))));
		return allowed;
	}

	#states(plans: readonly Plan[], how = {glimpses: false}): Map<string, State[]> {
		const tables = new Set(plans.map(({source}) => tableOf(source, this.#stage.cast)));
		return new Map(
			[...tables].map(table => [
				table,
				statesOf(
					this.#tables.get(table) ?? [],
					plans.filter(({source}) => tableOf(source, this.#stage.cast) === table),
					how,
				),
			]),
		);
	}

	#tablesBeside(table: string): string[] {
		return tablesOf(this.#stage.cast).filter(own => own === table || own === `${table}__lines`);
	}

	/** Holds what is there against the model, and has the model follow. */
	async #check(plans: readonly Plan[], ran: Ran): Promise<void> {
		for (const [table, states] of this.#states(plans)) {
			if (!(await this.#isAsCommitted(table))) {
				// A commit that a kill has left half-way is brought about by whoever comes next.
				ok(ran.signal !== null, `${table}: verify finds something after a run that ended by itself`);
				const {code, stderr} = await this.#stage.place.sluice(['gc'], {timeoutMs: 60_000});
				equal(code, 0, stderr);
				ok(await this.#isAsCommitted(table), `${table}: verify finds something after gc`);
			}
			const commit = await commitOf(this.#stage.place.path, table);
			const mine = plans.filter(({source}) => tableOf(source, this.#stage.cast) === table);
			const finished = mine.filter(plan => this.#hasFinished(plan, commit)).map(({source}) => source);
			const possible = states.filter(
				state =>
					state.finished.length === finished.length &&
					finished.every(source => state.finished.includes(source)),
			);
			ok(possible.length > 0, `${table}: ${finished} finished, which was to be left out`);
			await this.#follow(table, mine, possible, commit);
		}
	}

	async #follow(
		table: string,
		plans: readonly Plan[],
		possible: State[],
		commit: Commit | undefined,
	): Promise<void> {
		const tables = this.#tablesBeside(table);
		const found = new Map<string, string>();
		for (const own of tables) found.set(own, ((await this.#read(own)) ?? []).join('\n'));
		const state = possible.find(each => tables.every(own => textOf(own, entriesIn(each)) === found.get(own)));
		if (!state) {
			const [first = {entries: [], shown: new Map(), finished: []}] = possible.toReversed();
			for (const own of tables)
				deepEqual(
					found.get(own)?.split('\n'),
					textOf(own, entriesIn(first)).split('\n'),
					`${own}: none of ${possible.length} states, finished: ${first.finished}; the last`,
				);
		}
		this.#tables.set(table, state?.entries ?? []);
		for (const plan of plans) this.#note(plan, state, commit);
	}

	#note({source, definition, open}: Plan, state: State | undefined, commit: Commit | undefined): void {
		const standing = commit?.progress.get(source);
		if (!standing) return;
		const {run, isFinished} = standing;
		if (isFinished) {
			if (this.#done.get(source)?.run !== run) {
				this.#done.set(source, {definition, attempt: this.#attempt, run});
				if (source === 'changes') this.#since.set(source, lastRev(this.#stage.api.generation));
			}
			this.#open.delete(source);
			return;
		}
		const before = open?.run === run ? open : undefined;
		const lastTeams = before?.isAtEnd ? before.lastTeams : [...this.#stage.api.teams];
		this.#open.set(source, {
			run,
			definition: before?.definition ?? definition,
			shown: state?.shown.get(source) ?? [],
			teams: [...new Set([...(before?.teams ?? []), ...lastTeams])],
			lastTeams,
			isAtEnd: standing.cursor === null,
		});
	}

	#hasFinished({source}: Plan, commit: Commit | undefined): boolean {
		const standing = commit?.progress.get(source);
		return standing?.isFinished === true && this.#done.get(source)?.run !== standing.run;
	}

	#outcome(plans: readonly Plan[], {code, signal, stderr}: Ran): 'through' | 'refused' | 'broken' {
		const left = plans.filter(
			({source, isLeftOut}) => !isLeftOut && this.#done.get(source)?.attempt !== this.#attempt,
		);
		if (code === 0)
			deepEqual(
				left.map(({source}) => source),
				[],
				'a run with exit code 0 has not finished them',
			);
		// One that was killed after all was done would begin anew.
		if (left.length === 0) return 'through';
		if (signal !== null) return 'broken';
		if (/answered 500/.test(stderr)) return 'broken';
		match(stderr, REFUSAL);
		this.played.refusals++;
		return 'refused';
	}

	async #isAsCommitted(table: string): Promise<boolean> {
		const problems = await problemsOf(this.#stage.place.path, table);
		this.#stage.said.push(...problems.map(problem => `  ${problem}`));
		return problems.length === 0;
	}

	async #read(table: string): Promise<string[] | undefined> {
		return (await this.#stage.reader.read(join(this.#stage.place.path, 'out'), table)) ?? [];
	}
}

function textOf(table: string, entries: Entries): string {
	return (table.endsWith('__lines') ? listLinesOf(entries) : linesOf(entries)).join('\n');
}

// Where two resources have rows of one key, which append has no use for.
function withoutAppends(scene: Scene): Scene {
	const {items, more} = scene.resources;
	const merged = (resource: typeof items): typeof items =>
		resource.disposition === 'append' ? {...resource, disposition: 'merge'} : resource;
	return {...scene, resources: {...scene.resources, items: merged(items), more: merged(more)}};
}
