import {plural} from '../../core/quantity.ts';
import {logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {configOptions, path, spoolOption, verb, wholeFrom} from '../verb.ts';

export const plan = verb({
	name: 'plan',
	command: 'plan [resources..]',
	describe: 'Divide resources into parts, one JSON line each, for run-part and commit',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.positional('resources', {type: 'string', array: true, describe: 'Which ones [default: all]'})
				.option('output', {alias: 'o', ...path, describe: "Of the commit [default: the config's, else out]"})
				.option('spool', spoolOption)
				.option('requests', {
					...wholeFrom('requests', 1),
					describe: 'About so many requests in a part [default: 100]',
				})
				.option('whole', {type: 'boolean', default: false, describe: 'One part for each resource'})
				.option('anew', {
					type: 'boolean',
					default: false,
					describe: 'Drop the open plan, and the rows that were read for it',
				}),
		).example('$0 plan contacts > plan.jsonl', ''),
	async handler({quiet, verbose, log: form, config, set, envFile, ...options}, signal) {
		const {openConfig, planParts, lineOf, Reporter} = await import('../imports/scaling.ts');
		const log = logger({quiet, verbose, log: form});
		const loaded = await openConfig({config, set, envFile});
		const reporter = new Reporter(log);
		const parts = await planParts(loaded, {...options, signal, onEvent: reporter.tell});
		reporter.end();
		await print(parts.map(part => `${lineOf(part)}\n`).join(''));
		const resources = new Set(parts.map(({resource}) => resource));
		log.info(
			`plan ${parts[0]?.plan ?? ''}: ${plural(parts.length, 'part')} of ` +
				`${plural(resources.size, 'resource')}`,
		);
	},
});
