/**
 * The common part of `init` and `import`: from a request to the files of a project, and the messages about
 * it.
 */
import {resolve} from 'node:path';
import {plural} from '../core/quantity.ts';
import {Secret} from '../core/secret.ts';
import type {ConfigOfRequest, ResourceHints} from '../import/config-of-request.ts';
import type {ImportedRequest} from '../import/imported-request.ts';
import type {Choices, Draft, Remark} from '../init/draft.ts';
import type {Findings} from '../init/findings.ts';
import type {Log} from './terminal/log.ts';
import {isTrace, tellTrace} from './terminal/traces.ts';

type Engine = typeof import('./imports/starting.ts');

export interface Beginning {
	readonly request: ImportedRequest;
	readonly hints: ResourceHints;
	/** The most pages to request; 0: none. */
	readonly pages: number;
	readonly envFile?: string | undefined;
	/** The command: `sluice init`. */
	readonly by: string;
	readonly folder: string;
}

export interface Made {
	readonly config: ConfigOfRequest;
	readonly findings: Findings | undefined;
}

/**
 * Requests the first pages of the API, if that is allowed. Reports parts of the request that were dropped.
 */
export async function looked(
	{request, hints, pages, envFile}: Beginning,
	engine: Engine,
	log: Log,
	signal: AbortSignal,
): Promise<Made> {
	const {configOfRequest, sampled, findingsOf, tuneEngine} = engine;
	for (const note of request.notes ?? []) log.warn(note);
	const config = configOfRequest(request, hints);
	// From here on they are hidden in all messages.
	for (const {value} of config.secrets) new Secret(value);
	if (pages === 0) return {config, findings: undefined};
	tuneEngine();
	const sample = await sampled(config.config, {
		env: process.env,
		envFile,
		pages,
		signal,
		onEvent(event) {
			if (event.type === 'warning') log.warning(event);
			else if (isTrace(event)) tellTrace(event, log);
		},
	});
	return {config, findings: findingsOf(sample, config.name, hints.selector)};
}

/** The text of the config, which was checked. */
export async function written(
	{config, findings}: Made,
	{folder, by}: Pick<Beginning, 'folder' | 'by'>,
	engine: Engine,
	choices?: Choices,
): Promise<{readonly draft: Draft; readonly text: string}> {
	const draft = engine.draftOf(config, findings, choices);
	const text = await engine.configText({made: config, draft, findings, folder, by});
	return {draft, text};
}

/** Writes the files that do not exist, and reports which. */
export async function save(
	{config, findings}: Made,
	{draft, text}: {readonly draft: Draft; readonly text: string},
	{folder, by}: Pick<Beginning, 'folder' | 'by'>,
	engine: Engine,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const files = await engine.projectFiles(text, {made: config, draft, findings, folder, by});
	await saveFiles(files, folder, engine, log, signal);
	const variables = engine.variablesIn(draft.config).filter(name => process.env[name] === undefined);
	if (variables.length > 0) log.info(`put into the environment first: ${variables.join(', ')}`);
	const where = resolve(folder) === resolve('.') ? '' : ` -c ${folder}/sluice.yaml`;
	log.info(`next: sluice run${where}`);
}

export async function saveFiles(
	files: Parameters<Engine['writeNew']>[1],
	folder: string,
	{unignored, writeNew}: Engine,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	const {lines, isThere} = await unignored(folder);
	log.info(`wrote ${(await writeNew(folder, files, signal)).join(', ')}`);
	if (isThere && lines.length > 0)
		log.warn(`${folder}/.gitignore is there, and is left as it is: add ${lines.join(' and ')} to it`);
}

/** Reports what was found, then what the user has to check. */
export function tell({findings}: Made, {remarks}: Draft, log: Log): void {
	if (findings) {
		const {rows, pages, requests} = findings;
		log.info(
			`asked for ${plural(pages, 'page')} in ${plural(requests, 'request')}: ${plural(rows, 'row')}, ` +
				`${plural(findings.columns.length, 'column')}`,
		);
	}
	const width = Math.max(...remarks.map(({about}) => about.length));
	// The file itself has the suggestion.
	const line = ({about, text, suggestion}: Remark): string =>
		`  ${about.padEnd(width)}  ${suggestion ? `${text.split('. ')[0]}; a comment has more` : text}`;
	const seen = remarks.filter(({isGuess}) => !isGuess);
	const guessed = remarks.filter(({isGuess}) => isGuess);
	if (seen.length > 0) log.info(`sure:\n${seen.map(line).join('\n')}`);
	if (guessed.length > 0) log.info(`to look at:\n${guessed.map(line).join('\n')}`);
}
