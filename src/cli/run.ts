import {join, resolve} from 'node:path';
import {intakeOf} from '../config/compile/intake.ts';
import {formatNames} from '../core/format-names.ts';
import type {Before} from '../state/invocation.ts';
import {count, plural} from './format.ts';
import {inAnyCase} from './in-any-case.ts';
import {exitCodeOf, exitCodes, type Log, logger, OutOfTime} from './io.ts';
import type {Result} from './summary.ts';
import {
	configOptions,
	duration,
	names,
	path,
	rows,
	selectOption,
	strictOption,
	verb,
	wholeFromZero,
} from './verb.ts';
import {warnings} from './warnings.ts';

export const run = verb({
	name: 'run',
	command: 'run [resources..]',
	describe: 'Read resources into files: out/<resource>/*.parquet',
	input: 'config',
	options: parser =>
		configOptions(
			parser
				.positional('resources', {type: 'string', array: true, describe: 'Which ones [default: all]'})
				.option('output', {
					alias: 'o',
					...path,
					describe: 'Folder that gets one folder a resource [default: out]',
				})
				.option('format', {alias: 'f', choices: formatNames, describe: 'Format (parquet)'})
				.option('compression', {...path, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
				.option('limit', {
					...rows,
					describe: 'At most so many rows of each resource; where it stands is not kept',
				})
				.option('select', selectOption)
				.option('full-refresh', {
					type: 'boolean',
					describe: 'Read everything again, and replace what is there',
				})
				.option('max-duration', {
					...duration,
					describe: 'Stop after 90s, 30m or 2h (exit code 75); the next run goes on',
				})
				.option('strict', strictOption)
				.option('max-rejects', {
					...wholeFromZero('max-rejects'),
					describe: 'Fail when more rows than that are refused',
				}),
		).example('$0 run contacts --output data --format jsonl.gz', ''),
	async handler(
		{
			resources = [],
			output,
			format,
			compression,
			limit,
			select,
			fullRefresh = false,
			maxDuration,
			maxRejects,
			strict,
			...args
		},
		interrupt,
	) {
		const {
			openProject,
			pick,
			only,
			folderOnly,
			besideConfig,
			exists,
			checkFolders,
			connect,
			extractFamily,
			summaryTable,
			targets,
			fingerprint,
			invocation,
		} = await import('./writing.ts');
		const log = logger(args);
		const project = await openProject(args);
		const chosen = pick(project, resources);
		checkFolders(project.resources, project.path);
		const {config} = project;
		// Where the config does not say, files go where the command is run.
		const configured = config.output?.path;
		const written = configured ?? 'out';
		const destination = {
			path: folderOnly(
				output ?? (configured === undefined ? written : besideConfig(configured, project.file, '.')),
			),
			format: format ?? config.output?.format ?? ('parquet' as const),
			compression: compression ?? config.output?.compression,
			csv: config.output?.csv,
			jsonAs: config.output?.json_as,
			timeAs: config.output?.time_as,
			checkpoint: config.output?.checkpoint,
			gracePeriod: config.output?.grace_period,
			partBytes: config.output?.part_bytes,
			onSchemaChange: config.output?.on_schema_change,
		};
		const isElsewhere = output === undefined && resolve(written) !== resolve(destination.path);
		if (
			isElsewhere &&
			(await exists(join(written, '.sluice'))) &&
			!(await exists(join(destination.path, '.sluice')))
		)
			log.warn(
				`output.path is relative to ${project.path}, so this run writes to ${destination.path}/. Earlier ones wrote to ${written}/ here: to go on from there, move it, or give --output ${written}`,
			);
		const signal =
			maxDuration === undefined ? interrupt : AbortSignal.any([interrupt, deadline(maxDuration)]);
		const columns = names(select);
		const intake = intakeOf(destination.format, columns);
		const told = warnings(log, strict);
		const connection = connect(project, log, {signal, warn: told.warn});
		const outputs = targets(destination, log, told.warn);
		const results: Result[] = [];
		let done = 0;
		const work = async (): Promise<void> => {
			const isWhole = limit === undefined;
			const whole = isWhole
				? await invocation(destination.path, chosen, fullRefresh ? 'refresh' : 'run')
				: undefined;
			const before = whole?.before;
			if (before !== undefined) log.info(goesOn(before));
			const all = project.resources.map(({name}) => name);
			const definitionOf = (resource: (typeof chosen)[number]) =>
				fingerprint(resource, config, name => only(project, name), [destination.format, columns ?? null]);
			for (const family of connection.families(chosen)) {
				const left: typeof family = [];
				for (const resource of family) {
					const definition = definitionOf(resource);
					const since =
						before && (await outputs.finishedAt(resource, before.number, {fullRefresh, definition}));
					if (since === undefined) left.push(resource);
					else log.info(leftOut(resource.name, since, chosen.length > 1));
					if (since !== undefined) done++;
				}
				const open = (resource: (typeof family)[number]) => {
					const definition = definitionOf(resource);
					const command = whole?.number;
					return outputs.open(resource, {
						fullRefresh,
						isLimited: !isWhole,
						maxRejects,
						definition,
						names: all,
						command,
					});
				};
				results.push(...(await extractFamily(connection, left, {open, intake, log, signal, limit, columns})));
				signal.throwIfAborted();
			}
			// Else it would read again, and append, what is in the log already.
			if (await outputs.areHalfWay()) return;
			const failed = results.filter(({error}) => error !== undefined).map(({resource}) => resource);
			// What fails again and again may fail for good: the others do not wait for it for ever.
			const isLastTime = failed.length > 0 && (before?.timesFailed ?? 0) >= MOST_TIMES_LEFT_OUT;
			if (isLastTime) log.info(`${failed.join(', ')} failed again; the next run reads all resources`);
			if (failed.length > 0 && !isLastTime && done + results.length > failed.length)
				await whole?.leave(failed);
			else await whole?.end();
		};
		await inAnyCase(work, outputs.close, connection.close);
		told.end();
		if (results.length > 0) log.info(summaryTable(results, process.stderr.columns));
		else if (chosen.length === 0)
			log.warn(`${project.path}: every resource has selected: false; name those to run: sluice run NAME`);
		report(results, destination.path, log);
	},
});

/** So many runs in a row leave out what has finished, while something else fails. */
const MOST_TIMES_LEFT_OUT = 3;

function goesOn({startedAt, failed}: Before): string {
	const what = failed.length > 0 ? `in which ${failed.join(', ')} failed` : 'which broke off';
	return `going on with the run of ${startedAt}, ${what}`;
}

function leftOut(name: string, since: string, isOneOfMany: boolean): string {
	const again = isOneOfMany ? `; sluice run ${name} reads it again` : '';
	return `${name}: left out, as it finished in that run: it is as it was at ${since}${again}`;
}

function deadline(ms: number): AbortSignal {
	const controller = new AbortController();
	setTimeout(() => controller.abort(new OutOfTime(ms)), ms).unref();
	return controller.signal;
}

function report(results: readonly Result[], path: string, log: Log): void {
	for (const {resource, counts, rejects} of results) {
		if (rejects !== undefined)
			log.warn(`${resource}: ${plural(counts.rejected, 'row')} rejected; see why in ${rejects}/`);
	}
	const failures = results.filter(({error}) => error !== undefined);
	for (const {error, resource} of failures) log.error(error, resource);
	const isPartial = failures.length < results.length;
	if (failures.length > 0) process.exitCode = isPartial ? exitCodes.partial : exitCodeOf(failures[0]?.error);
	if (failures.length > 0 && results.length > 1) {
		const others = isPartial ? `; the others are in ${path}/` : '';
		log.warn(`${count(failures.length)} of ${count(results.length)} resources failed${others}`);
	}
	log.event('done', {resources: results.length, failed: failures.length});
}
