/**
 * `--auth`: credentials are given by the names of their variables, as lists of processes show command lines.
 */
import {ConfigError} from '../../core/errors.ts';

const forms =
	'write bearer:VARIABLE, basic:USER:VARIABLE, key:HEADER:VARIABLE or key:query:NAME:VARIABLE, where ' +
	'VARIABLE is the name of an environment variable that holds the secret';

/** The `client.auth` for the text. Its messages never quote a secret, which always comes last. */
export function authOf(text: string): object {
	const [kind = '', ...words] = text.split(':');
	switch (kind) {
		case 'bearer':
			if (words.length !== 1) break;
			return {type: 'bearer', token: variable(words[0], 'bearer:')};
		case 'basic': {
			// A user name may contain colons, but a variable may not.
			if (words.length < 2) break;
			const username = words.slice(0, -1).join(':').replaceAll('${', '$${');
			return {type: 'http_basic', username, password: variable(words.at(-1), 'basic:USER:')};
		}
		case 'key': {
			const isPlaced = words.length === 3 && ['header', 'query', 'cookie'].includes(words[0] ?? '');
			const [location, name] = isPlaced ? words : ['header', words[0]];
			if (!(isPlaced || words.length === 2) || !name) break;
			return {type: 'api_key', name, location, api_key: variable(words.at(-1), 'key:…:')};
		}
	}
	const known = ['bearer', 'basic', 'key'].includes(kind);
	throw new ConfigError(`--auth ${known ? `${kind}:… ` : ''}cannot be understood; ${forms}`);
}

function variable(name: string | undefined, before: string): string {
	if (name !== undefined && /^[A-Za-z_]\w*$/.test(name)) return `\${${name}}`;
	throw new ConfigError(
		`--auth ${before} ends in the name of an environment variable, and not in the secret itself: ` +
			`export API_SECRET=… and write --auth ${before}API_SECRET`,
	);
}
