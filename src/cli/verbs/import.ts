import {text as textOf} from 'node:stream/consumers';
import {didYouMean} from '../../config/suggest.ts';
import {ConfigError} from '../../core/errors.ts';
import {looked, save, tell, written} from '../project.ts';
import {logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {path, verb, wordOrDash} from '../verb.ts';

const sources = ['curl'];

export const importVerb = verb({
	name: 'import',
	command: 'import <source> <what>',
	describe: 'Make a config of what another tool has: a curl command',
	input: 'start',
	options: parser =>
		parser
			.positional('source', {type: 'string', demandOption: true, describe: sources.join(', ')})
			.positional('what', {...wordOrDash, describe: 'The command; - is stdin'})
			.option('output', {
				alias: 'o',
				...path,
				describe: 'Write the files to this folder; else the config goes to stdout',
			})
			.option('name', {...path, describe: 'Of the resource [default: by the URL]'})
			.option('live', {
				type: 'boolean',
				default: false,
				describe: 'Ask the API for a few pages, as init does',
			})
			.option('env-file', {...path, describe: 'Read environment variables from a file'})
			.example("$0 import curl 'curl https://api.example.com/v1/contacts -u jane:secret' -o contacts", ''),
	async handler({source, what, output, name, live, envFile, ...args}, signal) {
		if (!sources.includes(source))
			throw new ConfigError(
				`import knows ${sources.join(', ')}; got ${JSON.stringify(source)}${didYouMean(source, sources)}`,
			);
		const engine = await import('../starting.ts');
		const log = logger(args);
		if (output !== undefined) await engine.refuseConfig(output);
		const command = what === '-' ? await textOf(process.stdin) : what;
		const request = engine.withAuth(engine.fromTheBeginning(engine.requestOfCurl(command)));
		const hints = {...(name !== undefined && {name})};
		const folder = output ?? '.';
		const beginning = {request, hints, folder, by: 'sluice import', pages: live ? 3 : 0, envFile};
		if (output !== undefined) {
			const names = engine.configOfRequest(request, hints).secrets.map(each => each.name);
			await engine.refuseSecrets(output, names);
		}
		const made = await looked(beginning, engine, log, signal);
		const files = await written(made, beginning, engine);
		tell(made, files.draft, log);
		if (output !== undefined) return save(made, files, beginning, engine, log, signal);
		await print(files.text);
		const secrets = made.config.secrets.map(each => each.name);
		if (secrets.length > 0)
			log.warn(
				`the secrets of the command are not printed: put ${secrets.join(' and ')} into secrets.toml, or write both files with --output FOLDER`,
			);
	},
});
