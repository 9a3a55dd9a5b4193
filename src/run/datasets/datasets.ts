/** Finds the datasets in a folder, and those that a command names. */
import {readEnvFile} from '../../config/load/env-file.ts';
import {outputFolder, type WrittenOutput} from '../../config/load/output-folder.ts';
import {isAddress} from '../../config/load/output-place.ts';
import {didYouMean} from '../../config/suggest.ts';
import {ConfigError, StateError} from '../../core/errors.ts';
import {datasetNames} from '../../state/catalog.ts';
import type {Commit} from '../../state/commit.ts';
import {lastCommit} from '../../state/commits/commit-log.ts';
import {openDataset} from '../../state/dataset.ts';
import {type Layout, layoutOf} from '../../state/folders/layout.ts';
import {lockHolder} from '../../state/lock/lock.ts';
import type {Target} from '../../state/target.ts';
import {type ChosenTarget, writtenTarget} from '../output/chosen-target.ts';

export interface RootOptions {
	/** The folder itself, or the address of a target. @default that of the config */
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

/** A folder with datasets, or a target. */
export interface DatasetsPlace {
	/** The folder, or the address without its password. */
	readonly path: string;
	/** The folder of this machine for what belongs to no dataset. */
	readonly local: string;
	readonly target?: ChosenTarget | undefined;
	/** The places of resources with a `target`. */
	readonly others: readonly DatasetsPlace[];
}

/** The place of the datasets. Works without a config, and without its secrets. */
export async function outputPlace({
	output,
	config,
	env = {},
	envFile,
	set = [],
}: RootOptions): Promise<DatasetsPlace> {
	// A folder says all; an address may have options in the config.
	if (output !== undefined && !isAddress(output)) return {path: output, local: output, others: []};
	const variables = envFile === undefined ? env : {...(await readEnvFile(envFile, envFile)), ...env};
	const {registry, others, ...written} = await outputFolder(config, {env: variables, set, output});
	const placeOf = (own: Pick<WrittenOutput, 'path' | 'target'>): DatasetsPlace => {
		const target = writtenTarget(
			own.path,
			{target: own.target ?? written.target, spool: written.spool},
			{env: variables, registry},
		);
		if (!target) return {path: own.path, local: own.path, others: []};
		return {path: target.shown, local: target.spool, target, others: []};
	};
	const main = placeOf(written);
	const places = new Map(others.map(placeOf).map(place => [place.path, place]));
	places.delete(main.path);
	return {...main, others: [...places.values()]};
}

export interface FoundDatasets {
	readonly name: string;
	/** The last commit; absent before the first. */
	readonly commit: Commit | undefined;
	/** Why the log cannot be read. */
	readonly error?: StateError;
	/** Where its files are; absent for a target. */
	readonly layout?: Layout;
	/** The folder or the address of the target, without its password. */
	readonly place: string;
	/** The target that has it; absent for a folder. */
	readonly target?: ChosenTarget;
	/** Whether a process writes to it. */
	isBeingWritten(): Promise<boolean>;
	/** Opens it under its lock. */
	open(writer: string): Promise<Target>;
}

/**
 * The datasets in a place and in the places of its resources: all, or those with these names, which may also
 * be names of resources in them.
 */
export async function findDatasets(
	place: DatasetsPlace,
	names: readonly string[] = [],
): Promise<FoundDatasets[]> {
	const {path} = place;
	const found = [place, ...place.others].map(each =>
		each.target ? inTarget(each.target) : inFolder(each.path),
	);
	const all = (await Promise.all(found)).flat();
	if (names.length === 0) return all;
	const known = [...new Set(all.flatMap(namesOf))];
	for (const name of names) {
		if (known.includes(name)) continue;
		const there =
			known.length > 0 ? `; there are: ${known.join(', ')}` : ': there is nothing that Sluice wrote';
		throw new ConfigError(`no dataset ${JSON.stringify(name)} in ${path}${didYouMean(name, known)}${there}`);
	}
	return all.filter(found => namesOf(found).some(name => names.includes(name)));
}

async function inFolder(root: string): Promise<FoundDatasets[]> {
	const names = await datasetNames(root);
	return Promise.all(
		names.map(async name => {
			const layout = layoutOf(root, name);
			return {
				...(await lookUp(layout)),
				...{name, layout, place: root},
				isBeingWritten: async () => (await lockHolder(layout)) !== undefined,
				open: (writer: string) => openDataset({...layout, writer}),
			};
		}),
	);
}

async function inTarget(target: ChosenTarget): Promise<FoundDatasets[]> {
	const found = await (await target.parts()).list(target);
	return found.map(({name, commit, isBeingWritten}) => ({
		...{name, commit, target, place: target.shown},
		isBeingWritten: async () => isBeingWritten,
		open: (writer: string) => target.open(name, writer),
	}));
}

async function lookUp(layout: Layout): Promise<Pick<FoundDatasets, 'commit' | 'error'>> {
	try {
		return {commit: await lastCommit(layout)};
	} catch (error) {
		if (error instanceof StateError) return {commit: undefined, error};
		throw error;
	}
}

function namesOf({name, commit}: FoundDatasets): string[] {
	return [...new Set([name, ...resourcesOf(commit)])];
}

/** Every resource in a dataset. */
export function resourcesOf(commit: Commit | undefined): string[] {
	const {progress: standings, parts = [], pending = []} = commit ?? {};
	return [
		...new Set([...(standings?.keys() ?? []), ...[...parts, ...pending].map(({resource}) => resource)]),
	];
}
