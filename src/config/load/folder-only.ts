/** Refuses output folders whose name looks like an address, as it would become the name of a folder. */
import {dirname, isAbsolute, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {shortPath} from './discover.ts';

/** The folder of `output.path`, which is relative to the config file, as secrets are. */
export function besideConfig(path: string, file: string, cwd: string): string {
	return isAbsolute(path)
		? folderOnly(path)
		: shortPath(resolve(dirname(file), folderOnly(path)), cwd) || '.';
}

/** The path as it is. Throws for `s3://…`, `postgres://…`, `delta:…`. A drive letter is no scheme. */
export function folderOnly(path: string): string {
	const [, scheme] = /^([a-z][a-z\d+.-]+):(?:\/\/|[^\\/])/i.exec(path) ?? [];
	if (scheme === undefined) return path;
	throw new ConfigError(
		`output ${JSON.stringify(path.replace(/\/\/[^@/]*@/, '//***@'))}: only folders of this machine are supported, not ${scheme}:. Write to a folder (output.path, --output), and copy it from there`,
	);
}
