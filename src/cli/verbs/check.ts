import {ConfigError} from '../../core/errors.ts';
import {plural} from '../../core/quantity.ts';
import {logger} from '../terminal/log.ts';
import {configOptions, dash, verb} from '../verb.ts';

export const check = verb({
	name: 'check',
	command: 'check [file]',
	describe: 'Check the config without a request: every problem at once',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.positional('file', {type: 'string', coerce: dash, describe: 'The config, as --config; - is stdin'})
				.option('without-secrets', {
					type: 'boolean',
					default: false,
					describe: 'Secrets need not be there, as in a build',
				}),
		).example('$0 check staging.yaml --without-secrets', ''),
	async handler({file, withoutSecrets, ...args}) {
		const {openConfig, checkConfig, emitterFor, ...appends} = await import('../imports/reading.ts');
		const log = logger(args);
		if (file !== undefined && args.config !== undefined)
			throw new ConfigError('check takes the config as a word or by --config: leave one of them out');
		const config = await openConfig({...args, config: file ?? args.config, withoutSecrets});
		const {name: path} = config;
		const resources = await checkConfig(config, emitterFor(log));
		for (const resource of resources) {
			if (appends.readsAllAgain(resource))
				log.info(
					`${resource.name}: each run reads all rows again, and appends them to those that are there; ` +
						`set incremental to read what is new; ${appends.orElse}`,
				);
			if (appends.appendsLagAgain(resource))
				log.info(
					`${resource.name}: the rows within lag come again in each run, and are appended again; ` +
						appends.orElse,
				);
		}
		const names = resources.map(({name}) => name).join(', ');
		log.info(`${path}: ok, ${plural(resources.length, 'resource')}: ${names}`);
	},
});
