import {ConfigError, StateError} from '../../core/errors.ts';
import {plural} from '../../core/quantity.ts';
import type {AnyFormatPlugin} from '../../plugins/format.ts';
import type {FoundDatasets} from '../../run/datasets/datasets.ts';
import type {ChosenTarget} from '../../run/output/chosen-target.ts';
import type {AuditOptions} from '../../state/audit.ts';
import type {Part} from '../../state/commit.ts';
import type {Dataset} from '../../state/dataset.ts';
import {exitCodes} from '../terminal/exit-codes.ts';
import {type Log, logger} from '../terminal/log.ts';
import {print} from '../terminal/print.ts';
import {type ConfigArguments, outputOptions, verb} from '../verb.ts';

export const verify = verb({
	name: 'verify',
	command: 'verify [resources..]',
	describe: 'Compare datasets with what was committed, to the last byte',
	input: 'output',
	options: parser =>
		outputOptions(
			parser
				.positional('resources', {type: 'string', array: true, describe: 'Which ones [default: all]'})
				.option('repair', {
					type: 'boolean',
					describe: 'Make a last record that is damaged or gone anew, from the files, if they are whole',
				})
				.option('forget', {
					type: 'boolean',
					describe: 'Give up files that are gone: their rows are no longer missed',
				}),
		).example('$0 verify contacts --output data', ''),
	async handler({resources = [], forget = false, repair = false, ...args}, signal) {
		const {findDatasets, linksIn, placeOf, strayLinks} = await import('../imports/keeping.ts');
		const log = logger(args);
		const place = await placeOf({...args, env: process.env});
		const all = await findDatasets(place, resources);
		if (all.length === 0) log.info(`${place.path}: no datasets`);
		for (const each of all) {
			if (!each.target) continue;
			if (forget || repair) throw ofFolders(each.place);
			if (!(await areTablesAsCommitted(each, each.target))) process.exitCode = exitCodes.failed;
		}
		let found = all.filter(isInFolder);
		const files = await filesOf(found, args);
		if (repair) {
			for (const each of found)
				if (!(await repaired(each, {files, log, signal}))) process.exitCode = exitCodes.failed;
			found = (await findDatasets(place, resources)).filter(isInFolder);
		}
		for (const each of found) {
			const isForgotten = !forget || (await forgetMissing(each, log));
			if (!isForgotten || !(await isAsCommitted(each, files, signal))) process.exitCode = exitCodes.failed;
		}
		if (resources.length > 0) return;
		for (const folder of [place, ...place.others].filter(each => !each.target)) {
			// Another process may have made a table meanwhile, so the datasets are listed after its link.
			const links = await linksIn(folder.path);
			const known = (await findDatasets({...folder, others: []})).filter(isInFolder);
			const strays = await strayLinks(folder.path, links, known);
			await print(strays.map(line => `${line}\n`).join(''));
			if (strays.length > 0) process.exitCode = exitCodes.failed;
		}
	},
});

type InFolder = FoundDatasets & Required<Pick<FoundDatasets, 'layout'>>;

function isInFolder(found: FoundDatasets): found is InFolder {
	return found.layout !== undefined;
}

function ofFolders(place: string): ConfigError {
	return new ConfigError(
		`verify --repair and --forget are for the files of a folder, and ${place} has tables. Restore them ` +
			'from a backup of the database, or read all again with sluice run --full-refresh',
	);
}

async function areTablesAsCommitted(found: FoundDatasets, target: ChosenTarget): Promise<boolean> {
	const {auditTables} = await import('../imports/keeping.ts');
	const {name} = found;
	const {problems, rows, tables} = await auditTables(found, target);
	const words = `${plural(tables, 'table')}, ${plural(rows, 'row')}, all as committed`;
	if (problems.length === 0) await print(`${name}: ${words}\n`);
	else if (await found.isBeingWritten())
		await print(`${name}: is being written; verify it when that has ended\n`);
	else await print(problems.map(problem => `${name}: ${problem}\n`).join(''));
	return problems.length === 0;
}

/** The part of the audit that depends on the extensions of files. */
type Files = Pick<AuditOptions, 'countRows' | 'isData'>;

/** The config is read if there are files in a format that only a plugin may know. */
async function filesOf(
	found: readonly FoundDatasets[],
	{config, set, envFile}: ConfigArguments,
): Promise<Files> {
	const {builtInFormats, formatOf, rowsOfFile} = await import('../imports/keeping.ts');
	const isKnown = ({path}: Part): boolean => formatOf(path) !== undefined;
	const formats = found.every(({commit}) => commit === undefined || commit.parts.every(isKnown))
		? builtInFormats
		: await formatsOfConfig({config, set, envFile});
	return {
		countRows: (name, file, signal) => rowsOfFile(name, file, signal, formats),
		isData: name => formatOf(name, formats) !== undefined,
	};
}

