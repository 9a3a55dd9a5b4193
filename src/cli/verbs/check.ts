import {plural} from '../../core/quantity.ts';
import {logger} from '../terminal/log.ts';
import {configOptions, verb} from '../verb.ts';

export const check = verb({
	name: 'check',
	command: 'check',
	describe: 'Check the config without a request: every problem at once',
	input: 'config',
	options: parser => configOptions(parser).example('$0 check --config staging.yaml', ''),
	async handler(args) {
		const {openConfig, checkConfig, emitterFor, readsAllAgain, orElse} = await import('../reading.ts');
		const log = logger(args);
		const config = await openConfig(args);
		const {name: path} = config;
		const resources = await checkConfig(config, emitterFor(log));
		for (const resource of resources)
			if (readsAllAgain(resource))
				log.info(
					`${resource.name}: each run reads all rows again, and appends them to those that are there; set incremental to read what is new; ${orElse}`,
				);
		const names = resources.map(({name}) => name).join(', ');
		log.info(`${path}: ok, ${plural(resources.length, 'resource')}: ${names}`);
	},
});
