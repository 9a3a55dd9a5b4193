/** The flags that replace a config where a URL is read. */
import type {Argv} from 'yargs';
import {ConfigError} from '../../core/errors.ts';
import {list, word} from '../verb.ts';

export interface UrlArguments {
	readonly selector?: string | undefined;
	readonly key?: string[] | undefined;
	readonly header?: string[] | undefined;
	readonly auth?: string | undefined;
	readonly param?: string[] | undefined;
	readonly method?: string | undefined;
	readonly json?: string | undefined;
	readonly paginator?: string | undefined;
}

/** The option of a config for each flag. */
export const inConfig: Readonly<Record<keyof UrlArguments, string>> = {
	selector: 'endpoint.data_selector',
	key: 'primary_key',
	header: 'client.headers',
	auth: 'client.auth',
	param: 'endpoint.params',
	method: 'endpoint.method',
	json: 'endpoint.json',
	paginator: 'endpoint.paginator',
};

// The help of a verb has to fit on a screen: one line there names all these flags.
const hidden = true;

export function urlOptions<T>(parser: Argv<T>): Argv<T & UrlArguments> {
	return parser
		.option('selector', {...word, hidden, describe: 'Path to the rows in an answer: data.items'})
		.option('key', {...list, hidden, describe: 'Columns that tell rows apart: id'})
		.option('header', {...list, hidden, describe: "'NAME: VALUE'"})
		.option('auth', {...word, hidden, describe: 'bearer:VARIABLE, basic:USER:VARIABLE or key:NAME:VARIABLE'})
		.option('param', {...list, hidden, describe: 'NAME=VALUE of the query'})
		.option('method', {...word, hidden, describe: 'GET, POST …'})
		.option('json', {...word, hidden, describe: 'Body, as JSON'})
		.option('paginator', {...word, hidden, describe: "offset, '{type: offset, limit: 100}' …"})
		.epilogue(
			`In place of a resource, a URL: https://… with --${Object.keys(inConfig).join(', --')} ` +
				'(docs/how-to/url.md)',
		) as Argv<T & UrlArguments>;
}

export function isUrl(word: string | undefined): word is string {
	return word !== undefined && /^https?:\/\//i.test(word);
}

/** Refuses flags of a URL where a resource of a config is read. */
export function refuseUrlFlags(args: UrlArguments, word: string | undefined): void {
	for (const [flag, key] of Object.entries(inConfig)) {
		if (args[flag as keyof UrlArguments] === undefined) continue;
		const what = word === undefined ? 'there is none' : `${JSON.stringify(word)} is a resource of a config`;
		throw new ConfigError(`--${flag} goes with a URL, and ${what}; there it is ${key} (or --set)`);
	}
}
