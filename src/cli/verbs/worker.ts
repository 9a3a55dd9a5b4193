import {once} from 'node:events';
import {plural} from '../../core/quantity.ts';
import {logger} from '../terminal/log.ts';
import {configOptions, path, rateShareOption, spoolOption, verb, wholeFrom, word} from '../verb.ts';

export const worker = verb({
	name: 'worker',
	command: 'worker',
	describe: 'Read parts from a queue until it is told to end: with run --queue',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.option('queue', {...word, demandOption: true, describe: 'Redis or Valkey: redis://host:6379'})
				.option('parallel', {...wholeFrom('parallel', 1), describe: 'Parts at once [default: 1]'})
				.option('output', {alias: 'o', ...path, describe: "Of the commit [default: the config's, else out]"})
				.option('spool', spoolOption)
				.option('rate-share', rateShareOption)
				.option('health-port', {
					...wholeFrom('health-port', 0),
					describe: 'Answers /healthz there [default: no port]',
				}),
		).example('$0 worker --queue redis://localhost', ''),
	async handler(
		{quiet, verbose, log: form, config, set, envFile, queue, parallel = 1, healthPort, ...options},
		signal,
	) {
		const engine = await import('../imports/scaling.ts');
		const log = logger({quiet, verbose, log: form});
		const loaded = await engine.openConfig({config, set, envFile});
		let problem: string | undefined;
		const end = healthPort === undefined ? undefined : await engine.serveHealth(healthPort, () => !problem);
		engine.tuneEngine();
		const work = await engine.startPartWorker(queue, {
			parallel,
			async read(part) {
				const reporter = new engine.Reporter(log, {hasDatasets: false});
				const {receipt, isNew} = await engine.runPart(loaded, part, {...options, onEvent: reporter.tell});
				problem = undefined;
				if (isNew) log.info(`part ${part.index} of ${part.resource}: ${plural(receipt.rows, 'row')}`);
			},
			onError(error) {
				if (problem !== error.message) log.warn(`queue: ${error.message}`);
				problem = error.message;
			},
		});
		log.info(`waits for parts in ${new URL(queue).host}`);
		if (!signal.aborted) await once(signal, 'abort');
		log.info('ends after the parts that it has begun');
		await work.drain();
		end?.();
	},
});
