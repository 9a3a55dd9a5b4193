/** Writes new files into a folder, and never replaces an existing one. */
import {chmod, mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {configNames} from '../config/load/discover.ts';
import {ConfigError} from '../core/errors.ts';
import {ignoreCodes} from '../core/files/durable.ts';
import {messageOf} from '../core/stage.ts';

export interface NewFile {
	/** The path in the folder. */
	readonly path: string;
	readonly content: string | Uint8Array;
	/** Whether only its owner may read it. */
	readonly isSecret?: boolean;
}

export const SECRETS = 'secrets.toml';
const IGNORED = [SECRETS, 'out/'];

/** Throws if the folder has a config, as a second one would be ambiguous. */
export async function refuseConfig(folder: string): Promise<void> {
	for (const name of configNames) {
		if (!(await isThere(join(folder, name)))) continue;
		throw new ConfigError(
			`${join(folder, name)} exists, and is left as it is: write to another folder with --output ` +
				'FOLDER, or move it away first; sluice show URL prints a config for it to take from',
		);
	}
}

/** Throws if new secrets would have to go into an existing file of the user. */
export async function refuseSecrets(folder: string, names: readonly string[]): Promise<void> {
	const path = join(folder, SECRETS);
	if (names.length === 0 || !(await isThere(path))) return;
	throw new ConfigError(
		`${path} exists, and is left as it is: write to another folder with --output FOLDER, or move it ` +
			`away first; the new one would hold ${names.join(' and ')}`,
	);
}

/** The lines that `.gitignore` lacks; all of them if there is no such file. */
export async function unignored(folder: string): Promise<{lines: readonly string[]; isThere: boolean}> {
	const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(error =>
		ignoreCodes(error, 'ENOENT'),
	);
	const known = (text ?? '').split('\n').map(line => line.trim().replace(/^\//, '').replace(/\/$/, ''));
	const lines = IGNORED.filter(line => !known.includes(line.replace(/\/$/, '')));
	return {lines, isThere: text !== undefined};
}

/** Writes all files or none: if one fails, those written before are deleted. Returns their paths. */
export async function writeNew(
	folder: string,
	files: readonly NewFile[],
	signal: AbortSignal,
): Promise<string[]> {
	const written: string[] = [];
	let path = folder;
	try {
		for (const file of files) {
			signal.throwIfAborted();
			path = join(folder, file.path);
			await mkdir(dirname(path), {recursive: true});
			await writeFile(path, file.content, {flag: 'wx', mode: file.isSecret ? 0o600 : 0o666});
			written.push(path);
			// The mode must not depend on the umask of the shell.
			if (file.isSecret) await chmod(path, 0o600);
		}
		return written;
	} catch (error) {
		for (const each of written) await rm(each, {force: true});
		if (signal.aborted) throw error;
		const {code} = error as NodeJS.ErrnoException;
		const why = code === 'EEXIST' ? 'exists, and is left as it is' : `cannot be written: ${messageOf(error)}`;
		throw new ConfigError(`${path} ${why}; write to another folder with --output FOLDER`);
	}
}

export async function isThere(path: string): Promise<boolean> {
	return (await stat(path).catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'))) !== undefined;
}
