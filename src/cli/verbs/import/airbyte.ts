/** Converts a connector of Airbyte to a config, its secrets and a summary. */
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isPlainObject, type PlainObject} from '../../../config/tree.ts';
import {ConfigError} from '../../../core/errors.ts';
import {ignoreCodes} from '../../../core/files/durable.ts';
import {messageOf} from '../../../core/stage.ts';
import {exitCodes} from '../../terminal/exit-codes.ts';
import type {Log} from '../../terminal/log.ts';
import {print} from '../../terminal/print.ts';
import {names} from '../../verb.ts';

export interface AirbyteArguments {
	/** A folder, or `-` for stdout. */
	readonly output: string;
	readonly connection?: string | undefined;
	readonly auth?: string | undefined;
	readonly streams?: string[] | undefined;
	readonly strictNulls?: boolean | undefined;
	readonly report?: string | undefined;
}

const OWNER_ONLY = 0o600;

export async function importAirbyte(from: string, args: AirbyteArguments, log: Log): Promise<void> {
	const {connectionFor, importManifest, outcomeOf, readConnector, specOf, summaryOf, written} = await import(
		'../../imports/importing.ts'
	);
	const {output, auth, streams, strictNulls = false} = args;
	const {name, manifest, schemas} = await readConnector(from);
	const given = args.connection === undefined ? undefined : await readJson(args.connection);
	const connection = connectionFor(specOf(manifest), {auth, ...(given && {given})});
	const connector = await importManifest(manifest, {
		connection,
		schemas,
		isStrict: strictNulls,
		streams: names(streams),
	});
	const {imported, leftOut} = connector;
	if (args.report !== undefined) {
		const report = {
			streams: imported.map(stream => ({...stream, outcome: outcomeOf(stream)})),
			left_out: leftOut,
			choices: connection.choices,
		};
		await writeFile(args.report, `${JSON.stringify(report, null, '\t')}\n`);
	}
	if (imported.length > 0) {
		const {yaml, secrets, secretNames, variables} = written(name, connector, connection);
		if (output === '-') await print(yaml);
		else {
			await mkdir(output, {recursive: true});
			const config = join(output, 'sluice.yaml');
			await writeNew(config, yaml);
			log.info(`${config}: written`);
			if (secretNames.length > 0)
				await writeSecrets(join(output, 'secrets.toml'), {secrets, secretNames}, log);
		}
		if (variables.length > 0) log.info(`set in the environment: ${variables.join(', ')}`);
	}
	for (const line of [...connection.choices.map(choice => `a choice: ${choice}`), ...summaryOf(connector)])
		log.info(line);
	if (imported.length === 0) process.exitCode = exitCodes.failed;
	else if (leftOut.length > 0) process.exitCode = exitCodes.partial;
}

async function writeNew(path: string, text: string): Promise<void> {
	try {
		await writeFile(path, text, {flag: 'wx'});
	} catch (error) {
		ignoreCodes(error, 'EEXIST');
		throw new ConfigError(`${path} is there already; name another folder with -o, or move this one away`);
	}
}

async function writeSecrets(
	path: string,
	{secrets, secretNames}: {secrets: string; secretNames: readonly string[]},
	log: Log,
): Promise<void> {
	try {
		await writeFile(path, secrets, {flag: 'wx', mode: OWNER_ONLY});
		log.info(`${path}: fill in ${secretNames.join(', ')}`);
	} catch (error) {
		ignoreCodes(error, 'EEXIST');
		log.info(`${path} is there already, and stays as it is; it needs ${secretNames.join(', ')}`);
	}
}

async function readJson(path: string): Promise<PlainObject> {
	let given: unknown;
	try {
		given = JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		throw new ConfigError(`${path}: ${messageOf(error)}; --connection takes the connection's config as JSON`);
	}
	if (isPlainObject(given)) return given;
	throw new ConfigError(`${path} is no object; --connection takes the connection's config as JSON`);
}
