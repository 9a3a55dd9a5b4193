import {didYouMean} from '../../config/suggest.ts';
import {ConfigError} from '../../core/errors.ts';
import {Decimal, type JsonObject, type JsonValue} from '../../core/json/json.ts';
import {formatCount} from '../../core/quantity.ts';
import {applySetting} from '../../run/datasets/state-setting.ts';
import type {ResourceProgress} from '../../state/commit.ts';
import type {Target} from '../../state/target.ts';
import {type Log, logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {type OutputArguments, outputOptions, verb} from '../verb.ts';

const actions = ['show', 'reset', 'set'];

export const state = verb({
	name: 'state',
	command: 'state <action> [words..]',
	describe: 'Show, reset or set how far resources were read',
	input: 'output',
	words: actions,
	options: parser =>
		outputOptions(
			parser
				.positional('action', {type: 'string', demandOption: true, describe: 'show, reset or set'})
				.positional('words', {
					type: 'string',
					array: true,
					describe: 'Resources; of set: one, and JSON or path=value',
				}),
		)
			.example('$0 state show contacts | jq .contacts.state', '')
			.example('$0 state reset contacts teams', 'the next run begins from the beginning')
			.example('$0 state set contacts updated_at.last_value=2026-11-01', ''),
	async handler({action, words = [], ...args}) {
		if (action === 'show') return show(args, words);
		if (action === 'reset') return reset(args, words, logger(args));
		if (action === 'set') return set(args, words, logger(args));
		throw new ConfigError(
			`state knows ${actions.join(', ')}; got ${JSON.stringify(action)}${didYouMean(action, actions)}`,
		);
	},
});

async function show(args: OutputArguments, names: readonly string[]): Promise<void> {
	const {findDatasets, placeOf, schemaToJson} = await import('../imports/keeping.ts');
	const shown = new Map<string, JsonObject>();
	for (const {name: own, commit, error} of await findDatasets(
		await placeOf({...args, env: process.env}),
		names,
	)) {
		if (error) throw error;
		for (const [resource, progress] of commit?.progress ?? []) {
			if (names.length > 0 && !names.includes(resource) && !names.includes(own)) continue;
			const schema = commit?.schemas.get(own);
			shown.set(shown.has(resource) ? `${own}/${resource}` : resource, {
				dataset: own,
				version: commit?.version ?? 0,
				run: progress.run,
				startedAt: progress.startedAt,
				finished: progress.isFinished,
				pages: progress.pages,
				...(progress.cursor !== undefined && {cursor: progress.cursor}),
				state: progress.state,
				...(schema && {schema: schemaToJson(schema)}),
			});
		}
	}
	await print(`${indented(Object.fromEntries(shown))}\n`);
}

// Writes numbers with all their digits, which JSON.stringify cannot.
function indented(value: JsonValue): string {
	const mark = '\0';
	const text = JSON.stringify(
		value,
		function (this: JsonObject, key, plain) {
			const own = this[key];
			if (typeof own === 'bigint') return `${mark}${own}`;
			return own instanceof Decimal ? `${mark}${own.text}` : plain;
		},
		'\t',
	);
	return text.replace(/"\\u0000([-+.\deE]+)"/g, '$1');
}

async function reset(args: OutputArguments, names: readonly string[], log: Log): Promise<void> {
	if (names.length === 0)
		throw new ConfigError('state reset needs the name of a resource. Try sluice state --help');
	await change(args, names, async (resource, dataset, run) => {
		const standing = dataset.last?.progress.get(resource);
		if (!standing) {
			log.info(`${resource}: has no state; the next run begins from the beginning`);
			return;
		}
		await dataset.commit({resource, run, pending: [], progress: null});
		const parts =
			dataset.last?.parts.filter(
				part => part.resource === resource && part.kind === 'rows' && part.table === dataset.name,
			) ?? [];
		const rows = parts.reduce((sum, part) => sum + part.rows, 0);
		const again =
			standing.disposition === 'append' && rows > 0
				? ', and adds to them; sluice run --full-refresh replaces them'
				: '';
		log.info(
			`${resource}: forgotten. ${formatCount(rows)} rows stay; the next run begins from the ` +
				`beginning${again}`,
		);
	});
}

async function set(args: OutputArguments, [name, ...settings]: readonly string[], log: Log): Promise<void> {
	if (name === undefined || settings.length === 0)
		throw new ConfigError('state set needs a resource, and JSON or path=value. Try sluice state --help');
	await change(args, [name], async (resource, dataset, run, others) => {
		if (others.length > 1)
			throw new ConfigError(
				`${name} is a dataset of several resources; name one of them: ${others.join(', ')}`,
			);
		const before = dataset.last?.progress.get(resource);
		if (before && !before.isFinished)
			throw new ConfigError(
				`${resource}: its last run broke off after page ${before.pages}, and the next goes on from ` +
					`there. Finish it with sluice run, or forget it with sluice state reset ${resource}`,
			);
		const state = settings.reduce((sum, setting) => applySetting(sum, setting), before?.state ?? {});
		const {storedState, withoutGuess} = await import('../imports/keeping.ts');
		for (const key of Object.keys(withoutGuess(state))) {
			try {
				storedState(resource, state, key);
			} catch {
				const advice = `write ${key}.last_value=VALUE, or {${JSON.stringify(key)}: {"last_value": VALUE}}`;
				throw new ConfigError(
					`${resource}: ${JSON.stringify(key)} is given no place of incremental reading; ${advice}`,
				);
			}
		}
		await dataset.commit({resource, run, progress: {...known(before, run), state, before: state}});
		log.info(`${resource}: set; the next run begins there`);
	});
}

// A command that continues an interrupted one must not skip this resource: since the state was set, it is no
// longer finished.
function known(before: ResourceProgress | undefined, run: string): ResourceProgress {
	if (before) {
		const {finishedAt: _, command: __, ...standing} = before;
		return standing;
	}
	const startedAt = new Date().toISOString();
	const none = {state: {}, before: {}, definition: ''};
	return {run, startedAt, disposition: 'append', isFinished: true, pages: 0, parts: 0, ...none};
}

/** Changes each resource in its dataset, under the lock. */
async function change(
	args: OutputArguments,
	names: readonly string[],
	work: (resource: string, dataset: Target, run: string, resources: readonly string[]) => Promise<void>,
): Promise<void> {
	const {findDatasets, resourcesOf, placeOf, runName} = await import('../imports/keeping.ts');
	const run = runName(new Date());
	for (const {name: own, commit, error, open} of await findDatasets(
		await placeOf({...args, env: process.env}),
		names,
	)) {
		if (error) throw error;
		const all = resourcesOf(commit);
		const named = all.filter(resource => names.includes(resource) || names.includes(own));
		const resources = all.length === 0 ? [own] : named;
		const dataset = await open(run);
		try {
			for (const resource of resources) await work(resource, dataset, run, resources);
		} finally {
			await dataset.close();
		}
	}
}
