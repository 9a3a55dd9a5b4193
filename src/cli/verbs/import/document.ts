/** Converts a document of another tool to a config, its secrets and a summary. */
import {writeFile} from 'node:fs/promises';
import {ConfigError} from '../../../core/errors.ts';
import {exists} from '../../../core/files/durable.ts';
import {Secret} from '../../../core/secret.ts';
import type {ImportedConfig} from '../../../import/imported-config.ts';
import type {ImporterName} from '../../../import/importers.ts';
import {exitCodes} from '../../terminal/exit-codes.ts';
import type {Log} from '../../terminal/log.ts';
import {print} from '../../terminal/print.ts';
import {names} from '../../verb.ts';
import {lookedAt} from './live.ts';

export interface DocumentArguments {
	/** A folder, or `-` for stdout. */
	readonly output: string;
	readonly baseUrl?: string | undefined;
	readonly resources?: string[] | undefined;
	readonly strictNulls?: boolean | undefined;
	readonly report?: string | undefined;
	readonly name?: string | undefined;
	readonly python?: string | undefined;
	readonly live?: boolean | undefined;
	readonly envFile?: string | undefined;
}

type Engine = typeof import('../../imports/importing.ts');

export async function importDocument(
	source: ImporterName,
	from: string,
	args: DocumentArguments,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const engine = await import('../../imports/importing.ts');
	const {output, baseUrl, strictNulls: isStrict, report, name, python} = args;
	const importer = engine.importers[source];
	if (output !== '-') await engine.refuseConfig(output);
	const text = await engine.sourceText(from, {signal, what: importer.what});
	const whole = await importer.read({from, text, baseUrl, isStrict, name, python, signal});
	const {config, unknown} = engine.chosen(whole, names(args.resources));
	if (unknown.length > 0)
		throw new ConfigError(
			`${from} has no resource ${unknown.join(', ')}; it has ` +
				`${whole.resources.map(({resource}) => resource.name).join(', ')}`,
		);
	// From here on they are hidden in all messages.
	for (const value of config.secrets.values()) new Secret(value);
	const offline = await engine.accepted(config);
	const folder = output === '-' ? '.' : output;
	const imported = args.live
		? await engine.accepted(await lookedAt(offline, engine, {folder, envFile: args.envFile, log, signal}))
		: offline;
	if (report !== undefined) await writeFile(report, `${JSON.stringify(reportOf(imported), null, '\t')}\n`);
	if (imported.resources.length > 0) {
		const options = {from, source, origins: importer.origins};
		const isCode = (imported.stubs ?? []).length > 0;
		const content = isCode ? engine.scripted(imported, options) : engine.commented(imported, options);
		const file = {path: isCode ? 'sluice.config.js' : 'sluice.yaml', content};
		if (output === '-') await print(content);
		else await save(output, file, imported, engine, log, signal);
		const variables = engine.variablesIn(engine.configOf(imported));
		if (variables.length > 0) log.info(`set in the environment: ${variables.join(', ')}`);
	}
	for (const line of engine.linesOf(imported)) log.info(line);
	if (imported.resources.length === 0) process.exitCode = exitCodes.failed;
	else if (imported.leftOut.some(({isNoList}) => !isNoList)) process.exitCode = exitCodes.partial;
}

function reportOf({resources, leftOut, remarks}: ImportedConfig): object {
	return {
		resources: resources.map(({resource, remarks}) => ({name: resource.name, remarks})),
		left_out: leftOut,
		remarks,
	};
}

const SECRETS = 'secrets.toml';

/** Writes the config, and the secrets beside it. Files that are there stay as they are. */
async function save(
	folder: string,
	file: {readonly path: string; readonly content: string},
	imported: ImportedConfig,
	engine: Engine,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const secrets = engine.secretNamesIn(engine.configOf(imported));
	const known = secrets.filter(name => imported.secrets.has(name));
	await engine.refuseSecrets(folder, known);
	const isThere = await exists(`${folder}/${SECRETS}`);
	const isNew = secrets.length > 0 && !isThere;
	const ignored = await engine.unignored(folder);
	const written = await engine.writeNew(
		folder,
		[
			file,
			...(isNew
				? [{path: SECRETS, isSecret: true, content: engine.secretsText(secrets, imported.secrets)}]
				: []),
			...(ignored.isThere ? [] : [{path: '.gitignore', content: `${ignored.lines.join('\n')}\n`}]),
		],
		signal,
	);
	log.info(`wrote ${written.join(', ')}`);
	const open = secrets.filter(name => !known.includes(name));
	if (isNew && open.length > 0) log.info(`${folder}/${SECRETS}: fill in ${open.join(', ')}`);
	if (isThere && secrets.length > 0)
		log.info(`${folder}/${SECRETS} is there already, and stays as it is; it needs ${secrets.join(', ')}`);
	if (ignored.isThere && ignored.lines.length > 0)
		log.warn(`${folder}/.gitignore is there, and is left as it is: add ${ignored.lines.join(' and ')} to it`);
}
