import {didYouMean} from '../../config/suggest.ts';
import {ConfigError} from '../../core/errors.ts';
import type {ImporterName} from '../../import/importers.ts';
import {logger} from '../terminal/log.ts';
import {list, path, verb, wordOrDash} from '../verb.ts';
import {importAirbyte} from './import/airbyte.ts';
import {importCurl} from './import/curl.ts';
import {importDocument} from './import/document.ts';

/** The options of each source, beside `--output`. */
const sources: Readonly<Record<string, readonly string[]>> = {
	airbyte: ['connection', 'auth', 'streams', 'strict-nulls', 'report'],
	curl: ['name', 'live', 'env-file'],
	openapi: ['resources', 'base-url', 'strict-nulls', 'report', 'live', 'env-file'],
	postman: ['resources', 'base-url', 'report', 'live', 'env-file'],
	har: ['resources', 'base-url', 'report', 'live', 'env-file'],
	dlt: ['name', 'python', 'resources', 'report', 'live', 'env-file'],
	singer: ['resources', 'base-url', 'strict-nulls', 'report', 'live', 'env-file'],
};
const names = Object.keys(sources);

export const importVerb = verb({
	name: 'import',
	command: 'import <source> <what>',
	describe: 'Make a config of what another tool has',
	input: 'start',
	options: parser =>
		parser
			.positional('source', {type: 'string', demandOption: true, describe: names.join(', ')})
			.positional('what', {
				...wordOrDash,
				describe:
					'The curl command, - is stdin; the file or URL of the document; or the file, folder or zip ' +
					'archive of the manifest',
			})
			.option('output', {
				alias: 'o',
				...path,
				describe:
					'Folder for sluice.yaml and secrets.toml, - is stdout [default: the present folder, of curl ' +
					'stdout]',
			})
			.option('name', {
				...path,
				describe: 'curl: of the resource [default: by the URL]; dlt: of one config of several',
			})
			.option('live', {
				type: 'boolean',
				describe: 'curl: ask the API for a few pages, as init does; of a document for one of each resource',
			})
			.option('env-file', {...path, describe: 'With --live: read environment variables from a file'})
			.option('connection', {...path, describe: "airbyte: the connection's own config, a JSON file"})
			.option('auth', {...path, describe: 'airbyte: title of the way to sign in, where there are several'})
			.option('streams', {...list, describe: 'airbyte: only these streams: a,b'})
			.option('python', {
				...path,
				describe: 'dlt: run the file by this command, and take what its source gets',
			})
			.option('resources', {...list, describe: 'Of a document: only these, and their parents: a,b'})
			.option('base-url', {
				...path,
				describe: 'Of a document: in place of its server; of several, the one to import',
			})
			.option('strict-nulls', {
				type: 'boolean',
				describe: 'airbyte, openapi, singer: columns that are never null are required',
			})
			.option('report', {...path, describe: 'all but curl: write what became of each part to this JSON file'})
			.example("$0 import curl 'curl https://api.example.com/v1/contacts -u jane:secret' -o contacts", '')
			.example('$0 import openapi https://api.example.com/openapi.json --resources contacts', '')
			.example('$0 import airbyte builder.zip --connection config.json', ''),
	async handler({source, what, ...args}, signal) {
		const own = sources[source];
		if (!own)
			throw new ConfigError(
				`import knows ${names.join(', ')}; got ${JSON.stringify(source)}${didYouMean(source, names)}`,
			);
		for (const option of Object.values(sources).flat())
			if (!own.includes(option) && (args as Record<string, unknown>)[option] !== undefined)
				throw new ConfigError(
					`import ${source} has no --${option}; it has --${['output', ...own].join(', --')}`,
				);
		// yargs passes `-` on as an empty text.
		const output = args.output === '' ? '-' : args.output;
		const log = logger(args);
		const inFolder = {...args, output: output ?? '.'};
		if (source === 'airbyte') await importAirbyte(what, inFolder, log);
		else if (source === 'curl') await importCurl(what, {...args, output: output ?? '-'}, log, signal);
		else await importDocument(source as ImporterName, what, inFolder, log, signal);
	},
});
