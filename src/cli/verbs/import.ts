import {didYouMean} from '../../config/suggest.ts';
import {ConfigError} from '../../core/errors.ts';
import {logger} from '../terminal/log.ts';
import {list, path, verb} from '../verb.ts';
import {importAirbyte} from './import/airbyte.ts';

const kinds = ['airbyte'];

export const importVerb = verb({
	name: 'import',
	command: 'import <kind> <from>',
	describe: 'Make a config of what another tool has: an airbyte manifest',
	input: 'tool',
	options: parser =>
		parser
			.positional('kind', {type: 'string', demandOption: true, describe: kinds.join(', ')})
			.positional('from', {type: 'string', demandOption: true, describe: 'The file or folder'})
			.option('output', {
				...path,
				alias: 'o',
				default: 'sluice.yaml',
				describe: 'File of the config, - is stdout',
			})
			.option('connection', {...path, describe: "The connection's own config, a JSON file"})
			.option('auth', {...path, describe: 'Title of the way to sign in, where there are several'})
			.option('streams', {...list, describe: 'Only these streams: a,b'})
			.option('strict-nulls', {type: 'boolean', describe: 'Columns that are never null are required'})
			.option('report', {...path, describe: 'Write what became of each stream to this JSON file'})
			.example('$0 import airbyte source-tempo/manifest.yaml', '')
			.example('$0 import airbyte builder.zip --connection config.json', ''),
	async handler({kind, from, ...args}) {
		if (!kinds.includes(kind))
			throw new ConfigError(
				`import knows ${kinds.join(', ')}; got ${JSON.stringify(kind)}${didYouMean(kind, kinds)}`,
			);
		await importAirbyte(from, args, logger(args));
	},
});
