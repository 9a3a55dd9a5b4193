import {ConfigError} from '../../core/errors.ts';
import {filter} from '../filter.ts';
import {list, names, verb} from '../verb.ts';

export const select = verb({
	name: 'select',
	command: 'select <what..>',
	describe: 'Take records out of JSON on stdin, or columns out of records',
	input: 'stdin',
	options: parser =>
		parser
			.positional('what', {
				type: 'string',
				array: true,
				demandOption: true,
				describe: 'A path to the records (data, result.items, groups[*].items)',
			})
			.option('columns', {type: 'boolean', describe: 'Take the words as column names, to keep in this order'})
			.option('keep', {...list, describe: 'Fields of the outer record to copy onto each inner one: id,name'})
			.example('curl … | $0 select data', 'the records of a response')
			.example('… | $0 select --columns id email', 'two columns'),
	async handler({what, columns, keep, ...args}, signal) {
		const {select: stage} = await import('../imports/piping.ts');
		const [records = ''] = what;
		if (!columns && what.length > 1)
			throw new ConfigError('select takes one path; for columns say --columns. Try sluice select --help');
		if (columns && keep)
			throw new ConfigError(
				'--keep belongs to a path, not to --columns: name the columns to keep. Try sluice select --help',
			);
		const kept = names(keep);
		await filter(args, signal, {
			stages: [columns ? stage(names(what) ?? []) : stage(records, kept ? {keep: kept} : {})],
		});
	},
});
