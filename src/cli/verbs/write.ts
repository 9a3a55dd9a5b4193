import {ConfigError} from '../../core/errors.ts';
import {formatNames} from '../../core/format-names.ts';
import {contractOption, filter, schemaFile, schemaOption} from '../filter.ts';
import {writeTap} from '../singer.ts';
import {rejectsOption, verb, word, wordOrDash} from '../verb.ts';

export const write = verb({
	name: 'write',
	command: 'write <file>',
	describe: 'Write records on stdin to a Parquet, JSONL or CSV file',
	input: 'stdin',
	options: parser =>
		parser
			.positional('file', {
				...wordOrDash,
				describe: 'Path, whose ending is the format; - is stdout; with --from singer a folder',
			})
			.option('format', {alias: 'f', choices: formatNames, describe: "[default: the file's ending]"})
			.option('compression', {...word, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
			.option('escape-formulas', {
				type: 'boolean',
				describe: 'CSV: an apostrophe before texts that a spreadsheet would run',
			})
			.option('schema', schemaOption)
			.option('contract', contractOption)
			.option('rejects', rejectsOption)
			.option('from', {choices: ['singer'] as const, describe: 'stdin has the messages of a Singer tap'})
			.option('last-state', {
				type: 'boolean',
				describe: 'Singer: print the state from which the tap goes on, and read nothing',
			})
			.example('… | $0 write contacts.parquet', '')
			.example('… | $0 write - --format csv', '')
			.example('tap-github --config c.json --catalog catalog.json | $0 write out --from singer', ''),
	async handler({from, lastState, ...given}, signal) {
		const {file, format, schema, contract, compression, escapeFormulas, rejects, ...args} = given;
		if (from === 'singer') {
			if (
				schema !== undefined ||
				rejects !== undefined ||
				escapeFormulas !== undefined ||
				contract !== 'evolve'
			)
				throw new ConfigError(
					'--from singer takes the columns of the tap: leave out --schema, --contract, --rejects and ' +
						'--escape-formulas',
				);
			await writeTap(file, {...args, format, compression, lastState}, signal);
			return;
		}
		if (lastState) throw new ConfigError('--last-state goes with --from singer');
		const {normalize: stage, fileTarget} = await import('../imports/piping.ts');
		const stages = [stage(await schemaFile(schema, contract), {contract})];
		const options = escapeFormulas === undefined ? {} : {csv: {escapeFormulas}};
		const sink = await fileTarget(file, {format, compression, options, rejects});
		await filter(args, signal, {stages, sink, rejects, summary: true});
	},
});
