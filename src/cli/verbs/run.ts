import {ConfigError} from '../../core/errors.ts';
import {formatNames} from '../../core/format-names.ts';
import {formatCount, plural} from '../../core/quantity.ts';
import {RunError} from '../../run/errors.ts';
import type {RunResult} from '../../run/run.ts';
import {progressMs, progressOption} from '../progress-options.ts';
import {checkReport, RunReport, reportOption} from '../run-report.ts';
import {exitCodeOf, exitCodes} from '../terminal/exit-codes.ts';
import {type Log, logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {isUrl} from '../url/flags.ts';
import {
	configOptions,
	duration,
	metricsOption,
	names,
	path,
	rateShareOption,
	recordingOptions,
	rows,
	selectOption,
	spoolOption,
	strictOption,
	verb,
	wholeFrom,
	word,
} from '../verb.ts';

export const run = verb({
	name: 'run',
	command: 'run [resources..]',
	describe: 'Read resources into files: out/<resource>/*.parquet',
	input: 'config',
	options: parser =>
		configOptions(
			recordingOptions(parser)
				.positional('resources', {type: 'string', array: true, describe: 'Which ones [default: all]'})
				.option('output', {
					alias: 'o',
					...path,
					describe: 'Folder that gets one folder a resource [default: out]',
				})
				.option('format', {
					alias: 'f',
					...word,
					describe: `${formatNames.join(', ')}, or one of a plugin [default: the config's, else parquet]`,
				})
				.option('compression', {...word, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
				.option('limit', {
					...rows,
					describe: 'At most so many rows of each resource; where it stands is not kept',
				})
				.option('select', selectOption)
				.option('full-refresh', {
					type: 'boolean',
					describe: 'Read everything again, and replace what is there',
				})
				.option('max-duration', {
					...duration,
					describe: 'Stop after 90s, 30m or 2h (exit code 75); the next run goes on',
				})
				.option('rate-share', {...rateShareOption, hidden: true})
				.option('strict', strictOption)
				.option('progress', progressOption)
				.option('report', reportOption)
				.option('workers', {
					...wholeFrom('workers', 1),
					describe: 'Read parts of the resources by so many processes, and commit them all',
				})
				.option('metrics-file', {...metricsOption, hidden: true})
				.option('queue', {
					...word,
					hidden: true,
					describe: 'Read parts by sluice worker, through redis://host',
				})
				.option('spool', {...spoolOption, hidden: true})
				.option('dry-run', {
					type: 'boolean',
					default: false,
					describe: 'Print the first requests; send nothing',
				})
				.option('probe', {
					type: 'boolean',
					default: false,
					hidden: true,
					describe: 'With --dry-run: ask for one page of each resource',
				})
				.option('max-rejects', {
					...wholeFrom('max-rejects', 0),
					describe: 'Fail when more rows than that are refused',
				}),
		).example('$0 run contacts --output data --format jsonl.gz', ''),
	async handler(
		{
			select,
			config,
			set,
			envFile,
			quiet,
			verbose,
			log: form,
			progress,
			report: file,
			dryRun,
			probe,
			workers,
			queue,
			spool,
			metricsFile,
			...options
		},
		signal,
	) {
		const engine = await import('../imports/writing.ts');
		const {openConfig, run: runResources, Recorder, Reporter, summaryTable, tuneEngine} = engine;
		refuseUrls(options.resources);
		const log = logger({quiet, verbose, log: form});
		if (probe && !dryRun) throw new ConfigError('--probe goes with --dry-run: a run asks for all pages');
		const loaded = await openConfig({config, set, envFile, replay: options.replay});
		if (spool !== undefined && workers === undefined && queue === undefined)
			throw new ConfigError('--spool goes with --workers or --queue');
		if (workers !== undefined || queue !== undefined) {
			const {refuseOthers, runInParts} = await import('../imports/scaling.ts');
			refuseOthers({...options, dryRun, select, config, report: file, metricsFile});
			await runInParts(loaded, {...options, config, set, envFile, workers, queue, spool}, log, signal);
			return;
		}
		if (dryRun) {
			const plan = await engine.planOf(
				loaded,
				{...options, probe, select: names(select), signal},
				engine.emitterFor(log),
			);
			// There may have been no run.
			const last = await engine.keptRecord(plan.local).catch(() => undefined);
			await print(engine.planText(plan, last?.resources));
			return;
		}
		await checkReport(file);
		const reporter = new Reporter(log);
		const observers = await engine.Observers.open(metricsFile, log);
		const output = engine.outputOf(loaded, options);
		const root = engine.localFolder(output);
		const recorder = new Recorder({config: loaded.name, output: output.path});
		const kept = new RunReport({loaded, recorder, root, file, log, ...engine});
		tuneEngine();
		const result = await runResources(loaded, {
			...options,
			select: names(select),
			signal,
			onEvent(event) {
				kept.onEvent(event);
				observers.onEvent(event);
				reporter.tell(event);
			},
			progressMs: progressMs(log, {progress, quiet}),
		})
			.catch(resultOf)
			.catch(async error => {
				await kept.end(error);
				await observers.end(error);
				throw error;
			});
		reporter.end();
		await kept.end();
		await observers.end();
		const {resources, skipped, seconds} = result;
		if (resources.length > 0) log.info(summaryTable(resources, seconds, process.stderr.columns));
		else if (skipped.length === 0)
			log.warn(`${loaded.name}: every resource has selected: false; name those to run: sluice run NAME`);
		report(result, log);
	},
});

// A dataset needs a config, to know how far it was read.
function refuseUrls(words: readonly string[] = []): void {
	if (words.some(isUrl))
		throw new ConfigError(
			'run takes resources of a config, and no URL: sluice show URL > sluice.yaml makes a config of it, ' +
				'and sluice read URL --output FILE reads it without one',
		);
}

function resultOf(error: unknown): RunResult {
	if (error instanceof RunError) return error.result;
	throw error;
}

function report({resources, path: folder}: RunResult, log: Log): void {
	for (const {resource, counts, rejects} of resources) {
		if (rejects !== undefined)
			log.warn(`${resource}: ${plural(counts.rejected, 'row')} rejected; see why in ${rejects}/`);
	}
	const failures = resources.filter(({error}) => error !== undefined);
	for (const {error, resource} of failures) log.error(error, resource);
	const isPartial = failures.length < resources.length;
	if (failures.length > 0) process.exitCode = isPartial ? exitCodes.partial : exitCodeOf(failures[0]?.error);
	if (failures.length > 0 && resources.length > 1) {
		const others = isPartial ? `; the others are in ${folder}/` : '';
		log.warn(`${formatCount(failures.length)} of ${formatCount(resources.length)} resources failed${others}`);
	}
	log.event('done', {resources: resources.length, failed: failures.length});
}
