/** The files of a new project. */
import {stringify} from 'smol-toml';
import {parse as parseYaml} from 'yaml';
import {loadConfig} from '../config/load/load.ts';
import {eachText} from '../config/tree.ts';
import {ConfigError} from '../core/errors.ts';
import type {ConfigOfRequest} from '../import/config-of-request.ts';
import {checkConfig} from '../run/check.ts';
import {Emitter} from '../run/emitter.ts';
import type {Draft} from './draft.ts';
import {isThere, type NewFile, SECRETS, unignored} from './files.ts';
import type {Findings} from './findings.ts';
import {schemaFor} from './package-files.ts';
import {yamlOf} from './text.ts';

export interface ProjectOptions {
	readonly made: ConfigOfRequest;
	readonly draft: Draft;
	readonly findings?: Findings | undefined;
	readonly folder: string;
	/** The command that made the project: `sluice init`. */
	readonly by: string;
}

/** The text of the config. It has been checked, so `sluice check` accepts it. */
export async function configText({made, draft, findings, folder, by}: ProjectOptions): Promise<string> {
	const {base_url} = draft.config.client as {base_url?: string};
	const variables = variablesIn(draft.config);
	const text = yamlOf(draft, {
		schema: await schemaFor(folder),
		head: [
			`Made by ${by} from ${base_url}. sluice run reads it into out/${made.name}/; sluice preview ` +
				`${made.name} shows rows.`,
			...(variables.length > 0 ? [`Takes from the environment: ${variables.join(', ')}`] : []),
		],
		secrets: made.secrets.map(({name}) => name),
		...(findings && {findings}),
	});
	await check(text, folder, variables);
	return text;
}

/** All files that the folder does not have yet. */
export async function projectFiles(text: string, {made, folder}: ProjectOptions): Promise<NewFile[]> {
	const secrets = Object.fromEntries(made.secrets.map(({name, value}) => [name, value]));
	const ignored = await unignored(folder);
	const files: NewFile[] = [{path: 'sluice.yaml', content: text}];
	if (made.secrets.length > 0 || !(await isThere(`${folder}/${SECRETS}`)))
		files.push({path: SECRETS, isSecret: true, content: `${secretsHead}${stringify(secrets)}`});
	if (!ignored.isThere) files.push({path: '.gitignore', content: `${ignored.lines.join('\n')}\n`});
	return files;
}

const secretsHead =
	'# The secrets that sluice.yaml names by secrets.NAME, as NAME = "…". Not for version control.\n';

/** Names of the environment variables in the config. */
export function variablesIn(config: object): string[] {
	const names = new Set<string>();
	eachText(config, text => {
		for (const [, name = ''] of text.matchAll(/(?<!\$)\$\{([A-Za-z_]\w*)\}/g)) names.add(name);
	});
	return [...names];
}

async function check(text: string, folder: string, variables: readonly string[]): Promise<void> {
	try {
		const loaded = await loadConfig(parseYaml(text), {
			cwd: folder,
			withoutSecrets: true,
			// Their values do not matter here.
			env: Object.fromEntries(variables.map(name => [name, '1'])),
		});
		await checkConfig(loaded, new Emitter());
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		throw new ConfigError(
			error.issues.map(({path, message}) => ({
				path,
				message: `${message} (in the config that would be written)`,
			})),
		);
	}
}
