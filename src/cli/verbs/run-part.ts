import {plural} from '../../core/quantity.ts';
import {logger} from '../terminal/log.ts';
import {
	configOptions,
	metricsOption,
	path,
	rateShareOption,
	spoolOption,
	strictOption,
	verb,
	wholeFrom,
	word,
} from '../verb.ts';

export const runPart = verb({
	name: 'run-part',
	command: 'run-part',
	describe: 'Read parts of a plan: lines on stdin, or one by its number',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.option('plan', {...word, describe: 'A file with a plan, or its id [default: the open plan]'})
				.option('index', {...wholeFrom('index', 0), describe: 'The number of a line of the plan, from 0'})
				.option('output', {alias: 'o', ...path, describe: "Of the commit [default: the config's, else out]"})
				.option('spool', spoolOption)
				.option('rate-share', rateShareOption)
				.option('strict', strictOption)
				.option('metrics-file', metricsOption),
		).example('$0 run-part --index $JOB_COMPLETION_INDEX', ''),
	async handler(
		{quiet, verbose, log: form, config, set, envFile, plan, index, metricsFile, ...options},
		signal,
	) {
		const engine = await import('../imports/scaling.ts');
		const {openConfig, outputOf, spoolOf, chosenParts, tuneEngine, Reporter} = engine;
		const log = logger({quiet, verbose, log: form});
		const loaded = await openConfig({config, set, envFile});
		const spool = spoolOf(outputOf(loaded, options), options.spool);
		const parts = await chosenParts(spool, {plan, index});
		tuneEngine();
		const observers = await engine.Observers.open(metricsFile, log);
		for (const part of parts) {
			const reporter = new Reporter(log, {hasDatasets: false});
			const {receipt, isNew} = await engine
				.runPart(loaded, part, {
					...{...options, signal},
					onEvent(event) {
						observers.onEvent(event);
						reporter.tell(event);
					},
				})
				.catch(async error => {
					await observers.end(error);
					throw error;
				});
			reporter.end();
			const what = `part ${part.index} of plan ${part.plan}: ${part.resource}`;
			const {rows, requests, seconds} = receipt;
			if (isNew) log.info(`${what}: ${plural(rows, 'row')}, ${plural(requests, 'request')} in ${seconds} s`);
			else log.info(`${what}: is done already`);
			log.event('done', {part: part.id, resource: part.resource, rows, requests, seconds, isNew});
		}
		await observers.end();
	},
});
