import {intakeOf} from '../config/compile/intake.ts';
import {ConfigError} from '../core/errors.ts';
import {formatNames} from '../core/format-names.ts';
import {plural} from './format.ts';
import {exitCodeOf, logger} from './io.ts';
import {configOptions, names, path, rejectsOption, rows, selectOption, strictOption, verb} from './verb.ts';
import {warnings} from './warnings.ts';

export const read = verb({
	name: 'read',
	command: 'read <resource>',
	describe: 'Read one resource to stdout as JSON Lines, or to a file',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.positional('resource', {type: 'string', demandOption: true, describe: 'Which one'})
				.option('limit', {...rows, describe: 'At most so many rows'})
				.option('select', selectOption)
				.option('output', {alias: 'o', ...path, describe: 'A file instead of stdout'})
				.option('format', {
					alias: 'f',
					choices: formatNames,
					describe: "[default: the file's ending; jsonl on stdout]",
				})
				.option('rejects', rejectsOption)
				.option('strict', strictOption)
				.option('state', {...path, describe: 'Read what is new since the last time, as kept in this file'}),
		).example('$0 read contacts | jq -r .email | sort -u', ''),
	async handler(
		{resource: name, limit, select, output = '-', format, rejects, strict, state: statePath, ...args},
		signal,
	) {
		const {openProject, only, connect, extract, limited, fileTarget, formatOfPath, stateFile} = await import(
			'./reading.ts'
		);
		const log = logger(args);
		const project = await openProject(args);
		const resource = only(project, name);
		const chosen = format ?? (output === '-' ? 'jsonl' : formatOfPath(output));
		if (statePath !== undefined && !resource.endpoint.incremental && !resource.endpoint.sync)
			throw new ConfigError(
				`${name} has no incremental and no sync, so there is no state to keep; leave out --state`,
			);
		const kept = statePath === undefined ? undefined : await stateFile(statePath, name);
		const told = warnings(log, strict);
		const destination = await fileTarget(output, {format: chosen, csv: project.config.output?.csv, rejects});
		const connection = connect(project, log, {signal, warn: told.warn});
		try {
			const columns = names(select);
			const intake = intakeOf(chosen, columns);
			const extraction = connection.extraction(resource, {
				...intake,
				...limited(limit),
				...(kept && {state: kept.state}),
			});
			const result = await extract(resource, {
				destination,
				log,
				signal,
				columns,
				extraction: {...extraction, stages: [...extraction.stages, ...(kept ? [kept.stage] : [])]},
			});
			told.end();
			const hasFailed = result.error !== undefined;
			if (hasFailed) {
				log.error(result.error, name);
				process.exitCode = exitCodeOf(result.error);
			} else if (!result.closedEarly) await kept?.save();
			const {rejected} = result.counts;
			if (!hasFailed && rejected > 0)
				log.warn(
					`${name}: ${plural(rejected, 'row')} rejected; see why ${rejects ? `in ${rejects}` : 'with --rejects FILE'}`,
				);
			log.event('done', {resources: 1, failed: hasFailed ? 1 : 0});
		} finally {
			await connection.close();
		}
	},
});
