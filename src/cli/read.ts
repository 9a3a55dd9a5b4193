import {count} from './format.ts';
import {logger} from './io.ts';
import {configOptions, names, verb} from './verb.ts';

export const read = verb({
	name: 'read',
	command: 'read <resource>',
	describe: 'Read one resource to stdout as JSON Lines',
	options: parser =>
		configOptions(
			parser
				.positional('resource', {type: 'string', demandOption: true, describe: 'Which one'})
				.option('limit', {type: 'number', requiresArg: true, describe: 'At most so many rows'})
				.option('select', {type: 'array', requiresArg: true, describe: 'Only these columns, in this order'})
				.option('output', {
					alias: 'o',
					type: 'string',
					requiresArg: true,
					describe: 'A file instead of stdout; its ending is the format',
				})
				.option('format', {alias: 'f', choices: ['jsonl', 'csv'] as const, default: 'jsonl' as const, describe: 'Form on stdout'})
				.option('rejects', {
					type: 'string',
					requiresArg: true,
					describe: 'Write refused rows with their reasons to this JSONL file',
				}),
		).example('$0 read contacts | jq -r .email | sort -u', ''),
	async handler({resource, limit, select, output, format, rejects, ...args}, signal) {
		const [{openProject, pick, connect}, {extract}, {fileTarget, formatOfPath}, {jsonl}, {csv}] = await Promise.all([
			import('./project.ts'),
			import('./extract.ts'),
			import('../config/formats.ts'),
			import('../../sinks/jsonl.ts'),
			import('../../sinks/csv.ts'),
		]);
		const log = logger(args);
		const project = await openProject(args);
		const [chosen] = pick(project, [resource]);
		if (!chosen) return;
		const options = rejects === undefined ? {} : {rejects};
		const destination =
			output === undefined ? (format === 'csv' ? csv : jsonl)(process.stdout, options) : await fileTarget(output, options);
		const connection = connect(project, log);
		try {
			const result = await extract(connection, chosen, {
				destination,
				typed: output !== undefined && formatOfPath(output) === 'parquet',
				log,
				signal,
				limit,
				columns: names(select),
			});
			if (result.error !== undefined) throw result.error;
			if (result.counts.rejected > 0 && rejects === undefined) {
				log.warn(`${resource}: ${count(result.counts.rejected)} rows rejected; see why with --rejects FILE`);
			}
		} finally {
			await connection.close();
		}
	},
});
