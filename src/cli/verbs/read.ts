import {ConfigError} from '../../core/errors.ts';
import {formatNames} from '../../core/format-names.ts';
import {plural} from '../../core/quantity.ts';
import {progressMs, progressOption} from '../progress-options.ts';
import {exitCodeOf} from '../terminal/exit-codes.ts';
import {logger} from '../terminal/log.ts';
import {urlOptions} from '../url/flags.ts';
import {
	configOptions,
	names,
	path,
	recordingOptions,
	rejectsOption,
	rows,
	selectOption,
	strictOption,
	verb,
} from '../verb.ts';

export const read = verb({
	name: 'read',
	command: 'read <resource>',
	describe: 'Read one resource to stdout as JSON Lines, or to a file',
	input: 'config',
	options: parser =>
		urlOptions(
			configOptions(
				recordingOptions(parser)
					.positional('resource', {type: 'string', demandOption: true, describe: 'Which one, or a URL'})
					.option('limit', {...rows, describe: 'At most so many rows'})
					.option('select', selectOption)
					.option('output', {alias: 'o', ...path, describe: 'A file instead of stdout'})
					.option('format', {
						alias: 'f',
						...path,
						describe: `${formatNames.join(', ')}, or one of a plugin [default: the file's ending; jsonl on stdout]`,
					})
					.option('rejects', rejectsOption)
					.option('strict', strictOption)
					.option('progress', progressOption)
					.option('state', {...path, describe: 'Read what is new since the last time, as kept in this file'}),
			),
		).example('$0 read contacts | jq -r .email | sort -u', ''),
	async handler(
		{
			resource: word,
			limit,
			select,
			output = '-',
			format,
			rejects,
			strict,
			state: statePath,
			progress: lineMs,
			...args
		},
		signal,
	) {
		const {openSource, Resources, connect, tuneEngine, Emitter, Reporter, ...engine} = await import(
			'../imports/reading.ts'
		);
		const {extract, limited, fileTarget, formatOfPath, formatNeedsOf, progress} = engine;
		const {registryOf, selectedColumns, stateFile} = engine;
		// Rows on a terminal show the progress, and lines between them would be in the way.
		const isWatched = output === '-' && process.stdout.isTTY === true;
		const log = isWatched ? {...logger(args), live: false} : logger(args);
		const {config, name} = await openSource(word, args, log);
		const resource = new Resources(config).only(name);
		const plugins = registryOf(config.config.plugins);
		const chosen = format ?? (output === '-' ? 'jsonl' : formatOfPath(output, plugins));
		if (statePath !== undefined && !resource.endpoint.incremental && !resource.endpoint.sync)
			throw new ConfigError(
				`${name} has no incremental and no sync, so there is no state to keep; leave out --state`,
			);
		const kept = statePath === undefined ? undefined : await stateFile(statePath, name);
		const reporter = new Reporter(log, {hasDatasets: false});
		const emitter = new Emitter({onEvent: reporter.tell, strict});
		const destination = await fileTarget(output, {
			format: chosen,
			options: config.config.output?.options,
			rejects,
			plugins,
		});
		tuneEngine();
		const every = isWatched ? undefined : progressMs(log, {...args, progress: lineMs});
		// Requests are reported only to a reader: the address of each is searched for secrets.
		const traces = log.traces || every !== undefined;
		const connection = connect(config, {emitter, signal, traces, recording: args});
		try {
			const columns = names(select);
			const extraction = connection.extraction(resource, {
				...formatNeedsOf(chosen, columns, plugins),
				...limited(limit),
				...(kept && {state: kept.state}),
			});
			const watch = progress([{resource: name, source: extraction.source, limit}], emitter.emit, every);
			const {error, closedEarly, counts} = await extract(name, {
				destination,
				emitter,
				signal,
				columns: selectedColumns(columns, resource),
				extraction: {...extraction, stages: [...extraction.stages, ...(kept ? [kept.stage] : [])]},
			}).finally(watch.stop);
			reporter.end();
			const hasFailed = error !== undefined;
			if (hasFailed) {
				log.error(error, name);
				process.exitCode = exitCodeOf(error);
			} else if (!closedEarly) await kept?.save();
			if (!hasFailed && counts.rejected > 0)
				log.warn(
					`${name}: ${plural(counts.rejected, 'row')} rejected; see why ` +
						`${rejects ? `in ${rejects}` : 'with --rejects FILE'}`,
				);
			log.event('done', {resources: 1, failed: hasFailed ? 1 : 0});
		} finally {
			await connection.close();
		}
	},
});
