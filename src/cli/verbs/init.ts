import {readFile} from 'node:fs/promises';
import {text as textOf} from 'node:stream/consumers';
import {ConfigError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';
import type {ImportedRequest} from '../../import/imported-request.ts';
import {listExamples, saveExample} from '../catalogue.ts';
import {looked, save, tell, written} from '../project.ts';
import {questions} from '../questions.ts';
import {logger} from '../terminal/log.ts';
import {isUrl, type UrlArguments, urlOptions} from '../url/flags.ts';
import {dash, path, verb, wholeFrom} from '../verb.ts';

const MOST_PAGES = 3;

export const init = verb({
	name: 'init',
	command: 'init [url]',
	describe: 'Look at an API, and write sluice.yaml for it',
	input: 'start',
	options: parser =>
		urlOptions(
			parser
				.positional('url', {type: 'string', describe: 'Of a list: https://api.example.com/v1/contacts'})
				.option('curl', {...path, coerce: dash, describe: 'A curl command in place of the URL; - is stdin'})
				.option('curl-file', {...path, describe: 'A file that holds one'})
				.option('from', {...path, describe: 'An example of this package, by its name: github'})
				.option('list', {type: 'boolean', default: false, describe: 'Print the examples of this package'})
				.option('output', {alias: 'o', ...path, default: '.', describe: 'Folder for the files'})
				.option('name', {...path, describe: 'Of the resource [default: by the URL]'})
				.option('time', {...path, describe: 'The column with the time by which later runs find new rows'})
				.option('time-param', {...path, describe: 'The parameter of the API that takes such a time'})
				.option('pages', {
					...wholeFrom('pages', 1),
					default: MOST_PAGES,
					describe: 'Ask for so many pages at most',
				})
				.option('offline', {type: 'boolean', default: false, describe: 'Ask the API for nothing'})
				.option('env-file', {...path, describe: 'Read environment variables from a file'})
				.option('yes', {alias: 'y', type: 'boolean', default: false, describe: 'Ask no questions'}),
		)
			.example('$0 init https://api.example.com/v1/contacts --auth bearer:API_TOKEN', '')
			.example("$0 init --curl 'curl https://api.example.com/v1/contacts -u jane:secret'", ''),
	async handler(
		{url: word, curl, curlFile, from, list: isList, output: folder, yes, name, time, timeParam, ...args},
		signal,
	) {
		const engine = await import('../imports/starting.ts');
		const log = logger(args);
		if (timeParam !== undefined && time === undefined)
			throw new ConfigError('--time-param needs --time, the column with such a time');
		const list = isList ? 'list' : undefined;
		refuseSeveral({URL: word, '--curl': curl, '--curl-file': curlFile, '--from': from, '--list': list});
		if (isList) {
			await listExamples(await engine.examples());
			return;
		}
		await engine.refuseConfig(folder);
		if (from !== undefined) {
			await saveExample(await engine.exampleNamed(from), folder, engine, log, signal);
			return;
		}
		const ask = isAsking(yes, args.quiet) ? await questions(signal) : undefined;
		const given = word ?? (await commandIn(curl, curlFile)) ?? (await ask?.source());
		if (given === undefined)
			throw new ConfigError(
				'init needs the URL of a list, --curl, --curl-file or --from; on a terminal it asks for one',
			);
		const hints = {...engine.hintsOf(args), ...(name !== undefined && {name})};
		const known = engine.withAuth(engine.fromTheBeginning(requestIn(given, args, engine)));
		const isOpen = isUrl(given) && !known.auth && args.auth === undefined && !args.header;
		const asked = isOpen ? await ask?.credentials() : undefined;
		const request = asked ? {...known, auth: asked} : known;
		const beginning = {
			request,
			hints,
			folder,
			by: 'sluice init',
			pages: args.offline ? 0 : (args.pages ?? MOST_PAGES),
			envFile: args.envFile,
		};
		await engine.refuseSecrets(
			folder,
			engine.configOfRequest(request, hints).secrets.map(each => each.name),
		);
		const made = await looked(beginning, engine, log, signal);
		const chosen = {...(time !== undefined && {time}), ...(timeParam !== undefined && {timeParam})};
		const choices = ask ? await ask.choices(made, chosen, engine.takesTime(made.config.config)) : chosen;
		const files = await written(made, beginning, engine, choices);
		tell(made, files.draft, log);
		await ask?.confirm(folder);
		await save(made, files, beginning, engine, log, signal);
	},
});

function isAsking(yes: boolean, quiet: boolean | undefined): boolean {
	return !yes && !quiet && process.stdin.isTTY === true && process.stderr.isTTY === true;
}

function refuseSeveral(sources: Readonly<Record<string, string | undefined>>): void {
	const given = Object.keys(sources).filter(name => sources[name] !== undefined);
	if (given.length > 1) throw new ConfigError(`${given.join(' and ')} do not go together: take one of them`);
}

async function commandIn(curl: string | undefined, file: string | undefined): Promise<string | undefined> {
	if (curl === '-') return textOf(process.stdin);
	if (file === undefined) return curl;
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		throw new ConfigError(`cannot be read: ${messageOf(error)}`, file);
	}
}

const ofUrls = ['header', 'param', 'method', 'json'] as const;

function requestIn(
	given: string,
	args: UrlArguments,
	{
		requestOfUrl,
		requestOfCurl,
	}: Pick<typeof import('../imports/starting.ts'), 'requestOfUrl' | 'requestOfCurl'>,
): ImportedRequest {
	if (/^https?:/i.test(given)) return requestOfUrl(given, args);
	if (!/\bcurl\b/.test(given))
		throw new ConfigError(
			`${JSON.stringify(given.slice(0, 40))} is no URL: one begins with https:// or http://`,
		);
	const flag = ofUrls.find(name => args[name] !== undefined);
	if (flag !== undefined) throw new ConfigError(`--${flag} goes with a URL; write it into the curl command`);
	return requestOfCurl(given);
}
