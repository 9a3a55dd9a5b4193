import {formatNames} from '../../core/format-names.ts';
import {contractOption, filter, schemaFile, schemaOption} from '../filter.ts';
import {rejectsOption, verb, word, wordOrDash} from '../verb.ts';

export const write = verb({
	name: 'write',
	command: 'write <file>',
	describe: 'Write records on stdin to a Parquet, JSONL or CSV file',
	input: 'stdin',
	options: parser =>
		parser
			.positional('file', {...wordOrDash, describe: 'Path, whose ending is the format; - is stdout'})
			.option('format', {alias: 'f', choices: formatNames, describe: "[default: the file's ending]"})
			.option('compression', {...word, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
			.option('escape-formulas', {
				type: 'boolean',
				describe: 'CSV: an apostrophe before texts that a spreadsheet would run',
			})
			.option('schema', schemaOption)
			.option('contract', contractOption)
			.option('rejects', rejectsOption)
			.example('… | $0 write contacts.parquet', '')
			.example('… | $0 write - --format csv', ''),
	async handler({file, format, schema, contract, compression, escapeFormulas, rejects, ...args}, signal) {
		const {normalize: stage, fileTarget} = await import('../piping.ts');
		const stages = [stage(await schemaFile(schema, contract), {contract})];
		const options = escapeFormulas === undefined ? {} : {csv: {escapeFormulas}};
		const sink = await fileTarget(file, {format, compression, options, rejects});
		await filter(args, signal, {stages, sink, rejects, summary: true});
	},
});
