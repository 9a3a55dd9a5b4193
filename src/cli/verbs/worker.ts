import {once} from 'node:events';
import {plural} from '../../core/quantity.ts';
import {logger} from '../terminal/log.ts';
import {
	configOptions,
	metricsOption,
	path,
	queueNameOption,
	rateShareOption,
	spoolOption,
	verb,
	wholeFrom,
	word,
} from '../verb.ts';

export const worker = verb({
	name: 'worker',
	command: 'worker',
	describe: 'Read parts from a queue until it is told to end: with run --queue',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.option('queue', {...word, demandOption: true, describe: 'Redis or Valkey: redis://host:6379'})
				.option('queue-name', queueNameOption)
				.option('parallel', {...wholeFrom('parallel', 1), describe: 'Parts at once [default: 1]'})
				.option('output', {alias: 'o', ...path, describe: "Of the commit [default: the config's, else out]"})
				.option('spool', spoolOption)
				.option('rate-share', rateShareOption)
				.option('metrics-file', metricsOption)
				.option('health-port', {
					...wholeFrom('health-port', 0),
					describe: 'Answers /healthz there [default: no port]',
				}),
		).example('$0 worker --queue redis://localhost', ''),
	async handler({quiet, verbose, log: form, config, set, envFile, queue, queueName, ...given}, signal) {
		const {parallel = 1, healthPort, metricsFile, rateShare, ...options} = given;
		const engine = await import('../imports/scaling.ts');
		const log = logger({quiet, verbose, log: form});
		const loaded = await engine.openConfig({config, set, envFile});
		let problem: string | undefined;
		const end = healthPort === undefined ? undefined : await engine.serveHealth(healthPort, () => !problem);
		const observers = await engine.Observers.open(metricsFile, log);
		// All parts of this process keep one limit.
		const limits = engine.limitsFor(loaded.config, rateShare);
		engine.tuneEngine();
		try {
			const work = await engine.startPartWorker(queue, {
				name: queueName,
				parallel,
				async read(part) {
					const reporter = new engine.Reporter(log, {hasDatasets: false});
					const {receipt, isNew} = await engine.runPart(loaded, part, {
						...options,
						limits,
						onEvent(event) {
							observers.onEvent(event);
							reporter.tell(event);
						},
					});
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
		} finally {
			end?.();
			await limits.close();
			await observers.end();
		}
	},
});
