/** `sluice init --list` and `--from`: the examples of the package. */
import {join} from 'node:path';
import type {Example} from '../init/catalogue.ts';
import {saveFiles} from './project.ts';
import {table} from './terminal/format.ts';
import type {Log} from './terminal/log.ts';
import {print} from './terminal/print.ts';

type Engine = typeof import('./imports/starting.ts');

export async function listExamples(examples: readonly Example[]): Promise<void> {
	const rows = examples.map(({name, title, resources}) => [name, title, resources.join(', ')]);
	await print(`${table(['name', 'API', 'resources'], rows)}\n`);
}

/** Writes the config into the folder, and says what the user has to set. Replaces no file. */
export async function saveExample(
	{text, secrets, variables, docs, auth}: Example,
	folder: string,
	engine: Engine,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const ignored = await engine.unignored(folder);
	const files = [{path: 'sluice.yaml', content: text}];
	if (!ignored.isThere) files.push({path: '.gitignore', content: `${ignored.lines.join('\n')}\n`});
	await saveFiles(files, folder, engine, log, signal);
	log.info(`credentials: ${auth}; see ${docs}`);
	const path = join(folder, 'secrets.toml');
	for (const name of secrets)
		log.info(`secret: ${name.toUpperCase()} in the environment, or ${name} = "…" in ${path}`);
	const missing = variables.filter(name => process.env[name] === undefined);
	if (missing.length > 0) log.info(`put into the environment first: ${missing.join(', ')}`);
	log.info('the head of sluice.yaml names facts that are unchecked; next: sluice check, sluice run');
}
