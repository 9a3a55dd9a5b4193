import {count} from './format.ts';
import {exitCodeOf, exitCodes, Interrupted, logger} from './io.ts';
import {configOptions, names, verb} from './verb.ts';

export const run = verb({
	name: 'run',
	command: 'run [resources..]',
	describe: 'Read resources into files: out/<resource>/*.parquet',
	options: parser =>
		configOptions(
			parser
				.positional('resources', {type: 'string', array: true, describe: 'Which ones [default: all]'})
				.option('output', {
					alias: 'o',
					type: 'string',
					requiresArg: true,
					describe: 'Folder that gets one folder a resource [default: out]',
				})
				.option('format', {
					alias: 'f',
					choices: ['parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const,
					describe: 'File format [default: parquet]',
				})
				.option('compression', {type: 'string', requiresArg: true, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
				.option('limit', {type: 'number', requiresArg: true, describe: 'At most so many rows of each resource'})
				.option('select', {type: 'array', requiresArg: true, describe: 'Only these columns, in this order'}),
		).example('$0 run contacts --output data --format jsonl.gz', ''),
	async handler({resources = [], output, format, compression, limit, select, ...args}, signal) {
		const [{openProject, pick, connect}, {extract}, {summaryTable}] = await Promise.all([
			import('./project.ts'),
			import('./extract.ts'),
			import('./summary.ts'),
		]);
		const log = logger(args);
		const project = await openProject(args);
		const chosen = pick(project, resources);
		const destination = {
			path: output ?? project.config.output?.path ?? 'out',
			format: format ?? project.config.output?.format ?? ('parquet' as const),
			compression: compression ?? project.config.output?.compression,
		};
		const connection = connect(project, log);
		const results = [];
		try {
			for (const resource of chosen) {
				results.push(
					await extract(connection, resource, {
						destination,
						typed: destination.format === 'parquet',
						log,
						signal,
						limit,
						columns: names(select),
					}),
				);
				if (signal.aborted) throw signal.reason;
			}
		} finally {
			await connection.close();
		}
		if (results.length > 0) log.info(summaryTable(results));
		const failures = results.filter(result => result.error !== undefined);
		for (const {error} of failures) log.error(error);
		log.event('done', {resources: results.length, failed: failures.length});
		if (failures.length === 0) return;
		process.exitCode = failures.length < results.length ? exitCodes.partial : exitCodeOf(failures[0]?.error);
		log.warn(`${count(failures.length)} of ${count(results.length)} resources failed; the others are in ${destination.path}/`);
	},
});

export {Interrupted};
