/** A file of `NAME=value` lines. */
import {readFile} from 'node:fs/promises';
import {parseEnv} from 'node:util';
import {ConfigError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';

/** The variables in a file. `name` is its name in messages. */
export async function readEnvFile(path: string, name: string): Promise<NodeJS.Dict<string>> {
	try {
		return parseEnv((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
	} catch (error) {
		throw new ConfigError(`the file of variables cannot be read: ${messageOf(error)}`, name);
	}
}
