/** The source of a verb: a resource of a config, or a URL without a config. */
import {stringify} from 'yaml';
import type {LoadedConfig} from '../../config/load/load.ts';
import {ConfigError, type ConfigIssue} from '../../core/errors.ts';
import {type ConfigOfRequest, withoutSecrets} from '../../import/config-of-request.ts';
import {loadConfig} from '../../run/load-config.ts';
import {openConfig} from '../config.ts';
import type {Log} from '../terminal/log.ts';
import type {ConfigArguments, RecordingArguments} from '../verb.ts';
import {configOfUrl} from './config.ts';
import {inConfig, isUrl, refuseUrlFlags, type UrlArguments} from './flags.ts';

type Arguments = ConfigArguments & RecordingArguments & UrlArguments;

export interface Opened {
	readonly config: LoadedConfig;
	/** Name of the resource. */
	readonly name: string;
}

/** `word` is the name of a resource, or a URL. */
export async function openSource(word: string, args: Arguments, log: Log): Promise<Opened> {
	if (!isUrl(word)) {
		refuseUrlFlags(args, word);
		return {config: await openConfig(args), name: word};
	}
	const made = configOfUrl(word, args);
	for (const {where, name} of made.secrets)
		log.warn(
			`${where} is a secret that others can see in the list of processes and in the history of the ` +
				`shell; put it into an environment variable, and write '${variable(name)}' in its place, in ` +
				'single quotes',
		);
	return {config: await loaded(made, args, args.replay !== undefined), name: made.name};
}

/** The text of a config that reads the same rows. A secret that was typed is a variable in it. */
export async function configText(url: string, args: Arguments): Promise<string> {
	if (args.set)
		throw new ConfigError(
			'show prints what the flags of a URL say; leave out --set, and change what it prints',
		);
	const made = configOfUrl(url, args);
	await loaded(made, args, true);
	const config = withoutSecrets(made.config, made.secrets, variable);
	const comment = [...new Set(made.secrets.map(({name}) => name.toUpperCase()))]
		.map(name => `# Put the secret into the environment first: export ${name}=…\n`)
		.join('');
	return `${comment}${stringify(config, {lineWidth: 0})}`;
}

function variable(name: string): string {
	return `\${${name.toUpperCase()}}`;
}

async function loaded(
	{config}: ConfigOfRequest,
	{config: file, set = [], envFile}: Arguments,
	needsNoSecrets: boolean,
): Promise<LoadedConfig> {
	if (file !== undefined)
		throw new ConfigError('a URL needs no config; leave out --config, or name a resource of it');
	try {
		return await loadConfig(config, {
			set,
			...(envFile !== undefined && {envFile}),
			withoutSecrets: needsNoSecrets,
		});
	} catch (error) {
		throw error instanceof ConfigError ? inFlags(error) : error;
	}
}

// The user has not seen the config in the message, so the message names the flag.
function inFlags(error: ConfigError): ConfigError {
	return new ConfigError(error.issues.map(inFlag));
}

function inFlag({path, message}: ConfigIssue): ConfigIssue {
	const place = path.replace(/^resources\[0\]\.?/, '');
	const flag = Object.entries(inConfig).find(([, key]) => place === key || place.startsWith(`${key}.`))?.[0];
	const missing = /^\$\{(\w+)\} is not set/.exec(message)?.[1];
	if (missing === undefined) return {path: flag === undefined ? place : `--${flag}`, message};
	// A word that does not look like a variable may be the secret itself.
	const name = /^[A-Z_][A-Z\d_]*$/.test(missing) ? missing : 'of that name';
	return {
		path: flag === undefined ? place : `--${flag}`,
		message: `the environment variable ${name} is not set; export it, or name a file of variables with --env-file`,
	};
}
