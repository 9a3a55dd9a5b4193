/** Finds the datasets in a folder, and those that a command names. */
import {readEnvFile} from '../config/load/env-file.ts';
import {folderOnly} from '../config/load/folder-only.ts';
import {outputFolder} from '../config/load/output-folder.ts';
import {didYouMean} from '../config/suggest.ts';
import {ConfigError, StateError} from '../core/errors.ts';
import {datasetNames} from '../state/catalog.ts';
import type {Commit} from '../state/commit.ts';
import {lastCommit} from '../state/commit-log.ts';
import {type Layout, layoutOf} from '../state/layout.ts';

export interface RootOptions {
	/** The folder itself. @default the folder in the config */
	readonly output?: string | undefined;
	/** Path of the config. @default a file with a usual name, if there is one */
	readonly config?: string | undefined;
	/** Variables for `${NAME}` in the config. @default none */
	readonly env?: NodeJS.Dict<string>;
	/** A file with more variables. */
	readonly envFile?: string | undefined;
	/** Settings that override the config, `a.b[0].c=value`. @default none */
	readonly set?: readonly string[] | undefined;
}

/** The folder of the datasets. Works without a config, and without its secrets. */
export async function outputRoot({
	output,
	config,
	env = {},
	envFile,
	set = [],
}: RootOptions): Promise<string> {
	if (output !== undefined) return folderOnly(output);
	const variables = envFile === undefined ? env : {...(await readEnvFile(envFile, envFile)), ...env};
	return outputFolder(config, {env: variables, set});
}

export interface FoundDatasets {
	readonly layout: Layout;
	/** The last commit; absent before the first. */
	readonly commit: Commit | undefined;
	/** Why the log cannot be read. */
	readonly error?: StateError;
}

/**
 * The datasets below a root: all, or those with these names, which may also be names of resources in them.
 */
export async function findDatasets(root: string, names: readonly string[] = []): Promise<FoundDatasets[]> {
	const all = await Promise.all((await datasetNames(root)).map(name => lookUp(layoutOf(root, name))));
	if (names.length === 0) return all;
	const known = [...new Set(all.flatMap(namesOf))];
	for (const name of names) {
		if (known.includes(name)) continue;
		const there =
			known.length > 0 ? `; there are: ${known.join(', ')}` : ': there is nothing that Sluice wrote';
		throw new ConfigError(`no dataset ${JSON.stringify(name)} in ${root}${didYouMean(name, known)}${there}`);
	}
	return all.filter(found => namesOf(found).some(name => names.includes(name)));
}

async function lookUp(layout: Layout): Promise<FoundDatasets> {
	try {
		return {layout, commit: await lastCommit(layout)};
	} catch (error) {
		if (error instanceof StateError) return {layout, commit: undefined, error};
		throw error;
	}
}

function namesOf({layout, commit}: FoundDatasets): string[] {
	return [...new Set([layout.name, ...resourcesOf(commit)])];
}

/** Every resource in a dataset. */
export function resourcesOf(commit: Commit | undefined): string[] {
	const {standings, parts = [], pending = []} = commit ?? {};
	return [
		...new Set([...(standings?.keys() ?? []), ...[...parts, ...pending].map(({resource}) => resource)]),
	];
}
