/** Config files in a folder of their own, and what loading them says. */
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {type LoadedConfig, type LoadOptions, loadConfig} from '../../src/config/load/load.ts';
import {ConfigError} from '../../src/core/errors.ts';

/** Runs `work` in a new folder that holds these files, and removes it. */
export async function inFolder<T>(
	files: {[name: string]: string},
	work: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), 'sluice-config-'));
	try {
		for (const [name, text] of Object.entries(files)) {
			await mkdir(dirname(join(folder, name)), {recursive: true});
			await writeFile(join(folder, name), text);
		}
		return await work(folder);
	} finally {
		await rm(folder, {recursive: true});
	}
}

/** Loads `config.yaml` with this text, or the first of these files. */
export function load(
	given: string | {[name: string]: string},
	options: LoadOptions = {},
): Promise<LoadedConfig> {
	const files = typeof given === 'string' ? {'config.yaml': given} : given;
	return inFolder(files, folder => loadConfig(Object.keys(files)[0], {cwd: folder, ...options}));
}

/** The message of the ConfigError that loading throws, line by line. */
export async function problems(given: Parameters<typeof load>[0], options?: LoadOptions): Promise<string[]> {
	try {
		await load(given, options);
	} catch (error) {
		if (error instanceof ConfigError) return error.message.split('\n');
		throw error;
	}
	return [];
}

/** A whole config around one resource named `a`, whose keys start at line 4, column 5. */
export function withResource(keys: string): string {
	return `client:\n  base_url: https://api.example.com\nresources:\n  - name: a\n${indent(keys, 4)}`;
}

/** A whole config around one endpoint, whose keys start at line 6, column 7. */
export function withEndpoint(keys: string): string {
	return withResource(`endpoint:\n${indent(keys, 2)}`);
}

/** A whole config around a client, whose further keys start at line 3, column 3. */
export function withClient(keys: string): string {
	return `client:\n  base_url: https://api.example.com\n${indent(keys, 2)}\nresources: [a]\n`;
}

function indent(text: string, by: number): string {
	return text.replace(/^/gm, ' '.repeat(by));
}
