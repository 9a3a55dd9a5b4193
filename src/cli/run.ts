import {formatNames} from '../config/formats.ts';
import {count, plural} from './format.ts';
import {exitCodeOf, exitCodes, type Log, logger} from './io.ts';
import type {Result} from './summary.ts';
import {configOptions, names, path, rows, selectOption, verb} from './verb.ts';

export const run = verb({
	name: 'run',
	command: 'run [resources..]',
	describe: 'Read resources into files: out/<resource>/*.parquet',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.positional('resources', {type: 'string', array: true, describe: 'Which ones [default: all]'})
				.option('output', {alias: 'o', ...path, describe: 'Folder that gets one folder a resource [default: out]'})
				.option('format', {alias: 'f', choices: formatNames, describe: 'File format [default: parquet]'})
				.option('compression', {...path, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
				.option('limit', {...rows, describe: 'At most so many rows of each resource'})
				.option('select', selectOption),
		).example('$0 run contacts --output data --format jsonl.gz', ''),
	async handler({resources = [], output, format, compression, limit, select, ...args}, signal) {
		const [{openProject, pick, checkFolders, connect}, {extractFamily}, {summaryTable}] = await Promise.all([
			import('./project.ts'),
			import('./extract-family.ts'),
			import('./summary.ts'),
		]);
		const log = logger(args);
		const project = await openProject(args);
		const chosen = pick(project, resources);
		checkFolders(chosen, project.path);
		const destination = {
			path: output ?? project.config.output?.path ?? 'out',
			format: format ?? project.config.output?.format ?? ('parquet' as const),
			compression: compression ?? project.config.output?.compression,
		};
		const typed = destination.format === 'parquet';
		const connection = connect(project, log, signal);
		const results: Result[] = [];
		try {
			for (const resources of connection.families(chosen)) {
				results.push(
					...(await extractFamily(connection, resources, {destination, typed, log, signal, limit, columns: names(select)})),
				);
				signal.throwIfAborted();
			}
		} finally {
			await connection.close();
		}
		if (results.length > 0) log.info(summaryTable(results, process.stderr.columns));
		else log.warn(`${project.path}: every resource has selected: false; name those to run: sluice run NAME`);
		report(results, destination.path, log);
	},
});

function report(results: readonly Result[], path: string, log: Log): void {
	for (const {resource, counts, rejects} of results) {
		if (rejects !== undefined) log.warn(`${resource}: ${plural(counts.rejected, 'row')} rejected; see why in ${rejects}/`);
	}
	const failures = results.filter(({error}) => error !== undefined);
	for (const {error, resource} of failures) log.error(error, resource);
	const isPartial = failures.length < results.length;
	if (failures.length > 0) process.exitCode = isPartial ? exitCodes.partial : exitCodeOf(failures[0]?.error);
	if (failures.length > 0 && results.length > 1) {
		const others = isPartial ? `; the others are in ${path}/` : '';
		log.warn(`${count(failures.length)} of ${count(results.length)} resources failed${others}`);
	}
	log.event('done', {resources: results.length, failed: failures.length});
}
