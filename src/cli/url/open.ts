/** What a verb reads: a resource of a config, or a URL without one. */
import {stringify} from 'yaml';
import type {LoadedConfig} from '../../config/load/load.ts';
import {ConfigError, type ConfigIssue} from '../../core/errors.ts';
import {loadConfig} from '../../run/load-config.ts';
import {openConfig} from '../config.ts';
import type {Log} from '../terminal/log.ts';
import type {ConfigArguments, RecordingArguments} from '../verb.ts';
import {configOfUrl, type TypedSecret, type UrlConfig} from './config.ts';
import {inConfig, isUrl, refuseUrlFlags, type UrlArguments} from './flags.ts';

type Arguments = ConfigArguments & RecordingArguments & UrlArguments;

export interface Opened {
	readonly config: LoadedConfig;
	/** Name of the resource. */
	readonly name: string;
}

/** The word is the name of a resource, or a URL. */
export async function openSource(word: string, args: Arguments, log: Log): Promise<Opened> {
	if (!isUrl(word)) {
		refuseUrlFlags(args, word);
		return {config: await openConfig(args), name: word};
	}
	const made = configOfUrl(word, args);
	for (const {where, variable} of made.typed)
		log.warn(
			`${where} is a secret that others can see in the list of processes and in the history of the shell; put it into ` +
				`an environment variable, and write '\${${variable}}' in its place, in single quotes`,
		);
	return {config: await loaded(made, args, args.replay !== undefined), name: made.name};
}

/** The text of a config that runs to the same rows. A secret that was typed is a variable in it. */
export async function configText(url: string, args: Arguments): Promise<string> {
	if (args.set)
		throw new ConfigError(
			'show prints what the flags of a URL say; leave out --set, and change what it prints',
		);
	const made = configOfUrl(url, args);
	await loaded(made, args, true);
	const config = structuredClone(made.config) as unknown as Record<string, unknown>;
	for (const secret of made.typed) replace(config, secret);
	const variables = [...new Set(made.typed.map(({variable}) => variable))];
	const comment = variables
		.map(name => `# Put the secret into the environment first: export ${name}=…\n`)
		.join('');
	return `${comment}${stringify(config, {lineWidth: 0})}`;
}

function replace(config: Record<string, unknown>, {path, instead}: TypedSecret): void {
	let owner = config;
	for (const step of path.slice(0, -1)) {
		const next = owner[step];
		owner = (Array.isArray(next) ? next[0] : next) as Record<string, unknown>;
	}
	owner[path.at(-1) as string] = instead;
}

async function loaded(
	{config}: UrlConfig,
	{config: file, set = [], envFile}: Arguments,
	withoutSecrets: boolean,
): Promise<LoadedConfig> {
	if (file !== undefined)
		throw new ConfigError('a URL needs no config; leave out --config, or name a resource of it');
	try {
		return await loadConfig(config, {
			set,
			...(envFile !== undefined && {envFile}),
			withoutSecrets,
		});
	} catch (error) {
		throw error instanceof ConfigError ? inFlags(error) : error;
	}
}

// Nobody has seen the config that a message is about: it names the flag.
function inFlags(error: ConfigError): ConfigError {
	return new ConfigError(error.issues.map(inFlag));
}

function inFlag({path, message}: ConfigIssue): ConfigIssue {
	const place = path.replace(/^resources\[0\]\.?/, '');
	const flag = Object.entries(inConfig).find(([, key]) => place === key || place.startsWith(`${key}.`))?.[0];
	const missing = /^\$\{(\w+)\} is not set/.exec(message)?.[1];
	if (missing === undefined) return {path: flag === undefined ? place : `--${flag}`, message};
	// What does not look like a variable may be the secret itself.
	const name = /^[A-Z_][A-Z\d_]*$/.test(missing) ? missing : 'of that name';
	return {
		path: flag === undefined ? place : `--${flag}`,
		message: `the environment variable ${name} is not set; export it, or name a file of variables with --env-file`,
	};
}