async function formatsOfConfig({
	config,
	set = [],
	envFile,
}: ConfigArguments): Promise<readonly AnyFormatPlugin[]> {
	const {builtInFormats} = await import('../imports/keeping.ts');
	const {pluginsOfConfig} = await import('../imports/reading.ts');
	const options = {env: process.env, set, ...(envFile !== undefined && {envFile}), withoutSecrets: true};
	try {
		return (await pluginsOfConfig(config, options)).formats;
	} catch (error) {
		// The datasets can be checked even without a valid config.
		if (error instanceof ConfigError) return builtInFormats;
		throw error;
	}
}

/** Returns whether nothing is left to repair. Reports what it made, and what cannot be known. */
async function repaired(
	{layout}: InFolder,
	{files, log, signal}: {readonly files: Files; readonly log: Log; readonly signal: AbortSignal},
): Promise<boolean> {
	const {openDataset, repair, runName} = await import('../imports/keeping.ts');
	try {
		const made = await repair(layout, {writer: runName(new Date()), ...files, signal});
		if (!made) return true;
		const {commit, found, standsAt} = made;
		const rows = found.reduce((sum, part) => sum + (part.kind === 'rows' ? part.rows : 0), 0);
		log.warn(
			`${layout.name}: commit ${commit.version} was made from the files: ` +
				`${plural(commit.parts.length, 'file')}, of which ${found.length} with ${plural(rows, 'row')} ` +
				'were in no record',
		);
		const stands =
			standsAt === undefined
				? 'where resources stand is not known'
				: `resources stand where commit ${standsAt} left them`;
		log.warn(
			`${layout.name}: ${stands}, so the next run reads again what came since, and append adds it twice. ` +
				`Set it with sluice state set, or read all again with --full-refresh`,
		);
		// Opening a dataset shows the files of its last record to readers.
		await (await openDataset({...layout, writer: runName(new Date())})).close();
		return true;
	} catch (error) {
		if (!(error instanceof StateError)) throw error;
		log.error(error);
		return false;
	}
}

/** Prints the problems, or that there are none. */
async function isAsCommitted(
	{layout, ...found}: InFolder,
	files: Files,
	signal: AbortSignal,
): Promise<boolean> {
	const {audit, lastCommit, lockHolder, refuseWithoutLog} = await import('../imports/keeping.ts');
	const {name} = layout;
	try {
		if (found.error) throw found.error;
		const commit = await lastCommit(layout);
		if (!commit) {
			await refuseWithoutLog(layout);
			await print(`${name}: nothing was committed\n`);
			return true;
		}
		const {problems} = await audit(layout, commit, {...files, signal});
		if (problems.length === 0) {
			const parts = [...commit.parts, ...commit.pending];
			const rows = parts.filter(({kind}) => kind === 'rows').reduce((sum, part) => sum + part.rows, 0);
			await print(`${name}: ${plural(parts.length, 'file')}, ${plural(rows, 'row')}, all as committed\n`);
			return true;
		}
		// While another process writes, files come and go: a difference may belong to the next commit.
		if ((await lockHolder(layout)) || (await lastCommit(layout))?.version !== commit.version) {
			await print(`${name}: is being written; verify it when that has ended\n`);
			return false;
		}
		await print(problems.map(problem => `${name}: ${problem}\n`).join(''));
		return false;
	} catch (error) {
		if (!(error instanceof StateError)) throw error;
		await print(`${error.message.startsWith(`${name}: `) ? '' : `${name}: `}${error.message}\n`);
		return false;
	}
}

/** Returns whether it could commit that missing files are gone. Existing files, damaged or not, stay. */
async function forgetMissing({layout, error}: InFolder, log: Log): Promise<boolean> {
	if (error) return true;
	const {openDataset, runName} = await import('../imports/keeping.ts');
	const run = runName(new Date());
	let dataset: Dataset;
	try {
		dataset = await openDataset({...layout, writer: run});
	} catch (failure) {
		if (!(failure instanceof StateError)) throw failure;
		log.error(failure);
		return false;
	}
	try {
		const {missing} = dataset;
		for (const resource of new Set(missing.map(part => part.resource))) {
			const isGone = (part: Part): boolean => missing.includes(part);
			const remove = dataset.last?.parts.filter(part => part.resource === resource && isGone(part)) ?? [];
			const pending = dataset.last?.pending.filter(part => part.resource === resource && !isGone(part)) ?? [];
			await dataset.commit({resource, run, remove, pending});
		}
		if (missing.length === 0) return true;
		const rows = missing.reduce((sum, part) => sum + (part.kind === 'rows' ? part.rows : 0), 0);
		log.warn(
			`${layout.name}: gave up ${plural(missing.length, 'file')} with ${plural(rows, 'row')}; read them ` +
				'again with sluice run --full-refresh',
		);
		return true;
	} finally {
		await dataset.close();
	}
}
