import {namings} from '../../core/schema/schema.ts';
import {contractOption, filter, schemaFile, schemaOption} from '../filter.ts';
import {rejectsOption, verb} from '../verb.ts';

export const normalize = verb({
	name: 'normalize',
	command: 'normalize',
	describe: 'Give records on stdin one set of typed columns',
	input: 'stdin',
	options: parser =>
		parser
			.option('schema', schemaOption)
			.option('contract', contractOption)
			.option('nested', {
				choices: ['json', 'flatten'],
				default: 'json',
				describe: 'Keep objects, or make a.b the column a__b',
			} as const)
			.option('naming', {choices: namings, default: 'direct' as const, describe: 'How columns are named'})
			.option('rejects', rejectsOption)
			.example('… | $0 normalize --schema contacts.schema.json --rejects bad.jsonl', ''),
	async handler({schema, contract, nested, naming, rejects, ...args}, signal) {
		const {normalize: stage} = await import('../imports/piping.ts');
		await filter(args, signal, {
			stages: [stage(await schemaFile(schema, contract), {contract, nested, naming})],
			rejects,
		});
	},
});
