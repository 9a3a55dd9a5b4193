import {plural} from '../../core/quantity.ts';
import type {PlanPart} from '../../run/parts/part.ts';
import {tellCommit} from '../parts/tell-commit.ts';
import {exitCodes} from '../terminal/exit-codes.ts';
import {logger} from '../terminal/log.ts';
import {configOptions, path, spoolOption, strictOption, verb, wholeFrom, word} from '../verb.ts';

const MOST_NAMED = 10;

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
				.option('strict', strictOption),
		).example('$0 commit --plan plan.jsonl', ''),
	async handler({quiet, verbose, log: form, config, set, envFile, ...options}, signal) {
		const engine = await import('../imports/scaling.ts');
		const log = logger({quiet, verbose, log: form});
		const loaded = await engine.openConfig({config, set, envFile});
		const reporter = new engine.Reporter(log);
		engine.tuneEngine();
		const result = await engine.commitParts(loaded, {
			...options,
			plan: await engine.planIn(options.plan),
			signal,
			onEvent: reporter.tell,
		});
		reporter.end();
		if (result.missing.length > 0) {
			log.warn(missingText(result.plan, result.missing));
			process.exitCode = exitCodes.outOfTime;
			return;
		}
		tellCommit(result, log, engine.summaryTable);
	},
});

function missingText(plan: string, missing: readonly PlanPart[]): string {
	const named = missing
		.slice(0, MOST_NAMED)
		.map(({index, resource, kind}) => `${index} (${resource}, ${kind})`);
	const more = missing.length > MOST_NAMED ? `, and ${missing.length - MOST_NAMED} more` : '';
	return (
		`plan ${plan}: ${plural(missing.length, 'part')} missing: ${named.join(', ')}${more}. Nothing was ` +
		'committed; run them, and commit again'
	);
}
