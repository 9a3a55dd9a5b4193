import {tellCommit} from '../parts/tell-commit.ts';
import {logger} from '../terminal/log.ts';
import {
	configOptions,
	metricsOption,
	path,
	spoolOption,
	strictOption,
	verb,
	wholeFrom,
	word,
} from '../verb.ts';

export const commit = verb({
	name: 'commit',
	command: 'commit',
	describe: 'Put the rows of all parts into the datasets (75: some are missing)',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.option('plan', {...word, describe: 'A file with the plan, or its id [default: the open plan]'})
				.option('output', {
					alias: 'o',
					...path,
					describe: "Of the datasets [default: the config's, else out]",
				})
				.option('format', {
					alias: 'f',
					...word,
					describe: "Of the files [default: the config's, else parquet]",
				})
				.option('spool', spoolOption)
				.option('max-rejects', {
					...wholeFrom('max-rejects', 0),
					describe: 'Fail when more rows than that are refused',
				})
				.option('strict', strictOption)
				.option('metrics-file', metricsOption),
		).example('$0 commit --plan plan.jsonl', ''),
	async handler({quiet, verbose, log: form, config, set, envFile, metricsFile, ...options}, signal) {
		const engine = await import('../imports/scaling.ts');
		const log = logger({quiet, verbose, log: form});
		const loaded = await engine.openConfig({config, set, envFile});
		const reporter = new engine.Reporter(log);
		engine.tuneEngine();
		const observers = await engine.Observers.open(metricsFile, log);
		const result = await engine
			.commitParts(loaded, {
				...options,
				plan: await engine.planIn(options.plan),
				signal,
				onEvent(event) {
					observers.onEvent(event);
					reporter.tell(event);
				},
			})
			.catch(async error => {
				await observers.end(error);
				throw error;
			});
		await observers.end();
		reporter.end();
		tellCommit(result, log, engine.summaryTable);
	},
});
