/** Refuses output folders that are none: what looks like an address would become a folder of that name. */
import {dirname, isAbsolute, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {shortPath} from './discover.ts';

/** The folder that `output.path` means: relative to the config file, as secrets are. */
export function besideConfig(path: string, file: string, cwd: string): string {
	return isAbsolute(path)
		? folderOnly(path)
		: shortPath(resolve(dirname(file), folderOnly(path)), cwd) || '.';
}

/** The path as it is; fails for `s3://…`, `postgres://…`, `delta:…`. A drive letter is no scheme. */
export function folderOnly(path: string): string {
	const [, scheme] = /^([a-z][a-z\d+.-]+):(?:\/\/|[^\\/])/i.exec(path) ?? [];
	if (scheme === undefined) return path;
	throw new ConfigError(
		`output ${JSON.stringify(path.replace(/\/\/[^@/]*@/, '//***@'))}: only folders of this machine are supported, not ${scheme}:. Write to a folder (output.path, --output), and copy it from there`,
	);
}
