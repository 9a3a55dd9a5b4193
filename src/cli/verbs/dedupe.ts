import {filter} from '../filter.ts';
import {list, names, verb} from '../verb.ts';

export const dedupe = verb({
	name: 'dedupe',
	command: 'dedupe',
	describe: 'Drop records on stdin that came before',
	input: 'stdin',
	options: parser =>
		parser
			.option('key', {
				...list,
				describe: 'Fields that make a record the same: id,region [default: the whole record]',
			})
			.option('keep', {
				choices: ['first', 'last'] as const,
				default: 'first' as const,
				describe: 'Which of them stays; last holds rows until the end',
			})
			.example('… | $0 dedupe --key id', ''),
	async handler({key, keep, ...args}, signal) {
		const {dedupe: stage} = await import('../imports/piping.ts');
		const keys = names(key);
		await filter(args, signal, {stages: [stage({keep, ...(keys && {key: keys})})]});
	},
});
